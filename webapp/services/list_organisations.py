"""List the organisations, for commands of whoever runs the installation."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Organisation


def list_organisations(session: Session) -> list[Organisation]:
    return list(session.scalars(select(Organisation).order_by(Organisation.name)))
