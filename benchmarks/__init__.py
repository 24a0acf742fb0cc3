"""How much processor time and how many statements the common acts cost: `make bench`."""
