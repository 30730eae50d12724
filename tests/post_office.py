"""A real SMTP server on this machine that takes mails, or does what mail servers do instead."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.ports import free_port
from webapp.config import Settings


@dataclass
class PostOffice:
    """Says `to_recipient` and `to_data`, and hangs up in the middle of the mail where `drops`."""

    taken: list[Envelope] = field(default_factory=list)
    to_recipient: str = ""
    to_data: str = ""
    drops: bool = False
    encrypted: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.encrypted = session.ssl is not None
        if self.drops:
            server.transport.close()
        if self.to_data or self.drops:
            return self.to_data or "421 gone"
        self.taken.append(envelope)
        return "250 taken"

    def only(self) -> EmailMessage:
        (envelope,) = self.taken
        return read(envelope)


def read(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, _class=EmailMessage, policy=default)


@contextmanager
def open_office(office: PostOffice, **options: Any) -> Iterator[str]:
    """Run it; gives its address as the settings name it."""
    controller = Controller(office, hostname="127.0.0.1", port=free_port(), ready_timeout=60, **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def own_certificate(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def smtp(office: PostOffice, settings: Settings) -> Iterator[Settings]:
    """The site's settings with this server."""
    with open_office(office) as url:
        yield replace(settings, smtp_url=url)
