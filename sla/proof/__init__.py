"""“Why 15:02?”: the calculation of a deadline, step by step, for people and for machines."""
