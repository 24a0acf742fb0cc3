"""All clients with their health."""
