"""One answer or one solution for many tickets."""
