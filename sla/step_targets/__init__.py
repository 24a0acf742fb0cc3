"""The screen of internal targets for the steps of the processes."""
