"""What becomes of requests that no contract covers: one choice for the whole desk, and its page."""
