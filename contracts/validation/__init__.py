"""What is wrong with the agreements, what a new desk still lacks, and the page that says so."""
