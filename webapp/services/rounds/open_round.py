"""Open a round: freeze pairs, texts and scale, make the links, queue the mails. All of it, or nothing."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES, Settings
from webapp.errors import Invalid
from webapp.records import Outbox, RatingRound, RoundPair, RoundRater
from webapp.records.base import new_id, now
from webapp.services.record_event import record_event
from webapp.services.rounds.competence_texts import shared_languages
from webapp.services.rounds.find_round import changeable_round
from webapp.services.rounds.own_competences import chosen_competences
from webapp.services.rounds.pairs import Asked, Person, pairs_to_ask
from webapp.services.rounds.preview_round import preview_round
from webapp.services.rounds.rater_key import new_salt
from webapp.services.rounds.rater_links import link_hash

CHUNK = 5_000
INVITATION = "mail.rating_invitation"


def plan_round(session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID, *, user_id: uuid.UUID) -> RatingRound:
    """Somebody has looked at the preview: the round opens by itself on its day."""
    row = changeable_round(session, organisation_id, round_id)
    _refuse_faults(session, row)
    row.state = "planned"
    record_event(session, organisation_id, "round.planned", user_id=user_id, subject="rating_round", subject_id=row.id)
    return row


def open_round(
    session: Session,
    organisation_id: uuid.UUID,
    round_id: uuid.UUID,
    settings: Settings,
    *,
    user_id: uuid.UUID | None = None,
) -> RatingRound:
    """Open it now, whatever day was planned; the closing day stays."""
    row = changeable_round(session, organisation_id, round_id)
    _refuse_faults(session, row, now())
    asked = pairs_to_ask(session, organisation_id)
    freeze(session, row)
    add_pairs(session, row, asked)
    raters = add_raters(session, row, [asked.people[each] for each in asked.raters], settings)
    queue_mails(session, row, INVITATION, raters)
    record_event(
        session,
        organisation_id,
        "round.opened",
        user_id=user_id,
        subject="rating_round",
        subject_id=row.id,
        raters=len(raters),
        pairs=len(asked.pairs),
    )
    session.flush()
    return row


def _refuse_faults(session: Session, row: RatingRound, opening: dt.datetime | None = None) -> None:
    if faults := preview_round(session, row.organisation_id, row.id, opening=opening).faults:
        raise Invalid(faults)


def freeze(session: Session, row: RatingRound) -> None:
    """From here on the round asks these words on this scale, whatever becomes of the competences."""
    chosen = chosen_competences(session, row.organisation_id, row.competence_codes)
    moment = now()
    row.competences = [each.plain() for each in chosen]
    row.languages = shared_languages(chosen)
    row.key_salt = new_salt()
    row.state = "open"
    row.opens_at = row.opened_at = moment
    session.flush()


def add_pairs(session: Session, row: RatingRound, asked: Asked) -> None:
    insert_all(
        session,
        RoundPair,
        (
            {
                "organisation_id": row.organisation_id,
                "id": new_id(),
                "round_id": row.id,
                "rater_id": rater,
                "performer_id": performer,
            }
            for rater, performer in asked.pairs
        ),
    )


def add_raters(session: Session, row: RatingRound, people: Sequence[Person], settings: Settings) -> list[uuid.UUID]:
    """Give everybody a link; return the ids of these rows."""
    rows = [_rater(row, person, settings.secret_key) for person in people]
    insert_all(session, RoundRater, rows)
    return [each["id"] for each in rows]


def _rater(row: RatingRound, person: Person, secret_key: str) -> dict[str, Any]:
    link = uuid.uuid4()
    return {
        "organisation_id": row.organisation_id,
        "id": new_id(),
        "round_id": row.id,
        "staff_member_id": person.id,
        "link_id": link,
        "token_hash": link_hash(secret_key, link),
        "email": person.email,
        "unit_name": person.unit,
        "language": person.language if person.language in LANGUAGES and person.language in row.languages else "",
    }


def queue_mails(session: Session, row: RatingRound, topic: str, raters: Sequence[uuid.UUID]) -> None:
    """One outbox row a mail, all at once; the queue lets them out at its own rate."""
    insert_all(
        session,
        Outbox,
        (
            {
                "organisation_id": row.organisation_id,
                "id": new_id(),
                "topic": topic,
                "payload": {"rater_id": str(rater)},
            }
            for rater in raters
        ),
    )


def insert_all(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert in chunks and past the session, which need not know of each row."""
    session.flush()
    coming = iter(rows)
    while chunk := list(itertools.islice(coming, CHUNK)):
        session.connection().execute(insert(table.__table__), chunk)
