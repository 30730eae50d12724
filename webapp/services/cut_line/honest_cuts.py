"""Whether a line in the list parts people who cannot be told apart, and the honest lines above and below them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.records import Vacancy
from webapp.services.shortlist.at_place import place_holder
from webapp.services.shortlist.on_list import find_state
from webapp.services.shortlist.places import Places
from webapp.services.shortlist.ties import groups_of, ties_of


@dataclass(frozen=True)
class Split:
    """A line after so many people falls inside a group; `before` is 0 where the group is the first."""

    group: int | None
    before: int
    after: int

    @property
    def size(self) -> int:
        return self.after - self.before


def split_by(session: Session, vacancy: Vacancy, people: int, seq: int | None = None) -> Split | None:
    """The group that the line splits in the list, as of a batch or as it is now; None where it splits none."""
    state = find_state(session, vacancy)
    holder = place_holder(session, state, people, seq) if state else None
    if state is None or holder is None:
        return None
    places, ties, score = Places(session, state, seq), ties_of(session, state), holder.score
    number = ties.group_of(score)
    if number is None:
        # Where the score's error is not known, people with the very same score still cannot be told apart.
        split = Split(None, places.count_above(score), places.count_from(score))
    else:
        group = groups_of(places, ties, [number])[number]
        split = Split(number, group.first - 1, group.last)
    return split if people < split.after else None
