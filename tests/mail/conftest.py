"""A mail server of our own on a free port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller


class Mailbox:
    """Keeps what arrives; `answer` is what the server says to a recipient or to the content."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_size = ""  # of more than 100 kB
        self.answer_to_content = "250 OK"

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = next((one for one in options if one.startswith("SIZE=")), "")
        if self.answer_to_size and int(answer.rpartition("=")[2] or 0) > 100_000:
            return self.answer_to_size
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer_to_content.startswith("250"):
            self.mails.append(envelope)
        return self.answer_to_content


class _FreePort(Controller):
    """Lets the system choose the port, and learns it before it knocks to see if all is well."""

    def _create_server(self) -> Any:
        async def create() -> Any:
            server = await self.loop.create_server(self._factory_invoker, host=self.hostname, port=0)
            self.port = server.sockets[0].getsockname()[1]
            return server

        return create()


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A running mail server that the settings name."""
    box = Mailbox()
    controller = _FreePort(box, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield box
    controller.stop()
