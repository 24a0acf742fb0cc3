"""Names that people tell apart: no two that differ only by case, spaces or the way letters are encoded.

A row keeps the key of its name beside it, because SQLite knows the case of Latin letters only:

    name_key = KeyField(of="name")
    constraints = [OneName(fields=["name_key"], name="group_name_once")]
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_BLANK = re.compile(r"[\s\u2800]+")  # the braille pattern without dots is as blank as a space
_DASH = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u058a\u2043]")
# Default-ignorable (Unicode), control and format characters: nothing is drawn for them.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f\U000e0000-\U000e0fff]"
)
_LONGEST_KEY = 400  # letters; longer than any name, and short enough for an index


def key(name: str) -> str:
    """The same for names that look the same.

    >>> key("  ООО  «Вега» ") == key("ооо «ВЕГА»")
    True
    """
    seen = _DASH.sub("-", _UNSEEN.sub("", _BLANK.sub(" ", name)))
    folded = unicodedata.normalize("NFKC", seen).casefold()
    return " ".join(_UNSEEN.sub("", folded).split())[:_LONGEST_KEY]


def without_unseen(text: str) -> str:
    """Without letters for which nothing is drawn; line ends stay."""
    return "\n".join(_UNSEEN.sub("", line) for line in text.splitlines())


def validate_seen(name: str) -> None:
    """Raises: ValidationError: nobody could see this name."""
    if name.strip() and not key(name):
        raise ValidationError(_("Write a name that can be seen."), code="unseen")


class KeyField(models.CharField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """The key of the column `of`: whoever saves that one saves its key, `update_fields` or not.

    Django has no such hook for `update()` and `bulk_update()`, which must name both; a test reads the code
    for it, and `names_have_their_keys` the database.
    """

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(**{"max_length": _LONGEST_KEY, "editable": False, "db_default": "", **options})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        save = cls.save_base

        @functools.wraps(save)
        def save_base(instance: models.Model, *values: Any, **options: Any) -> None:
            wanted = options.get("update_fields")
            if wanted is not None and self.of in wanted:
                options["update_fields"] = frozenset({*wanted, name})
            save(instance, *values, **options)

        cls.save_base = save_base  # type: ignore[method-assign, assignment]

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
        if keyed.of not in (exclude or ()):
            _refuse_unseen(keyed.of, getattr(instance, keyed.of) or "")
        if {keyed.of, *within} & set(exclude or ()):
            return
        place = {model._meta.get_field(one).attname: _value(instance, one) for one in within}  # type: ignore[union-attr]
        wanted = key(getattr(instance, keyed.of) or "")
        if None in place.values() or not wanted:
            return
        others = model._default_manager.using(using).filter(**{last: wanted}, **place).exclude(pk=instance.pk)
        if other := others.first():
            raise ValidationError({keyed.of: taken(getattr(other, keyed.of))})


def _refuse_unseen(column: str, name: str) -> None:
    try:
        validate_seen(name)
    except ValidationError as unseen:
        raise ValidationError({column: unseen}) from unseen


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
    # Rewritten while the constraint stands: no row may find its key still with another one.
    rows = model._default_manager.only("pk", of, f"{of}_key").order_by("pk")
    wrong = [row.pk for row in rows if getattr(row, f"{of}_key") != key(getattr(row, of))]
    for start in range(0, len(wrong), 500):
        model._default_manager.filter(pk__in=wrong[start : start + 500]).update(**{f"{of}_key": ""})
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


def wrong_keys(model: type[models.Model]) -> list[tuple[Any, str]]:
    """Rows whose key is not that of their name, with the name; those without any key are left alone."""
    found = []
    for field in model._meta.fields:
        if isinstance(field, KeyField):
            rows = model._base_manager.exclude(**{field.name: ""}).values_list("pk", field.of, field.name)
            found += [(pk, name) for pk, name, known in rows.iterator() if known != key(name)]
    return found
