"""Read vacancies and how far their applicants have come."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from webapp.errors import NotFound
from webapp.records import ModelVersion, Vacancy
from webapp.records.names import fold
from webapp.services.lock_row import lock_row
from webapp.services.shortlist.tally import (
    STATES,
    counted,
    find_tally,
    number_placed,
    numbers_of,
    ranked_numbers,
    remember_rows,
    tallies,
)

VACANCY_STATES = ("open", "closed", "archived")


@dataclass(frozen=True)
class Funnel:
    """Whole numbers of people; each stage holds the later ones."""

    invited: int = 0
    started: int = 0
    done: int = 0
    withdrawn: int = 0
    scored: int = 0
    as_of: dt.datetime | None = None
    """When people were counted, where they are too many to be counted at each look; None: just now."""

    @property
    def waiting(self) -> int:
        """Invited or started, and not done."""
        return self.invited - self.done

    @property
    def unscored(self) -> int:
        """Done, and without a score."""
        return self.done - self.scored


def get_vacancy(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> Vacancy:
    vacancy = session.get(
        Vacancy,
        (organisation_id, vacancy_id),
        options=[joinedload(Vacancy.unit), joinedload(Vacancy.model_version), joinedload(Vacancy.questionnaire)],
    )
    if vacancy is None:
        raise NotFound
    return vacancy


def lock_vacancy(session: Session, vacancy: Vacancy) -> None:
    """Let two people who add applicants at once do it one after the other."""
    lock_row(session, Vacancy, vacancy.organisation_id, vacancy.id)


def list_vacancies(
    session: Session, organisation_id: uuid.UUID, state: str, search: str = ""
) -> list[tuple[Vacancy, Funnel]]:
    """The vacancies in this state with their counts, the newest first; `search`: part of the title or of the unit."""
    rows = session.scalars(
        select(Vacancy)
        .where(Vacancy.organisation_id == organisation_id, Vacancy.state == state)
        .order_by(Vacancy.created_at.desc(), Vacancy.id)
        .options(joinedload(Vacancy.unit), joinedload(Vacancy.model_version))
    ).all()
    wanted = fold(search)
    rows = [row for row in rows if wanted in fold(f"{row.title} {row.unit.name if row.unit else ''}")]
    counts = _counts(session, organisation_id, [row.id for row in rows])
    return [(row, counts[row.id]) for row in rows]


def number_of_vacancies(session: Session, organisation_id: uuid.UUID) -> dict[str, int]:
    """How many there are in each state."""
    rows = session.execute(
        select(Vacancy.state, func.count()).where(Vacancy.organisation_id == organisation_id).group_by(Vacancy.state)
    )
    return dict.fromkeys(VACANCY_STATES, 0) | dict(rows.all())


def funnel(session: Session, vacancy: Vacancy, *, waiting: int | None = None) -> Funnel:
    """`waiting`: how many with a score have no place yet, where that was just counted."""
    if waiting is None:
        return _counts(session, vacancy.organisation_id, [vacancy.id])[vacancy.id]
    remember_rows(session, vacancy)
    tally, ranked = find_tally(session, vacancy), number_placed(session, vacancy) + waiting
    if tally is not None and tally.counted_at is not None:
        return _funnel(numbers_of(tally), ranked, tally.counted_at)
    return _funnel(counted(session, vacancy.organisation_id, [vacancy.id])[vacancy.id], ranked, None)


def _counts(session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Funnel]:
    kept = tallies(session, organisation_id, ids)
    fresh = counted(session, organisation_id, [each for each in ids if each not in kept])
    ranked = ranked_numbers(session, organisation_id, ids)
    found = {each: _funnel(numbers, ranked[each], None) for each, numbers in fresh.items()}
    return found | {each: _funnel(numbers_of(row), ranked[each], row.counted_at) for each, row in kept.items()}


def _funnel(numbers: Mapping[str, int], ranked: int, as_of: dt.datetime | None) -> Funnel:
    invited, started, done, withdrawn = (numbers[state] for state in STATES)
    # Of people who were counted a while ago fewer may be done than have a place by now.
    done = max(done, ranked) if as_of else done
    return Funnel(invited + started + done, started + done, done, withdrawn, ranked, as_of)


def newer_model(session: Session, vacancy: Vacancy) -> ModelVersion | None:
    """The model that serves this form now, where the vacancy is still on another."""
    columns = ("organisation_id", "questionnaire_id", "form", "model_version_id")
    return session.scalars(NEWER, {name: getattr(vacancy, name) for name in columns}).first()


NEWER = (
    select(ModelVersion)
    .where(
        ModelVersion.organisation_id == bindparam("organisation_id"),
        ModelVersion.questionnaire_id == bindparam("questionnaire_id"),
        ModelVersion.form == bindparam("form"),
        ModelVersion.state == "serving",
        ModelVersion.id != bindparam("model_version_id"),
    )
    .order_by(ModelVersion.number.desc())
    .limit(1)
)
