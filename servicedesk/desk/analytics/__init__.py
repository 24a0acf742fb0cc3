"""Process analytics: where the time of finished tickets goes, which ways they take, and which tickets."""
