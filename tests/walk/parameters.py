"""The names of the parameters that a page reads from its address: from the code and from what pages offer."""

from __future__ import annotations

import inspect
import re
import sys
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.urls import resolve

from tests.walk.crawl import Form, Found, name_of

_READ = re.compile(r"""(?:GET|query|state|given|asked|data)\s*(?:\.get(?:list)?\(|\[)\s*["'](\w+)["']""")
_IN = re.compile(r"""["'](\w+)["'] (?:not )?in (?:self\.)?(?:request\.)?GET""")


@cache
def _of_module(module: str) -> frozenset[str]:
    source = inspect.getsource(sys.modules[module])
    return frozenset(_READ.findall(source)) | frozenset(_IN.findall(source))


def of(path: str, found: Found) -> list[str]:
    """All that the page at this address may read."""
    name = name_of(path)
    view: Any = inspect.unwrap(resolve(urlsplit(path).path).func)
    names = set(_of_module(view.__module__)) | {"page"}
    for other in found.all():
        if name_of(other) == name:
            names |= {key for key, _value in parse_qsl(urlsplit(other).query, keep_blank_values=True)}
    for form in found.forms.values():
        if form.method == "get" and name_of(form.action) == name:
            names |= fields(form)
    return sorted(names)


def fields(form: Form) -> set[str]:
    return form.typed | form.files | {name for name, _value in form.values}
