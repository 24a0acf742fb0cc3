"""The process of a ticket as a diagram, and as a BPMN file."""
