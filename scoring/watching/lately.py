"""Applicants of the newest weeks against those of the weeks before: does anything move while the model serves?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import binom, chi2_contingency, t

from scoring.encoding import AnswerEncoder
from scoring.errors import ScoringError
from scoring.groups.exact import mid_p
from scoring.quality.group_check import exact_interval
from scoring.shift.means import mean_shift
from scoring.shift.psi import item_shifts
from scoring.watching.against_staff import by_item, stability_tests, surely
from scoring.watching.limits import (
    DROPPED,
    ENOUGH,
    FEWEST,
    FLAGGED,
    HONEST_DROPS,
    LEFT_OUT,
    LEVEL,
    MIX,
    SPREADS,
    STEADY,
    WATCH,
    Limits,
)
from scoring.watching.pool import Confirmed, Pool
from scoring.watching.trials import Trial

Told = tuple[dict[str, Any], list[Trial]]


def weeks_of(pool: Pool) -> list[dict[str, Any]]:
    """Mean score of every week with its 95 % band (None below 10 people), the oldest first."""
    weeks = np.array(pool.weeks)
    return [_week(week, pool.scores[(weeks == week) & pool.scored]) for week in sorted(set(pool.weeks))]


def _week(week: str, scores: np.ndarray) -> dict[str, Any]:
    row: dict[str, Any] = {"week": week, "n": len(scores), "mean": None, "low": None, "high": None}
    if len(scores) >= FEWEST:
        mean = float(scores.mean())
        reach = float(t.ppf(0.975, len(scores) - 1) * scores.std(ddof=1) / np.sqrt(len(scores)))
        row |= {"mean": mean, "low": mean - reach, "high": mean + reach}
    return row


def trend(encoder: AnswerEncoder, pool: Pool) -> Told:
    """Score and choices, lately against before; empty where either has fewer than 10 people."""
    before, now = pool.scores[pool.scored & ~pool.lately], pool.scores[pool.scored & pool.lately]
    figures: dict[str, Any] = {"trend": None, "moved_items": []}
    tests: list[Trial] = []
    if min(len(before), len(now)) >= FEWEST:
        tests += _scores_moved(figures, before, now)
    if min(pool.lately.sum(), (~pool.lately).sum()) >= FEWEST:
        shifts = item_shifts(encoder, pool.answers[~pool.lately], pool.answers[pool.lately])
        figures["moved_items"] = [row for row in by_item(shifts) if row["level"] != STEADY]
        tests += stability_tests("answers_lately", shifts)
    return figures, tests


def _scores_moved(figures: dict[str, Any], before: np.ndarray, now: np.ndarray) -> list[Trial]:
    try:
        found = mean_shift(before, now)
    except ScoringError:  # everybody before had the same score: there is no yardstick
        return []
    d, low, high = found.standardised, found.standardised_low, found.standardised_high
    numbers = {"d": round(d, 2), "low": round(low, 2), "high": round(high, 2)}
    figures["trend"] = {**numbers, "before": float(before.mean()), "lately": float(now.mean())}
    return [Trial("trend", found.p, SPREADS.level(abs(d), surely(low, high)), numbers)]


def flagged(pool: Pool) -> Told:
    """Share flagged for quality, by kind, before and lately."""
    rows, tests = [], []
    for flag, hits in pool.flags.items():
        row, test = _share("flags", flag, hits[~pool.lately], hits[pool.lately], FLAGGED)
        rows.append(row)
        tests += test
    return {"flags": rows}, tests


def _share(
    name: str, kind: str, before: np.ndarray, now: np.ndarray, limits: Limits
) -> tuple[dict[str, Any], list[Trial]]:
    """Compare two shares of people; below 30 on a side they are told and nothing is concluded."""
    hits = int(now.sum())
    low, high = exact_interval(hits, len(now)) if len(now) else (None, None)
    row = {
        "kind": kind,
        "before": float(before.mean()) if len(before) else None,
        "lately": hits / len(now) if len(now) else None,
        "low": low,
        "high": high,
        "compared": min(len(before), len(now)) >= ENOUGH,
    }
    if not row["compared"]:
        return row, []
    p = float(mid_p(hits, len(now), int(before.sum()), len(before))[0])
    rise = hits / len(now) - float(before.mean())
    numbers = {"kind": kind, "before": round(float(before.mean()), 3), "lately": round(hits / len(now), 3)}
    return row, [Trial(name, p, limits.level(rise), numbers)]


def left_out(pool: Pool) -> Told:
    """Questions skipped, and people without a score, before and lately."""
    missing, tests = _share("missing", "missing", ~pool.scored[~pool.lately], ~pool.scored[pool.lately], LEFT_OUT)
    before, now = pool.skipped[~pool.lately], pool.skipped[pool.lately]
    figures = {"missing": missing, "skipped": {"before": _mean(before), "lately": _mean(now)}}
    if min(len(before), len(now)) >= ENOUGH and before.std() > 0:
        rise = float(now.mean() - before.mean())
        numbers = {"before": round(float(before.mean()), 3), "lately": round(float(now.mean()), 3)}
        tests = [*tests, Trial("skipped", mean_shift(before, now).p, LEFT_OUT.level(rise), numbers)]
    return figures, tests


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None


def languages(pool: Pool, of_staff: Sequence[str]) -> Told:
    """Who answers in which language, before and lately; beside it the staff, where they are 30 and more."""
    names = sorted(set(pool.languages))
    everybody = np.array(pool.languages)
    counts = np.array([[(everybody[rows] == name).sum() for name in names] for rows in (~pool.lately, pool.lately)])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    told = [
        {
            "language": name,
            "before": float(shares[0, place]) if counts[0].any() else None,
            "lately": float(shares[1, place]) if counts[1].any() else None,
            "staff": round(20 * list(of_staff).count(name) / len(of_staff)) / 20 if len(of_staff) >= ENOUGH else None,
        }
        for place, name in enumerate(names)
    ]
    return {"languages": told}, _mix(names, counts, shares)


def _mix(names: Sequence[str], counts: np.ndarray, shares: np.ndarray) -> list[Trial]:
    if len(names) < 2 or counts.sum(axis=1).min() < ENOUGH:
        return []
    p = float(chi2_contingency(counts, correction=False).pvalue)
    change = np.abs(shares[1] - shares[0])
    place = int(change.argmax())
    numbers = {"language": names[place], "before": round(shares[0, place], 3), "lately": round(shares[1, place], 3)}
    return [Trial("languages", p, MIX.level(float(change[place])), numbers)]


def unlearned(pool: Pool, of_staff: Sequence[str]) -> list[dict[str, Any]]:
    """A finding, where ten applicants and a tenth of all answer in a language that hardly any staff answered in.

    Nothing is tested: both are counted. Of fewer than 30 staff in all nothing is said.
    """
    if len(of_staff) < ENOUGH:
        return []
    counts, staff = Counter(pool.languages), Counter(of_staff)
    told = [
        {"language": name, "share": round(n / len(pool.languages), 3)}
        for name, n in sorted(counts.items())
        if name and n >= max(FEWEST, MIX.watch * len(pool.languages)) and staff[name] < ENOUGH
    ]
    return [{"name": "unlearned", "level": WATCH, "numbers": told}] if told else []


def assisted(confirmed: Confirmed) -> Told:
    """Confirmations that dropped more than chance explains, against the twentieth that do so honestly."""
    if not confirmed.n:
        return {"assisted": {"n": 0, "dropped": 0, "share": None, "low": None, "high": None}}, []
    low, high = exact_interval(confirmed.dropped, confirmed.n)
    share = confirmed.dropped / confirmed.n
    figures = {"n": confirmed.n, "dropped": confirmed.dropped, "share": share, "low": low, "high": high}
    if confirmed.n < FEWEST:
        return {"assisted": figures}, []
    p = float(binom.sf(confirmed.dropped - 1, confirmed.n, HONEST_DROPS))
    return {"assisted": figures}, [Trial("assisted", p, DROPPED.level(share, low), {**figures, "level": LEVEL})]
