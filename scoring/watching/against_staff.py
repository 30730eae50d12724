"""Applicants of the last weeks against the staff: answers, single choices, scores.

What stands here of staff is coarse: shifts in twentieths of a standard deviation and indices in hundredths, so that two
looks, between which one person joined, do not tell what that person answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from questionnaires.words import packed
from scoring.encoding import AnswerEncoder
from scoring.errors import ScoringError
from scoring.shift.domain import domain_shift
from scoring.shift.means import mean_shift
from scoring.shift.psi import ItemShift, item_shifts
from scoring.watching.limits import ALARM, AREA, ENOUGH, FEWEST, SPREADS, STEADY, WATCH
from scoring.watching.pool import Pool, Staff
from scoring.watching.trials import Trial

TWENTIETH = 20
Told = tuple[dict[str, Any], list[Trial]]


def against_staff(encoder: AnswerEncoder, staff: Staff, pool: Pool, seed: int) -> Told:
    """Return figures ``domain``, ``items`` and ``score`` (None where too few), and what was tested.

    At least 30 staff: fewer would be persons, not a group.
    """
    figures: dict[str, Any] = {"domain": None, "items": [], "score": None, "refused": []}
    if len(staff.answers) < ENOUGH or len(pool.answers) < FEWEST:
        return figures, []
    tests = [
        *_guarded(figures, lambda: _domain(figures, staff, pool, seed)),
        *_guarded(figures, lambda: _items(figures, encoder, staff, pool)),
        *_guarded(figures, lambda: _score(figures, staff, pool)),
    ]
    return figures, tests


def _guarded(figures: dict[str, Any], part: Any) -> Iterator[Trial]:
    """What one comparison cannot do, such as staff who are all alike, keeps no other from being made."""
    try:
        yield from part()
    except ScoringError as error:
        figures["refused"].append([packed(sentence) for sentence in error.sentences])


def _domain(figures: dict[str, Any], staff: Staff, pool: Pool, seed: int) -> list[Trial]:
    found = domain_shift(staff.answers, pool.answers, seed=seed)
    ends = {name: round(getattr(found, name), 2) for name in ("auc", "low", "high", "p")}
    figures["domain"] = {**ends, "applicants": found.applicants}
    return [Trial("domain", found.p, AREA.level(found.auc, found.low), ends)]


def _items(figures: dict[str, Any], encoder: AnswerEncoder, staff: Staff, pool: Pool) -> list[Trial]:
    shifts = item_shifts(encoder, staff.answers, pool.answers)
    figures["items"] = by_item(shifts)
    return stability_tests("answers", shifts)


def by_item(shifts: Sequence[ItemShift]) -> list[dict[str, Any]]:
    """Return each item by the choice in it that moved most, the most moved first."""
    most: dict[str, ItemShift] = {}
    for shift in shifts:
        if shift.item not in most or shift.psi > most[shift.item].psi:
            most[shift.item] = shift
    rows = [
        {"item": each.item, "part": each.part, "psi": round(float(each.psi), 2), "level": each.level}
        for each in most.values()
    ]
    return sorted(rows, key=lambda row: (-row["psi"], row["item"]))


def stability_tests(name: str, shifts: Sequence[ItemShift]) -> list[Trial]:
    """Return one test for all choices, whose own rule (false discoveries over all of them) has decided already."""
    moved = [shift for shift in shifts if shift.level in (WATCH, ALARM)]
    level = STEADY if not moved else ALARM if any(shift.level == ALARM for shift in moved) else WATCH
    items = list(dict.fromkeys(shift.item for shift in sorted(moved, key=lambda each: -each.psi)))
    numbers = {"items": items, "psi": round(max((shift.psi for shift in moved), default=0.0), 2)}
    return [Trial(name, min((shift.q for shift in shifts), default=1.0), level, numbers)]


def _score(figures: dict[str, Any], staff: Staff, pool: Pool) -> list[Trial]:
    known = staff.scores[np.isfinite(staff.scores)]
    found = mean_shift(known, pool.scores[pool.scored])
    ends = (found.standardised, found.standardised_low, found.standardised_high)
    d, low, high = (round(round(value * TWENTIETH) / TWENTIETH, 2) for value in ends)
    figures["score"] = {"d": d, "low": low, "high": high, "spread_ratio": round(found.spread_ratio, 1)}
    return [Trial("score", found.p, SPREADS.level(abs(d), surely(*ends[1:])), {"d": d, "low": low, "high": high})]


def surely(low: float, high: float) -> float:
    """How far from nought an interval lies at least."""
    return max(low, -high, 0.0)
