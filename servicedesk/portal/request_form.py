"""The questions of a request type as form fields."""

from catalog.fields import FEW, PREFIX, answers, fields, files, settle

__all__ = ["FEW", "PREFIX", "answers", "fields", "files", "settle"]
