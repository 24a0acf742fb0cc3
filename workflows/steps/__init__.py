"""What people do with the steps of a process: possible actions, what each does, whose a ticket is."""
