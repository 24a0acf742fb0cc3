"""A believable half year for an empty desk: people, contracts, tickets driven by the real verbs."""
