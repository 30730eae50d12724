"""The funnel of one vacancy as a page shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.records import Stage, Vacancy
from webapp.records.base import now
from webapp.services.decisions.stages import NEW, stages_of
from webapp.services.funnel.count import Figures, count_funnel
from webapp.services.funnel.days import Days, days_of
from webapp.services.funnel.keep import is_large, kept_funnel


@dataclass(frozen=True)
class Step:
    """One stage: who came there at some time, who is there now, and the days since the stage before.

    `key`: invited, started, done, or empty for a stage of the company.
    """

    came: int
    here: int | None
    days: Days | None
    key: str = ""
    stage: Stage | None = None


@dataclass(frozen=True)
class Funnel:
    """All steps, as they were counted at a moment. `kept`: by the worker, not just now."""

    steps: tuple[Step, ...]
    withdrawn: int
    as_of: dt.datetime
    kept: bool


def read_funnel(session: Session, vacancy: Vacancy) -> Funnel | None:
    """None: a large vacancy that nobody has counted yet."""
    if not is_large(session, vacancy):
        return _funnel(session, vacancy, count_funnel(session, vacancy), now(), kept=False)
    row = kept_funnel(session, vacancy)
    return _funnel(session, vacancy, row.figures, row.as_of, kept=True) if row else None


def _funnel(session: Session, vacancy: Vacancy, figures: Figures, as_of: dt.datetime, *, kept: bool) -> Funnel:
    stages = [each for each in stages_of(session, vacancy.organisation_id) if each.number != NEW]
    own = [_stage_step(each, figures) for each in stages if _is_used(each, figures)]
    return Funnel((*_first_steps(figures), *own), figures["states"].get("withdrawn", 0), as_of, kept)


def _first_steps(figures: Figures) -> tuple[Step, ...]:
    """Each holds the later ones: whoever is done was invited too."""
    states, days = figures["states"], figures["days"]
    done = states.get("done", 0)
    started = done + states.get("started", 0)
    return (
        Step(started + states.get("invited", 0), states.get("invited", 0), None, "invited"),
        Step(started, states.get("started", 0), _days(days, "started"), "started"),
        Step(done, None, _days(days, "done"), "done"),
    )


def _stage_step(stage: Stage, figures: Figures) -> Step:
    key = str(stage.number)
    here = figures["here"].get(key, 0)
    return Step(max(here, figures["came"].get(key, 0)), here, _days(figures["days"], key), stage=stage)


def _is_used(stage: Stage, figures: Figures) -> bool:
    key = str(stage.number)
    return stage.retired_at is None or bool(figures["here"].get(key) or figures["came"].get(key))


def _days(days: Mapping[str, Mapping[str, int]], key: str) -> Days:
    return days_of({int(each): number for each, number in days.get(key, {}).items()})
