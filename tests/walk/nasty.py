"""Values that no browser sends by itself."""

from __future__ import annotations

from urllib.parse import quote_from_bytes, quote_plus

VALUES: tuple[bytes, ...] = tuple(
    value if isinstance(value, bytes) else value.encode()
    for value in (
        "", " ", "0", "-1", "1e3", "1.5", "NaN", "Infinity", "-Infinity", "٣", "²", "true", "null", "[]",
        '{"a": [1]}', '["\\ud800"]', str(2**31), str(2**63 - 1), str(2**63), "9" * 25, "-" + "9" * 25,
        "9" * 5000, "1e999999", "0.0000000001", "0001-01-01", "9999-12-31", "2026-02-30", "2026-W01-1",
        "9999-12-31T23:59", "25:61", "a\0b", "\0", "x" * 300, "ж" * 20_000, "\u202eRTL\u202c", "' OR 1=1 --",
        "{{ 7|add:7 }}{% now %}%s%(a)d{0}", "<script>alert(1)</script>", "a\r\nReply-To: evil@evil.example",
        "../../etc/passwd", "//evil.example", "http://[", "SD-1", "service.99999999999999999999",
        "=cmd|' /C calc'!A0", "a@[", "%00", ":", ".", "-",
        b"\xff\xfe", b"\xed\xa0\x80", b"\xc3\x28",
    )
)  # fmt: skip


def encoded(pairs: list[tuple[str, bytes | str]]) -> str:
    """As a query or the body of a form, whatever bytes they are."""
    return "&".join(
        f"{quote_plus(name)}={quote_from_bytes(value if isinstance(value, bytes) else value.encode())}"
        for name, value in pairs
    )
