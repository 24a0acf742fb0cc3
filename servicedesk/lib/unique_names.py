"""Names that people tell apart: no two that differ only by case, spaces or the way letters are encoded.

A row keeps the key of its name beside it, because SQLite knows the case of Latin letters only:

    name_key = KeyField(of="name")
    constraints = [OneName(fields=["name_key"], name="group_name_once")]
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_LONGEST_KEY = 400  # letters; longer than any name, and short enough for an index


def key(name: str) -> str:
    """The same for names that look the same.

    >>> key("  ООО  «Вега» ") == key("ооо «ВЕГА»")
    True
    """
    seen = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")  # invisible ones
    return " ".join(unicodedata.normalize("NFKC", seen).casefold().split())[:_LONGEST_KEY]


class KeyField(models.CharField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """The key of the column `of`, written with the row; `update()` and `update_fields` must name it."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(**{"max_length": _LONGEST_KEY, "editable": False, "db_default": "", **options})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        value = key(getattr(instance, self.of) or "")
        setattr(instance, self.attname, value)
        return value


class OneName(models.UniqueConstraint):
    """One row for each key; `fields` ends with the key, what stands before it are the rows it is unique in.

    A row from before the key was known has none and is left alone. Forms get a sentence beside the name.
    """

    def __init__(self, *, fields: Sequence[str], name: str, **options: Any) -> None:
        options.setdefault("condition", ~Q(**{fields[-1]: ""}))
        super().__init__(fields=fields, name=name, **options)

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Raises: ValidationError: another row has this name; for the field with the name."""
        *within, last = self.fields
        keyed = model._meta.get_field(last)
        assert isinstance(keyed, KeyField)
        if {keyed.of, *within} & set(exclude or ()):
            return
        place = {model._meta.get_field(one).attname: _value(instance, one) for one in within}  # type: ignore[union-attr]
        wanted = key(getattr(instance, keyed.of) or "")
        if None in place.values() or not wanted:
            return
        others = model._default_manager.using(using).filter(**{last: wanted}, **place).exclude(pk=instance.pk)
        if other := others.first():
            raise ValidationError({keyed.of: taken(getattr(other, keyed.of))})


def _value(instance: models.Model, name: str) -> Any:
    field: Any = instance._meta.get_field(name)
    return getattr(instance, field.attname)


def taken(name: str) -> ValidationError:
    return ValidationError(
        _("There is “%(name)s” already. Choose another name."), code="unique", params={"name": name}
    )


def free(name: str, others: Iterable[str], *, longest: int) -> str:
    """The name itself, or with a number where another has it: “Gold (2)”.

    >>> free("Gold", ["GOLD", "gold (2)"], longest=40)
    'Gold (3)'
    """
    used, found, number = {key(other) for other in others}, name[:longest], 2
    while key(found) in used:
        suffix = f" ({number})"
        found, number = name[: longest - len(suffix)].rstrip() + suffix, number + 1
    return found


def write_keys(model: Any, *, of: str = "name", within: str = "") -> list[tuple[Any, str, str]]:
    """Give every row its key; of rows with one name the older keeps it, the others get a number.

    For migrations. Returns the rows that were renamed, with their former and their new name.
    """
    longest = model._meta.get_field(of).max_length
    places: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in model._default_manager.order_by("pk"):
        places[getattr(row, f"{within}_id") if within else None].append(row)
    renamed = []
    for rows in places.values():
        names, used = [getattr(row, of) for row in rows], set[str]()
        for row in rows:
            former = getattr(row, of)
            found = free(former, names, longest=longest) if key(former) in used else former
            names.append(found)
            used.add(key(found))
            if found != former:
                renamed.append((row, former, found))
            model._default_manager.filter(pk=row.pk).update(**{of: found, f"{of}_key": key(found)})
    return renamed
