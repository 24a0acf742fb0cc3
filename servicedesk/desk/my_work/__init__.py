"""What waits for one person: approvals asked of them and tasks of plans."""
