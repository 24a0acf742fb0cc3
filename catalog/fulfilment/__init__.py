"""What happens after a request is sent: levels of approval and the plan of tasks, checked and in words."""
