"""Pure arithmetic of service levels: working time, facts, clock state. No Django, nothing of ours."""
