"""The terms of a contract: agreed, changed at once or from a day to come, each change a version."""
