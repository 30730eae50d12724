"""What reminding everybody would do, before it is done: counted no further than a page can wait for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.records import Vacancy
from webapp.services.blind.face import is_blind
from webapp.services.reminding.who import READY, Standing, some_waiting, standings, why_nobody

COUNTED = 1_000
AT_A_TIME = 500


@dataclass(frozen=True)
class Plan:
    """`counted` is false where there are very many, and where names are hidden: then only all who wait are told.

    How many are left out would part hidden people by the day of their invitation, and whoever gave the list knows it.
    """

    why_nobody: str
    waiting: int
    counted: bool
    ready: tuple[Standing, ...] = ()
    left_out: Mapping[str, int] | None = None

    @property
    def may_send(self) -> bool:
        return not self.why_nobody and bool(self.ready or (self.waiting and not self.counted))

    @property
    def new_links(self) -> int:
        """How many get a new link, because theirs has ended."""
        return sum(each.link is None for each in self.ready)


def plan_reminding(session: Session, vacancy: Vacancy, waiting: int) -> Plan:
    """`waiting`: how many are not done, as the list says it."""
    if why := why_nobody(vacancy):
        return Plan(why, waiting, counted=False)
    if is_blind(vacancy):
        return Plan("", waiting, counted=False)
    ids = some_waiting(session, vacancy, COUNTED + 1)
    if len(ids) > COUNTED:
        return Plan("", max(waiting, len(ids)), counted=False)
    found = [
        each
        for start in range(0, len(ids), AT_A_TIME)
        for each in standings(session, vacancy, ids[start : start + AT_A_TIME])
    ]
    left_out = Counter(each.why_not for each in found if each.why_not != READY)
    ready = tuple(each for each in found if each.why_not == READY)
    return Plan("", len(found), counted=True, ready=ready, left_out=left_out)
