"""How somebody answered: which signs of careless or assisted answering there are, for a human's look and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.quality import assess_quality
from scoring.errors import ScoringError
from scoring.quality.assessment import IndexFigure
from scoring.quality.traces import Trace, trace_of
from webapp.records import Adjustment, AnswerRevision, Sitting
from webapp.services.portrait.answered import Answered

MOST_TOLD_SPEED = 0.95


@dataclass(frozen=True)
class Sign:
    """One flag with the figures behind it, as plain numbers for words.

    `limit` says what the limit rests on: staff (of `people`, `beyond` of a hundred cross it too), chance or default.
    `run` and `chance` belong to the longest run: its length, and how many of a thousand random rows have such a one.
    `speed` belongs to the speed: the share of an ordinary reader's time.
    """

    name: str
    limit: str
    people: int = 0
    beyond: float | None = None
    run: int | None = None
    chance: float | None = None
    speed: float | None = None


@dataclass(frozen=True)
class Quality:
    """`signs` are the flagged ones alone: what was looked at without a finding is told of nobody."""

    signs: tuple[Sign, ...]

    @property
    def review(self) -> bool:
        """Two signs or more: a person should look."""
        return len(self.signs) >= 2


def quality_of(session: Session, answered: Answered) -> Quality | None:
    """None where the model knows no staff, so that nothing can be compared."""
    trace = trace_of(
        answered.model.encoder.items,
        answered.sheet,
        order_seed=answered.sitting.seed,
        seconds=_seconds(session, answered.sitting),
    )
    found = _assessed(answered, trace, has_adjustment(session, answered.sitting))
    return None if found is None else Quality(tuple(_sign(figure) for figure in found if figure.flagged))


def _assessed(answered: Answered, trace: Trace, adjusted: bool) -> Sequence[IndexFigure] | None:
    try:
        found = assess_quality(answered.model, [answered.sheet], [trace], adjusted)
    except ScoringError:
        return None
    return found[0].indices if found else None


def _sign(figure: IndexFigure) -> Sign:
    limit, share = figure.limit, figure.limit.staff_share
    return Sign(
        name=figure.name,
        limit=limit.basis,
        people=limit.people,
        beyond=None if share is None else 100 * share,
        run=None if figure.probability is None or figure.value is None else int(figure.value),
        chance=None if figure.probability is None else 1000 * figure.probability,
        speed=min(exp(figure.value), MOST_TOLD_SPEED) if figure.name == "speed" and figure.value is not None else None,
    )


def has_adjustment(session: Session, sitting: Sitting) -> bool:
    """Whoever had one is never flagged for time; nothing on the page tells who."""
    found = select(Adjustment.id).where(
        Adjustment.organisation_id == sitting.organisation_id,
        Adjustment.applicant_id == sitting.applicant_id,
        Adjustment.revoked_at.is_(None),
    )
    return session.scalars(found.limit(1)).first() is not None


def _seconds(session: Session, sitting: Sitting) -> dict[str, float]:
    """Time on each screen, over all looks at it."""
    rows = session.execute(
        select(AnswerRevision.item_id, func.sum(AnswerRevision.seconds))
        .where(
            AnswerRevision.organisation_id == sitting.organisation_id,
            AnswerRevision.sitting_id == sitting.id,
            AnswerRevision.seconds.is_not(None),
        )
        .group_by(AnswerRevision.item_id)
    )
    return {item: float(spent or 0.0) for item, spent in rows}
