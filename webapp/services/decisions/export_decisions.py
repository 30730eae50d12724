"""The decisions about a person, as they stand in the file of everything that is held about them.

Who decided is told as "the company": colleagues' names are no data about the applicant. Drafts that nobody confirmed
decided nothing, and are gone within a day.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, Decision, DecisionReason, Vacancy
from webapp.services.decisions.stages import name_in, stage_names
from webapp.services.decisions.undo import undo_until


def decisions_of(
    session: Session,
    organisation_id: uuid.UUID,
    people: Sequence[uuid.UUID],
    language: str,
    may_tell_place: Mapping[uuid.UUID, bool],
) -> list[dict[str, Any]]:
    names = stage_names(session, organisation_id, language)
    rows = session.execute(
        select(Decision, Vacancy.title, DecisionReason)
        .join(
            Applicant, (Applicant.organisation_id == Decision.organisation_id) & (Applicant.id == Decision.applicant_id)
        )
        .join(Vacancy, (Vacancy.organisation_id == Decision.organisation_id) & (Vacancy.id == Decision.vacancy_id))
        .outerjoin(
            DecisionReason,
            (DecisionReason.organisation_id == Decision.organisation_id) & (DecisionReason.id == Decision.reason_id),
        )
        .where(Decision.organisation_id == organisation_id, Decision.applicant_id.in_(people))
        .order_by(Decision.decided_at, Decision.id)
    )
    return [
        _told(row, title, reason, names, language) | (_seen(row) if may_tell_place.get(row.applicant_id) else {})
        for row, title, reason in rows
    ]


def _told(
    row: Decision, title: str, reason: DecisionReason | None, names: Mapping[int, str], language: str
) -> dict[str, Any]:
    return {
        "vacancy": title,
        "at": row.decided_at.isoformat(),
        "from": names.get(row.from_stage, ""),
        "to": names.get(row.to_stage, ""),
        "reason": name_in(reason.names, language) if reason else None,
        "reason_in_words": row.text or None,
        "why_these_of_equals": row.tie_reason or None,
        "by": "a person of the company",
        "can_be_undone_until": undo_until(row.decided_at).isoformat(),
        "undone_at": row.undone_at.isoformat() if row.undone_at else None,
        "name_was_shown_by_it": row.revealed,
    }


def _seen(row: Decision) -> dict[str, Any]:
    """What whoever decided saw of the result."""
    group = None if row.group_first is None else {"first_place": row.group_first, "last_place": row.group_last}
    return {
        "seen_by_the_decider": {
            "place": row.place,
            "group_that_cannot_be_told_apart": group,
            "of_people_with_a_place": row.ranked,
            "model": row.model_number,
            "flags": list(row.flags),
            "others_of_the_group_were_left_out": row.in_split_tie,
        }
    }
