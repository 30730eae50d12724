"""People leave lists, come back onto them, or change their stage; the kept numbers change in the same transaction."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from webapp.records import Applicant, ListState, Score, Sitting
from webapp.records.base import now
from webapp.services.shortlist.beginning import hold_people
from webapp.services.shortlist.cells import Cell
from webapp.services.shortlist.on_list import of_list
from webapp.services.shortlist.stretches import Change, change_counts, stretch_of

NO_PLACE = 0
WAITS = None
CHUNK = 500
People = Sequence[uuid.UUID]


def take_off(session: Session, organisation_id: uuid.UUID, applicant_ids: People) -> None:
    """These people leave every list that they are on: withdrawn, or about to be erased."""
    _move(session, organisation_id, applicant_ids, NO_PLACE)


def put_back(session: Session, organisation_id: uuid.UUID, applicant_ids: People) -> None:
    """These people are looked at again: they wait, and come in with the next batch as they are then."""
    _move(session, organisation_id, applicant_ids, WAITS)


def before_rewriting(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, score_ids: Sequence[uuid.UUID]
) -> None:
    """These scores are about to be written over: they leave their places, and wait for new ones."""
    for state in held_lists(session, organisation_id, [vacancy_id]):
        for chunk in chunks(score_ids):
            _leave(session, state, _scores(session, state, Score.id.in_(chunk)), WAITS)


def begin_anew(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> None:
    """So much of a vacancy's lists changed that addresses of their pages lead to the top from now on."""
    for state in held_lists(session, organisation_id, [vacancy_id]):
        state.seq = state.renewed_seq = state.seq + 1
        state.as_of = now()
    session.flush()


def change_stage(session: Session, organisation_id: uuid.UUID, applicant_ids: People, stage: int) -> None:
    """Put these people on this stage. They keep their places and their batch: pages that are open stay whole."""
    for state in held_lists(session, organisation_id, _vacancies(session, organisation_id, applicant_ids)):
        for chunk in chunks(applicant_ids):
            _recount(session, state, _scores(session, state, Score.applicant_id.in_(chunk)), stage)
    for chunk in chunks(applicant_ids):
        people = (Applicant.organisation_id == organisation_id, Applicant.id.in_(chunk))
        session.execute(update(Applicant).where(*people).values(stage=stage))


def held_lists(session: Session, organisation_id: uuid.UUID, vacancies: Sequence[uuid.UUID]) -> list[ListState]:
    """All lists of these vacancies, held in one order: meanwhile nobody is taken in, and no list begins."""
    hold_people(session, list(vacancies))
    return list(
        session.scalars(
            select(ListState)
            .where(ListState.organisation_id == organisation_id, ListState.vacancy_id.in_(vacancies))
            .order_by(ListState.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def chunks(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _move(session: Session, organisation_id: uuid.UUID, people: People, seq: int | None) -> None:
    session.flush()
    for state in held_lists(session, organisation_id, _vacancies(session, organisation_id, people)):
        for chunk in chunks(people):
            _leave(session, state, _scores(session, state, Score.applicant_id.in_(chunk)), seq)
    for chunk in chunks(people):
        _leave_unopened(session, organisation_id, chunk, seq)


def _leave_unopened(session: Session, organisation_id: uuid.UUID, people: People, seq: int | None) -> None:
    """Scores for which no list has begun: they are on none, and must not wait for one, or wait again."""
    of_these = (Sitting.organisation_id == organisation_id, Sitting.applicant_id.in_(people))
    which = (Score.organisation_id == organisation_id, Score.sitting_id.in_(select(Sitting.id).where(*of_these)))
    nowhere = func.coalesce(Score.listed_seq, NO_PLACE) == NO_PLACE
    rewritten = update(Score).where(*which, nowhere).values(listed_seq=seq)
    session.execute(rewritten.execution_options(synchronize_session="fetch"))


def _vacancies(session: Session, organisation_id: uuid.UUID, people: People) -> list[uuid.UUID]:
    found: set[uuid.UUID] = set()
    for chunk in chunks(people):
        of_these = (Applicant.organisation_id == organisation_id, Applicant.id.in_(chunk))
        found |= set(session.scalars(select(Applicant.vacancy_id).where(*of_these).distinct()))
    return sorted(found)


def _scores(session: Session, state: ListState, which: Any) -> Sequence[Row[Any]]:
    columns: Any = select(Score.id, Score.score, Score.cell, Score.listed_seq)
    here = of_list(state.organisation_id, state.vacancy_id, state.model_version_id)
    return session.execute(columns.where(*here, which)).all()


def _leave(session: Session, state: ListState, rows: Sequence[Row[Any]], seq: int | None) -> None:
    counted = Counter[Change]()
    for row in _placed(rows):
        counted[stretch_of(state.edges, row.score), row.cell] -= 1
    change_counts(session, state, counted)
    _write(session, state, rows, listed_seq=seq)


def _recount(session: Session, state: ListState, rows: Sequence[Row[Any]], stage: int) -> None:
    counted = Counter[Change]()
    by_cell: dict[int, list[Row[Any]]] = {}
    for row in rows:
        if row.cell is not None:
            by_cell.setdefault(moved(row.cell, stage), []).append(row)
    for cell, those in by_cell.items():
        for row in _placed(those):
            counted[stretch_of(state.edges, row.score), row.cell] -= 1
            counted[stretch_of(state.edges, row.score), cell] += 1
        _write(session, state, those, cell=cell)
    change_counts(session, state, counted)


def moved(number: int, stage: int) -> int:
    """The cell of the same language and flags on another stage."""
    cell = Cell.of(number)
    return Cell(stage, cell.language, cell.flagged).number


def _placed(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    return [row for row in rows if row.listed_seq]


def _write(session: Session, state: ListState, rows: Sequence[Row[Any]], **values: Any) -> None:
    if rows:
        which = (Score.organisation_id == state.organisation_id, Score.id.in_([row.id for row in rows]))
        session.execute(update(Score).where(*which).values(**values))
