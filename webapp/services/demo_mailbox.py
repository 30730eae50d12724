"""Read the mails that a simulated company laid down instead of sending them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from webapp.config import Settings
from webapp.errors import NotFound
from webapp.security import SignedIn

SHOWN = 50


@dataclass(frozen=True)
class DemoMail:
    """One mail as a page shows it."""

    key: str
    subject: str
    to: str
    language: str
    sent_at: datetime
    paragraphs: tuple[tuple[tuple[str, bool], ...], ...]
    """Paragraphs of lines; a line is its text and whether it is one of our own links."""


def has_demo_mailbox(settings: Settings, user: SignedIn) -> bool:
    """Only where people are invented and nothing is really sent."""
    return user.simulated and not settings.smtp_url


def list_demo_mails(settings: Settings, user: SignedIn) -> list[DemoMail]:
    """The newest mails of this organisation."""
    _check(settings, user)
    newest = sorted(_files(settings.mail_folder, user.organisation_id), reverse=True)[:SHOWN]
    return [_read(path, settings.base_url) for path in newest if _may_read(path, user)]


def read_demo_mail(settings: Settings, user: SignedIn, key: str) -> DemoMail:
    """One mail of this organisation, by the key of the list."""
    _check(settings, user)
    for path in _files(settings.mail_folder, user.organisation_id):
        if _key(path) == key and _may_read(path, user):
            return _read(path, settings.base_url)
    raise NotFound


def _check(settings: Settings, user: SignedIn) -> None:
    if not has_demo_mailbox(settings, user):
        raise NotFound


def _files(folder: Path, organisation_id: uuid.UUID) -> Iterator[Path]:
    return folder.glob(f"{organisation_id}.*.eml")


def _may_read(path: Path, user: SignedIn) -> bool:
    """A mail of a room that only one role enters is that role's business, in a demo too."""
    room = message_from_bytes(path.read_bytes(), policy=default)["X-Makings-Room"]
    return room is None or str(room) in user.roles


def _key(path: Path) -> str:
    return path.stem.split(".", 1)[1].replace(".", "-")


def _read(path: Path, base_url: str) -> DemoMail:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    return DemoMail(
        key=_key(path),
        subject=str(message["Subject"]),
        to=str(message["To"]),
        language=str(message["Content-Language"] or "en"),
        sent_at=parsedate_to_datetime(str(message["Date"])),
        paragraphs=_paragraphs(body.get_content() if body else "", base_url),
    )


def _paragraphs(text: str, base_url: str) -> tuple[tuple[tuple[str, bool], ...], ...]:
    return tuple(
        tuple((line, line.startswith(f"{base_url}/")) for line in part.splitlines() if line.strip(" -"))
        for part in re.split(r"\n\s*\n", text.strip())
    )
