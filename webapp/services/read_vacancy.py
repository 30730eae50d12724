"""Read vacancies and how far their applicants have come."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from webapp.errors import NotFound
from webapp.records import Applicant, ModelVersion, Score, Vacancy
from webapp.records.names import fold
from webapp.services.lock_row import lock_row

VACANCY_STATES = ("open", "closed", "archived")
STATES = ("invited", "started", "done", "withdrawn")


@dataclass(frozen=True)
class Funnel:
    """Whole numbers of people; each stage holds the later ones."""

    invited: int = 0
    started: int = 0
    done: int = 0
    withdrawn: int = 0
    scored: int = 0

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


def funnel(session: Session, vacancy: Vacancy) -> Funnel:
    return _counts(session, vacancy.organisation_id, [vacancy.id])[vacancy.id]


def _counts(session: Session, organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Funnel]:
    people = session.execute(
        select(Applicant.vacancy_id, Applicant.state, func.count())
        .where(Applicant.organisation_id == organisation_id, Applicant.vacancy_id.in_(ids))
        .group_by(Applicant.vacancy_id, Applicant.state)
    )
    by_state = {(vacancy_id, state): count for vacancy_id, state, count in people}
    scored = {row[0]: row[1] for row in session.execute(_scored(organisation_id, ids))}
    return {each: _funnel([by_state.get((each, state), 0) for state in STATES], scored.get(each, 0)) for each in ids}


def _scored(organisation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> Select[uuid.UUID, int]:
    """How many people of each vacancy have a score by the model that it is on."""
    return (
        select(Score.vacancy_id, func.count())
        .join(
            Vacancy,
            (Vacancy.organisation_id == Score.organisation_id)
            & (Vacancy.id == Score.vacancy_id)
            & (Vacancy.model_version_id == Score.model_version_id),
        )
        .join(Applicant, (Applicant.organisation_id == Score.organisation_id) & (Applicant.id == Score.applicant_id))
        .where(
            Score.organisation_id == organisation_id,
            Score.vacancy_id.in_(ids),
            Score.score.is_not(None),
            Applicant.state == "done",
        )
        .group_by(Score.vacancy_id)
    )


def _funnel(states: Sequence[int], scored: int) -> Funnel:
    invited, started, done, withdrawn = states
    return Funnel(invited + started + done, started + done, done, withdrawn, scored)


def newer_model(session: Session, vacancy: Vacancy) -> ModelVersion | None:
    """The model that serves this form now, where the vacancy is still on another."""
    return session.scalars(
        select(ModelVersion)
        .where(
            ModelVersion.organisation_id == vacancy.organisation_id,
            ModelVersion.questionnaire_id == vacancy.questionnaire_id,
            ModelVersion.form == vacancy.form,
            ModelVersion.state == "serving",
            ModelVersion.id != vacancy.model_version_id,
        )
        .order_by(ModelVersion.number.desc())
        .limit(1)
    ).first()
