"""A process as a picture: the ticket's diagram, the client's five steps, BPMN files."""
