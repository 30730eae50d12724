"""How many of a tie group are rated in the top third: of the whole group, whoever of it a page shows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.records import Score, Vacancy
from webapp.services.shortlist.on_list import find_state, on_list
from webapp.services.shortlist.open_list import ListPage

MANY = 2_000
"""Of so many or fewer the mean is taken; of more it would take long, and whoever stands in the middle tells it."""


def share_of_group(session: Session, vacancy: Vacancy, page: ListPage, number: int) -> float | None:
    """The probability of the group's members, as of the batch of the page; None where the page shows none of it."""
    state, group = find_state(session, vacancy), page.groups.get(number)
    if state is None or group is None:
        return None
    lowest, above = page.ties.borders_of(number)
    members = select(Score.p_top_third).where(*on_list(state, page.seq), Score.score >= lowest)
    if above is not None:
        members = members.where(Score.score < above)
    if group.size <= MANY:
        taken: Select[Any] = select(func.avg(members.subquery().c.p_top_third))
    else:
        taken = members.order_by(Score.score.desc(), Score.id).where(Score.score <= _middle(session, members))
        taken = taken.limit(1)
    share: float | None = session.scalar(taken)
    return share


def _middle(session: Session, members: Select[Any]) -> float:
    """Halfway between the highest and the lowest score: two looks into the index, however many there are."""
    ends = [
        session.scalar(members.with_only_columns(Score.score).order_by(order, Score.id).limit(1)) or 0.0
        for order in (Score.score.desc(), Score.score)
    ]
    return sum(ends) / 2
