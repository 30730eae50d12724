"""Write what was worked out, each person with a place on the list of the new model, which nobody reads yet."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.orm import Session

from webapp.records import ListState, Score, Vacancy
from webapp.records.base import now, random_id
from webapp.services.lock_row import lock_row
from webapp.services.rescoring.score_people import Scored, score_span, set_aside_for
from webapp.services.rescoring.whom import Span, Target, read_standing
from webapp.services.shortlist.cells import Cell, asks_for_a_look
from webapp.services.shortlist.on_list import lock_state
from webapp.services.shortlist.stretches import Change, change_counts, stretch_of
from webapp.services.shortlist.take_in import NO_PLACE
from webapp.services.shortlist.ties import make_room


class Outdated(Exception):
    """A question was set aside, or brought back, after these people were scored."""


def write_scores(session: Session, target: Target, span: Span, scored: Scored) -> int:
    """Write the scores of those who are still there and whom nobody scored meanwhile; how many these were.

    Whoever changes somebody's stage, or takes somebody off the lists, holds the list as we do: what is read of the
    people after that is how they stand when this is committed.
    """
    vacancy = _held_vacancy(session, target)
    state = lock_state(session, vacancy, target.version_id)
    if set_aside_for(session, target, set(scored.aside)) != scored.aside:
        raise Outdated
    people = [row for row in read_standing(session, target, span) if row.id in scored.rows]
    if people:
        _write(session, target, state, people, scored)
    return len(people)


def _held_vacancy(session: Session, target: Target) -> Vacancy:
    """Where the vacancy is on this model already, those who send their answers are scored by it at that moment."""
    vacancy = session.get_one(Vacancy, (target.organisation_id, target.vacancy_id))
    if vacancy.model_version_id == target.version_id:
        return lock_row(session, Vacancy, target.organisation_id, target.vacancy_id)
    return vacancy


def _write(session: Session, target: Target, state: ListState, people: Sequence[Row[Any]], scored: Scored) -> None:
    seq, moment = state.seq + 1, now()
    counted: Counter[Change] = Counter()
    placed: list[float] = []
    rows = []
    for person in people:
        figures = scored.rows[person.id]
        cell = Cell(person.stage, person.language, asks_for_a_look(figures["flags"])).number
        has_place = figures["score"] is not None and person.state == "done"
        rows.append(
            _row(target, person, moment) | figures | {"cell": cell, "listed_seq": seq if has_place else NO_PLACE}
        )
        if has_place:
            placed.append(figures["score"])
            counted[stretch_of(state.edges, figures["score"]), cell] += 1
    session.execute(insert(Score.__table__), rows)  # type: ignore[arg-type]
    change_counts(session, state, counted)
    make_room(session, state, placed)
    state.seq, state.as_of = seq, moment
    session.flush()


def _row(target: Target, person: Row[Any], moment: dt.datetime) -> dict[str, Any]:
    return {
        "organisation_id": target.organisation_id,
        "id": random_id(),
        "sitting_id": person.id,
        "vacancy_id": target.vacancy_id,
        "applicant_id": person.applicant_id,
        "model_version_id": target.version_id,
        "done_at": person.submitted_at,
        "created_at": moment,
    }


def score_next(session: Session, target: Target, limit: int) -> int:
    """Score the next ones in this very transaction; how many there were, 0 when nobody is left."""
    span = Span()
    return write_scores(session, target, span, score_span(session, target, span, limit))


def score_everybody(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, version_id: uuid.UUID, limit: int = 2_000
) -> int:
    """Score whomever this model has not scored, at once: for small vacancies. How many these were."""
    target, number = Target(organisation_id, vacancy_id, version_id), 0
    while scored := score_next(session, target, limit):
        number += scored
    return number
