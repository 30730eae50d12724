"""What became of a person: rows read anew, and the mails that were laid down."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import AddressChange


def fresh(session: Session, table: type, number: object) -> object:
    session.rollback()
    session.expire_all()
    return session.get(table, number)


def mails(settings: Settings) -> list[str]:
    return [
        message_from_bytes(path.read_bytes(), policy=default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for path in sorted(Path(settings.mail_folder).glob("*.eml"))
    ]


def ask_address(client: FlaskClient, session: Session, base: str, email: str, name: str = "A") -> AddressChange:
    client.get(f"{base}/my-data/contact")
    assert client.send(f"{base}/my-data/contact", {"name": name, "email": email}).status_code == 302
    session.rollback()
    return session.scalars(select(AddressChange)).one()
