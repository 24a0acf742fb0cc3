"""Mail as the desk sees it: received, held for a decision, and sent."""
