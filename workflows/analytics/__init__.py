"""What the finished runs of a process say as a whole: where time goes, which ways tickets take."""
