"""Who cannot be told apart on one vacancy's list: borders that stand once they are drawn.

The borders are drawn from the top when the list is first read, and kept for this vacancy and model. Somebody
who arrives later joins the group of the score; a score that no group reaches opens a new one. No group is ever
wider than one standard error of a difference, and an arrival never parts people who stood together.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from scoring.ranking import group_of, tie_cuts
from webapp.records import Applicant, Score, TieCuts, Vacancy
from webapp.services.read_vacancy import get_vacancy, lock_vacancy

# Wider than the slack of `group_of`, so that the highest member of a standing group stays in it.
CLEAR = 1e-9
SLACK = 1e-12


@dataclass(frozen=True)
class Ties:
    """The borders, from the top; empty where the score's own error is not known."""

    cuts: tuple[float, ...] = ()
    settled: bool = True

    def group_of(self, score: float) -> int | None:
        return group_of(score, self.cuts) if self.cuts else None

    def borders_of(self, group: int) -> tuple[float, float | None]:
        """The lowest score of the group, and the lowest of the group above it."""
        return self.cuts[group - 1] - SLACK, self.cuts[group - 2] - SLACK if group > 1 else None


@dataclass(frozen=True)
class Group:
    """One tie group with the places it holds."""

    number: int
    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def read_ties(session: Session, vacancy: Vacancy) -> Ties:
    """The borders as they are, or as they will be when they are settled."""
    sed = vacancy.model_version.sed
    if not sed:
        return Ties()
    kept = _kept(session, vacancy)
    if kept is None:
        cuts = tie_cuts(list(session.scalars(listed_scores(vacancy))), sed)
        return Ties(cuts, settled=not cuts)
    standing = tuple(kept.cuts)
    cuts = _with_arrivals(session, vacancy, standing, sed)
    return Ties(cuts, settled=cuts == standing)


def settle_ties(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID) -> Ties:
    """Keep the borders as they are now."""
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    lock_vacancy(session, vacancy)
    ties = read_ties(session, vacancy)
    kept = _kept(session, vacancy)
    if kept is None:
        kept = TieCuts(
            organisation_id=organisation_id, vacancy_id=vacancy_id, model_version_id=vacancy.model_version_id, cuts=[]
        )
        session.add(kept)
    kept.cuts = list(ties.cuts)
    session.flush()
    return Ties(ties.cuts)


def groups_between(session: Session, vacancy: Vacancy, ties: Ties, numbers: Sequence[int]) -> dict[int, Group]:
    """The places of these groups."""
    return {number: _group(session, vacancy, ties, number) for number in dict.fromkeys(numbers)}


def _group(session: Session, vacancy: Vacancy, ties: Ties, number: int) -> Group:
    lowest, above = ties.borders_of(number)
    return Group(
        number=number,
        first=1 + (0 if above is None else count_from(session, vacancy, above)),
        last=count_from(session, vacancy, lowest),
    )


def count_from(session: Session, vacancy: Vacancy, score: float) -> int:
    """How many people have this score or a higher one."""
    wanted = listed_scores(vacancy).where(Score.score >= score)
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def listed_scores(vacancy: Vacancy) -> Select[float | None]:
    """The scores of everybody who is ranked on this list."""
    return (
        select(Score.score)
        .join(Applicant, (Applicant.organisation_id == Score.organisation_id) & (Applicant.id == Score.applicant_id))
        .where(
            Score.organisation_id == vacancy.organisation_id,
            Score.vacancy_id == vacancy.id,
            Score.model_version_id == vacancy.model_version_id,
            Score.score.is_not(None),
            Applicant.state == "done",
        )
    )


def _kept(session: Session, vacancy: Vacancy) -> TieCuts | None:
    return session.scalar(
        select(TieCuts).where(
            TieCuts.organisation_id == vacancy.organisation_id,
            TieCuts.vacancy_id == vacancy.id,
            TieCuts.model_version_id == vacancy.model_version_id,
        )
    )


def _with_arrivals(session: Session, vacancy: Vacancy, cuts: tuple[float, ...], sed: float) -> tuple[float, ...]:
    """Standing borders, with new ones wherever somebody has a score that no standing group reaches."""
    arrivals = listed_scores(vacancy).where(or_(*(_in_gap(low, high) for low, high in gaps(cuts, sed))))
    scores = [score for score in session.scalars(arrivals.order_by(Score.score.desc())) if score is not None]
    return extended(cuts, scores, sed)


def _in_gap(low: float, high: float) -> ColumnElement[bool]:
    if low == -inf:
        return Score.score < high
    return and_(Score.score > low, Score.score < high) if high < inf else Score.score > low


def gaps(cuts: Sequence[float], sed: float) -> list[tuple[float, float]]:
    """Where no group is, from the top: above the first, between two, below the last."""
    ceilings = [cut + sed + CLEAR for cut in cuts] + [-inf]
    floors = [inf, *(cut - SLACK for cut in cuts)]
    return [(low, high) for low, high in zip(ceilings, floors, strict=True) if low < high]


def extended(cuts: Sequence[float], scores: Sequence[float], sed: float) -> tuple[float, ...]:
    """The borders with new groups for these scores; in each gap they are drawn from its top, as ever."""
    new: list[float] = []
    for low, high in gaps(cuts, sed):
        new += [max(cut, low) for cut in tie_cuts([score for score in scores if low < score < high], sed)]
    return tuple(sorted((*cuts, *new), reverse=True))
