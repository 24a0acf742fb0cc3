"""What concerns several tickets at once: merging two, one answer or one solution for many."""
