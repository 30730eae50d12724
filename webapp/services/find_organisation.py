"""Find the organisation that a command means."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Organisation


def find_organisation(session: Session, name: str | None = None) -> Organisation:
    """Return the organisation of this name, or the only one there is."""
    rows = list(session.scalars(select(Organisation).order_by(Organisation.name)))
    chosen = rows if name is None else [row for row in rows if row.name == name]
    if len(chosen) == 1:
        return chosen[0]
    if not rows:
        raise NotFound("There is no organisation yet. Make one with: makings init --organisation NAME")
    names = "; ".join(row.name for row in rows)
    raise NotFound(f"Name one organisation with --organisation. There are: {names}")
