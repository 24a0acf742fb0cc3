"""The first page: start a request, what waits for me, my open requests, the contract's hours."""
