"""Raw mails for tests, built from what a test is about."""

from __future__ import annotations

import base64


def raw_mail(
    *,
    sender: str = "Anna Ivanova <anna@client.example>",
    subject: str | None = "Printer",
    text: str = "Nothing prints since Monday.",
    message_id: str = "<1@client.example>",
    charset: str = "utf-8",
    **headers: str,
) -> bytes:
    """A plain mail; other headers by keyword, `in_reply_to="<…>"`."""
    values = {"From": sender, "To": "desk@quayside.example"}
    if message_id:
        values["Message-ID"] = message_id
    if subject is not None:
        values["Subject"] = subject
    values |= {name.replace("_", "-"): value for name, value in headers.items()}
    values |= {"Content-Type": f"text/plain; charset={charset}", "Content-Transfer-Encoding": "8bit"}
    head = "".join(f"{name}: {value}\r\n" for name, value in values.items())
    return (head + "\r\n").encode() + text.encode(charset)


def with_files(*files: tuple[str, str, bytes], text: str = "See the files.", **headers: str) -> bytes:
    """A mail with (name, content type, content) attached."""
    head = raw_mail(text="", **headers).split(b"Content-Type:")[0]
    parts = [f"--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()]
    for name, kind, content in files:
        part = (
            f'--cut\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n'
            "Content-Transfer-Encoding: base64\r\n\r\n"
        )
        parts.append(part.encode() + base64.encodebytes(content))
    return head + b"Content-Type: multipart/mixed; boundary=cut\r\n\r\n" + b"".join(parts) + b"--cut--\r\n"
