"""Delete people with every row that hangs on them, and what waits in the outbox about them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from webapp.records import LinkRequest, Outbox
from webapp.services.rights.hanging_rows import APPLICANT, belonging, hanging_tables

CHUNK = 200
NAMED_IN_OUTBOX = {
    "sitting": "sitting_id",
    "invitation": "invitation_id",
    "mail": "mail_id",
    "review_request": "request_id",
    "adjustment_request": "request_id",
    "address_change": "change_id",
    "staff_invitation": "invitation_id",
    "round_rater": "rater_id",
    "monitor_ticket": "ticket_id",
    "voice_link": "link_id",
}
"""Tables whose rows the outbox may name, and how it names them."""
People = Sequence[uuid.UUID]


def count_rows(session: Session, owner: uuid.UUID, people: People, root: str = APPLICANT) -> dict[str, int]:
    """How many rows of each table hang on these people; tables without any are left out."""
    if not people:
        return {}
    counted = {
        table.name: session.scalar(select(func.count()).select_from(table).where(belonging(table, owner, people, root)))
        for table in hanging_tables(root)
    }
    return {name: number for name, number in counted.items() if number}


def remove_people(session: Session, owner: uuid.UUID, people: People, root: str = APPLICANT) -> None:
    """From the leaves to the root, as the references ask."""
    if not people:
        return
    _forget_outbox(session, owner, people, root)
    for table in hanging_tables(root):
        remove(session, delete(table).where(belonging(table, owner, people, root)))
    session.expire_all()


def _forget_outbox(session: Session, owner: uuid.UUID, people: People, root: str) -> None:
    """Rows of the outbox hold ids only; those that lead to these people go too."""
    for table in hanging_tables(root):
        if table.name in NAMED_IN_OUTBOX:
            rows = session.scalars(select(table.c.id).where(belonging(table, owner, people, root)))
            ids = [str(each) for each in rows]
            for start in range(0, len(ids), CHUNK):
                some = Outbox.payload[NAMED_IN_OUTBOX[table.name]].as_string().in_(ids[start : start + CHUNK])
                remove(session, delete(Outbox).where(Outbox.organisation_id == owner, some))


def forget_link_requests(session: Session, owner: uuid.UUID, addresses: Sequence[str]) -> None:
    here = LinkRequest.organisation_id.is_(None) | (LinkRequest.organisation_id == owner)
    remove(session, delete(LinkRequest).where(here, LinkRequest.email.in_(addresses)))


def remove(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
