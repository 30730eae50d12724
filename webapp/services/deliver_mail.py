"""Bring a mail on its way: by SMTP where a server is named, else as a file in the mail folder."""

from __future__ import annotations

import os
import smtplib
import ssl
import uuid
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from webapp.config import Settings
from webapp.records.base import now

SECONDS_TO_WAIT = 20
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PERMANENT = range(500, 600)
NO_SUCH_ADDRESS = 553


class MailSettingsError(ValueError):
    """The address of the SMTP server cannot be read."""


class MailRefused(Exception):
    """The mail server will never bring this mail to this address; `code` is what it said."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused for good with {code}")
        self.code = code


class MailDelayed(Exception):
    """Not now: the server is away, busy, or asks to be asked again. `code` is what it said, if anything."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__(f"put off with {code}" if code else "no answer")
        self.code = code


def deliver_mail(settings: Settings, organisation_id: uuid.UUID, message: EmailMessage) -> None:
    """Send, or lay down; raises `MailRefused` where no further try helps and `MailDelayed` where one may."""
    if not settings.smtp_url:
        lay_down(settings.mail_folder, organisation_id, message)
        return
    try:
        send_by_smtp(settings.smtp_url, message)
    except smtplib.SMTPRecipientsRefused as error:
        raise _said([code for code, _words in error.recipients.values()], about_the_address=True) from error
    except smtplib.SMTPDataError as error:
        raise _said([error.smtp_code], about_the_address=True) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailRefused(NO_SUCH_ADDRESS) from error
    except smtplib.SMTPResponseException as error:
        # A wrong password or sender is our fault, not the addressee's: somebody mends it, and the mail still goes.
        raise _said([error.smtp_code], about_the_address=False) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailDelayed from error


def _said(codes: list[int], *, about_the_address: bool) -> MailRefused | MailDelayed:
    code = max(codes, default=0)
    return MailRefused(code) if about_the_address and code in PERMANENT else MailDelayed(code or None)


def send_by_smtp(url: str, message: EmailMessage) -> None:
    """Send by `smtp://`, `smtp+starttls://` or `smtps://`, with `user:password@` where the server asks."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise MailSettingsError(
            f"MAKINGS_SMTP_URL must look like smtp://host:25, smtp+starttls://user:password@host:587 "
            f"or smtps://user:password@host:465, not like {parts.scheme}://..."
        )
    with _connection(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]) as server:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _connection(scheme: str, host: str, port: int) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS_TO_WAIT, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=SECONDS_TO_WAIT)


def lay_down(folder: Path, organisation_id: uuid.UUID, message: EmailMessage) -> Path:
    """Write the mail as one whole file, named after its organisation and time."""
    # A mail holds a personal link: nobody else on this machine reads it.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{organisation_id}.{now():%Y%m%dT%H%M%S%f}.{uuid.uuid4().hex[:8]}.eml"
    unfinished = path.with_suffix(".part")
    unfinished.touch(mode=0o600, exist_ok=False)
    unfinished.write_bytes(message.as_bytes())
    os.replace(unfinished, path)
    return path
