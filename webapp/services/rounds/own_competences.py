"""The company's own competences. A change counts from the next round that opens, never in one that runs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Invalid, NotFound
from webapp.records import Competence
from webapp.records.base import new_id, now
from webapp.services.record_event import record_event
from webapp.services.rounds.competence_texts import OWN, CompetenceText, library_competences


def own_competences(session: Session, organisation_id: uuid.UUID) -> list[Competence]:
    """Those that are offered to new rounds, in the order in which they were made."""
    rows = select(Competence).where(Competence.organisation_id == organisation_id, Competence.retired_at.is_(None))
    return list(session.scalars(rows.order_by(Competence.created_at, Competence.id)))


def all_competences(session: Session, organisation_id: uuid.UUID) -> list[CompetenceText]:
    """What a new round can ask: the library's and the company's own."""
    return library_competences() + [text_of(row) for row in own_competences(session, organisation_id)]


def chosen_competences(session: Session, organisation_id: uuid.UUID, codes: Sequence[str]) -> list[CompetenceText]:
    """Those of these codes that are still there, as they are written now."""
    known = {each.code: each for each in all_competences(session, organisation_id)}
    return [known[code] for code in codes if code in known]


def text_of(row: Competence) -> CompetenceText:
    return CompetenceText.from_plain(row.texts)


def find_competence(session: Session, organisation_id: uuid.UUID, competence_id: uuid.UUID) -> Competence:
    row = session.get(Competence, (organisation_id, competence_id))
    if row is None:
        raise NotFound
    return row


def save_competence(
    session: Session,
    organisation_id: uuid.UUID,
    competence_id: uuid.UUID | None,
    text: CompetenceText,
    *,
    user_id: uuid.UUID,
) -> Competence:
    """Add a competence or change its words; the code stays, so that its figures go on."""
    if faults := faults_in(text):
        raise Invalid(faults)
    if competence_id is None:
        number = new_id()
        row = Competence(organisation_id=organisation_id, id=number, code=f"{OWN}{number.hex}")
        session.add(row)
    else:
        row = find_competence(session, organisation_id, competence_id)
    row.texts = text.plain() | {"code": row.code, "facet": None}
    session.flush()
    _record(session, row, "competence.saved", user_id)
    return row


def faults_in(text: CompetenceText) -> list[str]:
    """A language is whole or empty: half of one would leave somebody without words."""
    faults = []
    if not text.languages:
        faults.append(_("Give the competence a name and a description in at least one language."))
    for language in text.names:
        if bool(text.names[language]) != bool(text.descriptions.get(language)):
            faults.append(_("Give both the name and the description in each language, or neither."))
            break
    for language, anchors in text.anchors.items():
        if anchors and language not in text.languages:
            faults.append(_("Points of the scale are described in a language that has no name yet."))
            break
    return faults


def retire_competence(
    session: Session, organisation_id: uuid.UUID, competence_id: uuid.UUID, *, user_id: uuid.UUID
) -> None:
    """Offer it no longer; rounds that asked it keep it."""
    row = find_competence(session, organisation_id, competence_id)
    if row.retired_at is None:
        row.retired_at = now()
        _record(session, row, "competence.retired", user_id)


def _record(session: Session, row: Competence, action: str, user_id: uuid.UUID) -> None:
    record_event(session, row.organisation_id, action, user_id=user_id, subject="competence", subject_id=row.id)
