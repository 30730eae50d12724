"""Where the points of the weeks' chart lie; the template draws them, so that they follow the page's colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 440.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 12.0, 40.0
TICKS = 4


@dataclass(frozen=True)
class Line:
    """A stretch of weeks without a gap: the line, and the band about it."""

    line: str
    band: str


@dataclass(frozen=True)
class WeekChart:
    """Points as SVG wants them, marks of both axes."""

    lines: Sequence[Line]
    points: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, float]]
    columns: Sequence[tuple[str, str]]
    lately: str | None
    """Where the newest weeks begin."""


def draw_weeks(weeks: Sequence[Mapping[str, Any]], lately: int) -> WeekChart | None:
    """Lay out the weeks that have a mean; None where fewer than two have."""
    known = [(place, week) for place, week in enumerate(weeks) if week["mean"] is not None]
    if len(known) < 2:
        return None
    low, high = min(week["low"] for _, week in known), max(week["high"] for _, week in known)
    high = high if high > low else low + 1.0
    across, up = _across(len(weeks)), _up(low, high)
    return WeekChart(
        lines=[_line(part, across, up) for part in _without_gaps(known)],
        points=[(across(place), up(week["mean"])) for place, week in known],
        rows=[(up(value), value) for value in (low + (high - low) * step / TICKS for step in range(TICKS + 1))],
        columns=[(across(place), weeks[place]["week"]) for place in _named(len(weeks))],
        lately=across(len(weeks) - lately - 0.5) if len(weeks) > lately else None,
    )


def _across(number: int) -> Any:
    step = (WIDTH - LEFT - RIGHT) / max(1, number - 1)
    return lambda place: f"{LEFT + step * place:.1f}"


def _up(low: float, high: float) -> Any:
    return lambda value: f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low):.1f}"


def _without_gaps(known: Sequence[tuple[int, Mapping[str, Any]]]) -> list[list[tuple[int, Mapping[str, Any]]]]:
    parts: list[list[tuple[int, Mapping[str, Any]]]] = []
    for place, week in known:
        if parts and parts[-1][-1][0] == place - 1:
            parts[-1].append((place, week))
        else:
            parts.append([(place, week)])
    return parts


def _line(part: Sequence[tuple[int, Mapping[str, Any]]], across: Any, up: Any) -> Line:
    above = [f"{across(place)},{up(week['high'])}" for place, week in part]
    below = [f"{across(place)},{up(week['low'])}" for place, week in reversed(part)]
    return Line(
        line=" ".join(f"{across(place)},{up(week['mean'])}" for place, week in part), band=" ".join(above + below)
    )


def _named(number: int) -> list[int]:
    """About three weeks that bear their name under the chart, the last among them."""
    step = max(1, -(-number // 3))
    return list(range(number - 1, -1, -step))[::-1]


def every_week(weeks: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """The weeks from the first with applicants on, those without among them."""
    found = {week["week"]: dict(week) for week in weeks}
    first = min(found, default="")
    empty = {"n": 0, "mean": None, "low": None, "high": None}
    return [found.get(name, {**empty, "week": name}) for name in names if name >= first] if first else []
