"""Rehearse a promotion: both rankings of every open vacancy that the model could take over, side by side."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scoring.rehearsing.comparing import Ranking, compare, movers, rank
from scoring.rehearsing.groups import rates
from webapp.records import Applicant, Hire, ModelVersion, Vacancy
from webapp.services.promotion.check_artefact import check_identity
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.rehearsal.newest_data import calibration_on_newest
from webapp.services.rehearsal.read_people import count_people, read_chunks
from webapp.services.rehearsal.score_people import Rehearser
from webapp.services.shortlist.on_list import find_state
from webapp.services.shortlist.ties import ties_of

MOST_MOVERS = 10
THIRD = 3
Note = Callable[[float], None]
"""Told how far it is; raises to stop it."""


@dataclass
class Rehearsed:
    """What was found: plain figures, and who moves most with places before and after."""

    figures: dict[str, Any] = field(default_factory=dict)
    movers: list[tuple[uuid.UUID, uuid.UUID, dict[str, Any]]] = field(default_factory=list)


@dataclass
class Pooled:
    """Everybody of all vacancies: language, and whether they stand above a cut before and after."""

    languages: list[str] = field(default_factory=list)
    target: tuple[list[bool], list[bool]] = field(default_factory=lambda: ([], []))
    third: tuple[list[bool], list[bool]] = field(default_factory=lambda: ([], []))

    def add(self, languages: list[str], before: Ranking, after: Ranking, target: int) -> None:
        self.languages += languages
        for kept, number in ((self.target, target), (self.third, _third(before))):
            for side, ranking in zip(kept, (before, after), strict=True):
                side.extend(ranking.top(number).tolist())

    def groups(self) -> dict[str, Any]:
        """Selection rates by language at both cuts, by both models."""
        return {
            cut: {name: rates(side, self.languages) for name, side in zip(("before", "after"), sides, strict=True)}
            for cut, sides in (("target", self.target), ("third", self.third))
        }


def _third(ranking: Ranking) -> int:
    return max(1, int(ranking.ranked.sum()) // THIRD)


def rehearse(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID, note: Note) -> Rehearsed:
    """Read everybody and score them; nothing is written."""
    version = session.get_one(ModelVersion, (organisation_id, model_version_id))
    model = check_identity(session, version)
    run = _Run(session, version, Rehearser(model), note)
    vacancies = [run.vacancy(vacancy) for vacancy in run.vacancies]
    run.found.figures = {
        "vacancies": vacancies,
        "people": run.done,
        "groups": run.pooled.groups(),
        "calibration": calibration_on_newest(session, version, model),
    }
    return run.found


class _Run:
    """One rehearsal under way."""

    def __init__(self, session: Session, version: ModelVersion, rehearser: Rehearser, note: Note) -> None:
        self.session, self.version, self.rehearser, self.note = session, version, rehearser, note
        self.vacancies = movable_vacancies(session, version)
        self.expected = sum(count_people(session, vacancy) for vacancy in self.vacancies)
        self.done = 0
        self.pooled, self.found = Pooled(), Rehearsed()

    def vacancy(self, vacancy: Vacancy) -> dict[str, Any]:
        """Both rankings of one vacancy; its figures."""
        people: list[uuid.UUID] = []
        languages: list[str] = []
        scores: tuple[list[float | None], list[float | None]] = ([], [])
        for chunk in read_chunks(self.session, vacancy):
            people += [person.applicant_id for person in chunk]
            languages += [person.language for person in chunk]
            scores[0].extend(person.before for person in chunk)
            scores[1].extend(self.rehearser.scores(chunk))
            self.done += len(chunk)
            self.note(self.done / max(1, self.expected, self.done))
        before, after = self._rankings(vacancy, *scores)
        self.pooled.add(languages, before, after, vacancy.target)
        moving = movers(before, after, vacancy.target, MOST_MOVERS)
        self.found.movers += [(vacancy.id, people[place], finding) for place, finding in moving]
        return {
            "id": str(vacancy.id),
            "model": vacancy.model_version.number,
            "hired": _hired(self.session, vacancy),
            **compare(before, after, vacancy.target),
        }

    def _rankings(
        self, vacancy: Vacancy, before: list[float | None], after: list[float | None]
    ) -> tuple[Ranking, Ranking]:
        """The list as recruiters see it, with the borders that stand, and the list as it would be drawn anew."""
        sed = vacancy.model_version.sed
        state = find_state(self.session, vacancy)
        cuts = ties_of(self.session, state).cuts if state else ()
        return rank(before, sed, cuts), rank(after, self.version.sed)


def _hired(session: Session, vacancy: Vacancy) -> int:
    """How many were hired already: no model changes that."""
    hires = (
        select(func.count())
        .select_from(Hire)
        .join(Applicant, (Applicant.organisation_id == Hire.organisation_id) & (Applicant.id == Hire.applicant_id))
        .where(Hire.organisation_id == vacancy.organisation_id, Applicant.vacancy_id == vacancy.id)
    )
    return session.scalar(hires) or 0
