"""The matrix as a grid: inheritance, drafts, Excel."""
