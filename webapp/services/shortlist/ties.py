"""Who cannot be told apart on one vacancy's list: borders that stand once they are drawn.

The borders are drawn from the top when the list is first read, and kept for this vacancy and model. Somebody
who arrives later joins the group of the score; a score that no group reaches opens a new one. No group is ever
wider than one standard error of a difference, and an arrival never parts people who stood together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scoring.ranking import BAND, group_of, tie_cuts
from webapp.records import ListState, ModelVersion, Score, TieCuts
from webapp.services.shortlist.on_list import on_list, remembered
from webapp.services.shortlist.places import Places

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


def ties_of(session: Session, state: ListState) -> Ties:
    """The borders as they are kept, or as they would be drawn now."""
    kept = kept_cuts(session, state)
    if kept is not None:
        return Ties(tuple(kept.cuts))
    sed = sed_of(session, state)
    return Ties(_drawn(session, state, sed), settled=False) if sed else Ties()


def keep_ties(session: Session, state: ListState) -> None:
    """Draw the borders, where nobody has; whoever holds the list does it."""
    ties = ties_of(session, state)
    if ties.settled or not ties.cuts:
        return
    session.add(
        TieCuts(
            organisation_id=state.organisation_id,
            vacancy_id=state.vacancy_id,
            model_version_id=state.model_version_id,
            cuts=list(ties.cuts),
        )
    )
    session.flush()


def make_room(session: Session, state: ListState, scores: Iterable[float]) -> None:
    """New groups for arrivals whose scores no standing group reaches."""
    kept = kept_cuts(session, state)
    sed = sed_of(session, state)
    if kept is not None and sed:
        kept.cuts = list(extended(tuple(kept.cuts), tuple(scores), sed))


def kept_cuts(session: Session, state: ListState) -> TieCuts | None:
    key = (state.organisation_id, state.vacancy_id, state.model_version_id)
    return remembered(session, TieCuts, key)


def sed_of(session: Session, state: ListState) -> float | None:
    return session.get_one(ModelVersion, (state.organisation_id, state.model_version_id)).sed


def _drawn(session: Session, state: ListState, sed: float) -> tuple[float, ...]:
    """From the highest score down, each group found by the index: nobody else is read."""
    cuts: list[float] = []
    highest = select(func.max(Score.score)).where(*on_list(state))
    top = session.scalar(highest)
    while top is not None:
        cuts.append(top - BAND * sed)
        top = session.scalar(highest.where(Score.score < cuts[-1] - SLACK))
    return tuple(cuts)


def groups_of(places: Places, ties: Ties, numbers: Iterable[int | None]) -> dict[int, Group]:
    """The places that these groups hold among everybody."""
    everybody, wanted = places.everybody, [number for number in dict.fromkeys(numbers) if number]
    everybody.know((), borders(ties, wanted))
    return {number: _group(everybody, ties, number) for number in wanted}


def borders(ties: Ties, numbers: Iterable[int | None]) -> list[float]:
    """The scores from which these groups, and those above them, are counted."""
    return sorted({border for number in numbers if number for border in ties.borders_of(number) if border is not None})


def _group(places: Places, ties: Ties, number: int) -> Group:
    lowest, above = ties.borders_of(number)
    return Group(
        number=number,
        first=1 + (0 if above is None else places.count_from(above)),
        last=places.count_from(lowest),
    )


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
