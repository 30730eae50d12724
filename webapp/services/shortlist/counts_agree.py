"""Whether what is kept about a list is what one finds by counting everybody: for tests and for who doubts it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.records import Applicant, ListCount, ListState, Score, Sitting
from webapp.services.shortlist.cells import Cell, asks_for_a_look
from webapp.services.shortlist.numbers import numbers_on
from webapp.services.shortlist.on_list import of_list
from webapp.services.shortlist.stretches import Change, stretch_of


def counts_agree(session: Session, state: ListState) -> bool:
    """The kept numbers, and each person's cell and right to a place, against the people themselves."""
    found = kept(session, state)
    return found == shown(session, state) == counted(session, state) and not misplaced(session, state)


def shown(session: Session, state: ListState) -> Counter[Change]:
    """The numbers as pages see them, which were perhaps read a while ago."""
    held = numbers_on(session, state).by_stretch
    return Counter(
        {(place, cell): number for cell, numbers in held.items() for place, number in enumerate(numbers) if number}
    )


def kept(session: Session, state: ListState) -> Counter[Change]:
    rows = session.execute(
        select(ListCount.stretch, ListCount.cell, ListCount.number).where(
            ListCount.organisation_id == state.organisation_id, ListCount.list_id == state.id, ListCount.number != 0
        )
    )
    return Counter({(stretch, cell): number for stretch, cell, number in rows})


def counted(session: Session, state: ListState) -> Counter[Change]:
    """Everybody with a place, as the person is now."""
    rows = session.execute(_people(state, Score.score, Score.flags, Applicant.stage, Sitting.language))
    return Counter(
        (stretch_of(state.edges, score), Cell(stage, language, asks_for_a_look(flags)).number)
        for score, flags, stage, language in rows
    )


def misplaced(session: Session, state: ListState) -> bool:
    """Whether somebody has a place without a right to it, or has none and waits for none."""
    unfit = or_(Score.score.is_(None), Applicant.state != "done", Score.listed_seq > state.seq)
    fit = _everybody(state, Score.id).where(Score.listed_seq == 0, Score.score.is_not(None), Applicant.state == "done")
    return any(session.scalar(query.limit(1)) for query in (_people(state, Score.id).where(unfit), fit))


def _people(state: ListState, *columns: Any) -> Any:
    return _everybody(state, *columns).where(Score.listed_seq > 0)


def _everybody(state: ListState, *columns: Any) -> Any:
    return (
        select(*columns)
        .join(Applicant, (Applicant.organisation_id == Score.organisation_id) & (Applicant.id == Score.applicant_id))
        .join(Sitting, (Sitting.organisation_id == Score.organisation_id) & (Sitting.id == Score.sitting_id))
        .where(*of_list(state.organisation_id, state.vacancy_id, state.model_version_id))
    )
