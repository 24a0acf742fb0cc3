"""Policies and calendars that may be chosen: a draft sets no targets."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class PublishedQuerySet(models.QuerySet[Row]):
    """Of rows that have `versions` and can be archived."""

    def published(self) -> Self:
        """To choose from: with a version, in force or to come, and not in the archive."""
        return self._with_version().filter(is_archived=False)

    def published_or(self, kept: int | None) -> Self:
        """To choose from: what is published, and what a row has already, though it is archived by now."""
        versioned = self._with_version()
        return versioned.filter(models.Q(is_archived=False) | models.Q(pk=kept or 0))

    def _with_version(self) -> Self:
        versions = self.model._meta.get_field("versions").related_model
        of_row = {self.model._meta.model_name or "": models.OuterRef("pk")}
        return self.filter(models.Exists(versions._default_manager.filter(**of_row)))  # type: ignore[union-attr]
