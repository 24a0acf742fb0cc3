"""Which terms apply to a request, and how its deadlines were calculated."""
