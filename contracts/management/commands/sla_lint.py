"""Look for what is wrong with policies, calendars and contracts.

Exit code 1: something at least as grave as --fail-on was found.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contracts.validation import lint
from sla.validation.findings import Finding, Severity

_FAILS_ON = {
    "error": {Severity.ERROR},
    "warning": {Severity.ERROR, Severity.WARNING},
    "never": set[Severity](),
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--fail-on", choices=tuple(_FAILS_ON), default="error")

    def handle(self, *, format: str, fail_on: str, **options: Any) -> None:
        findings = lint.check(timezone.now())
        if format == "json":
            self.stdout.write(json.dumps([_data(one) for one in findings], indent=2, ensure_ascii=False))
        else:
            self._write(findings)
        grave = [one for one in findings if one.severity in _FAILS_ON[fail_on]]
        if grave:
            raise CommandError(f"Problems found: {len(grave)}", returncode=1)

    def _write(self, findings: list[Finding]) -> None:
        for one in findings:
            self.stdout.write(f"{one.severity.value}: {one.where.name}: {one.sentence} [{one.code}]")
        if not findings:
            self.stdout.write("No problems found.")


def _data(finding: Finding) -> dict[str, str]:
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "where": finding.where.name,
        "url": finding.where.url,
        "sentence": finding.sentence,
    }
