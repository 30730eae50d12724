"""Two to four applicants side by side: what is known of each, and how sure it is that one is truly ahead."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from scoring.comparison import probability_exceeds
from webapp.errors import Invalid
from webapp.records import Applicant, Score, Vacancy
from webapp.services.blind.face import Face, face_of, find_by_code, plain_code, told_flags
from webapp.services.notes.read_notes import numbers_of_notes
from webapp.services.portrait.answered import Answered, answered_of, model_of_vacancy
from webapp.services.portrait.profile import Facet, profile_of
from webapp.services.portrait.quality import Quality, quality_of
from webapp.services.read_applicant import score_shown
from webapp.services.read_vacancy import get_vacancy
from webapp.services.shortlist.open_list import Standing, place_of_person

FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class Compared:
    """One of them. `facets` holds those with a band, by id."""

    face: Face
    state: str
    stage: int
    score: Score | None
    standing: Standing | None
    facets: dict[str, Facet]
    quality: Quality | None
    notes: int

    @property
    def signs(self) -> tuple[str, ...]:
        """Names of flags and of signs in the way of answering."""
        own = told_flags(self.score.flags if self.score else (), hidden=self.face.hidden)
        return own + tuple(each.name for each in (self.quality.signs if self.quality else ()))

    @property
    def known(self) -> float | None:
        return self.score.score if self.score else None


@dataclass(frozen=True)
class Pair:
    """Two of them, the one with the higher result first.

    `tied`: in one tie group. `ahead`: the probability that the first is truly ahead, None where the error of the scores
    is not known. `overlap`: whether the 90 % intervals of the ratings meet, None without intervals.
    """

    first: Compared
    second: Compared
    tied: bool
    ahead: float | None
    overlap: bool | None


@dataclass(frozen=True)
class Comparison:
    vacancy: Vacancy
    people: tuple[Compared, ...]
    pairs: tuple[Pair, ...]
    facets: tuple[str, ...]
    """Ids of the facets that carry information, in the order of the form."""
    facet_names: dict[str, str]


def compare_people(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, codes: Sequence[str], language: str
) -> Comparison:
    """Those named, in the order given; the same code twice is one person."""
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    wanted = list(dict.fromkeys(plain_code(code) for code in codes if code.strip()))
    if not FEWEST <= len(wanted) <= MOST:
        raise Invalid([_("Choose two, three or four people to compare. You chose %(number)s.", number=len(wanted))])
    rows = [find_by_code(session, vacancy, code) for code in wanted]
    notes = numbers_of_notes(session, organisation_id, [row.id for row in rows])
    people = tuple(_compared(session, vacancy, row, notes[row.id], language) for row in rows)
    names = {facet.id: facet.name for each in people for facet in each.facets.values()}
    return Comparison(vacancy, people, _pairs(session, vacancy, people), tuple(names), names)


def _compared(session: Session, vacancy: Vacancy, row: Applicant, notes: int, language: str) -> Compared:
    answered = answered_of(session, vacancy, row)
    score = score_shown(session, vacancy, row)
    return Compared(
        face=face_of(vacancy, row),
        state=row.state,
        stage=row.stage,
        score=score,
        standing=place_of_person(session, vacancy, row) if score else None,
        facets=_facets(answered, language),
        quality=quality_of(session, answered) if answered else None,
        notes=notes,
    )


def _facets(answered: Answered | None, language: str) -> dict[str, Facet]:
    return {each.id: each for each in profile_of(answered, language).told} if answered else {}


def _pairs(session: Session, vacancy: Vacancy, people: Sequence[Compared]) -> tuple[Pair, ...]:
    ranked = sorted((each for each in people if each.known is not None), key=lambda each: -(each.known or 0.0))
    if len(ranked) < FEWEST:
        return ()
    model = model_of_vacancy(session, vacancy.organisation_id, vacancy)
    reliability = model.measurement.reliability if model and model.measurement else 1.0
    return tuple(
        Pair(a, b, _tied(a, b), _ahead(vacancy, a, b, reliability), _overlap(a, b)) for a, b in combinations(ranked, 2)
    )


def _ahead(vacancy: Vacancy, one: Compared, other: Compared, reliability: float) -> float | None:
    sed = vacancy.model_version.sed
    if not sed or one.known is None or other.known is None:
        return None
    return float(probability_exceeds(one.known, other.known, sed, reliability))


def _tied(one: Compared, other: Compared) -> bool:
    groups = [each.standing.group.number if each.standing and each.standing.group else None for each in (one, other)]
    return groups[0] is not None and groups[0] == groups[1]


def _overlap(one: Compared, other: Compared) -> bool | None:
    a, b = one.score, other.score
    if a is None or b is None or None in (a.lower_90, a.upper_90, b.lower_90, b.upper_90):
        return None
    return a.lower_90 <= b.upper_90 and b.lower_90 <= a.upper_90  # type: ignore[operator]
