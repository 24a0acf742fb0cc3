"""Past tickets measured by other terms."""
