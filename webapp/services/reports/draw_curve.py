"""The learning curve: how well the model orders people after learning from so many of them, beside the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.services.draw_chart import BAR, HEIGHT, MUTED, PAPER, REFERENCE, SOFT

ABOVE, BELOW = -19, 19


def learning_curve(data: Any, words: Mapping[str, str]) -> tuple[Any, int]:
    """Points with their band, the key's line, and what is expected of twice as many people.

    `data`: points, double (or null). `words`: title, description, people, r, model, key, double, language.
    """
    points, double = data["points"], data["double"]
    x, y = scales([*points, *([double] if double else [])], words)
    base = values(points)
    layers = [
        base.mark_area(color=SOFT, opacity=0.7).encode(x=x("n"), y=y("r_low"), y2="r_high"),
        *(key_line(points, x, y)),
        base.mark_line(color=BAR, strokeWidth=2).encode(x=x("n"), y=y("r")),
        base.mark_point(color=BAR, fill=BAR, size=70, opacity=1).encode(x=x("n"), y=y("r")),
        *(foreseen(points[-1], double, words["double"], x, y) if double else ()),
        *names(points, words, x, y),
    ]
    return layered(layers), HEIGHT


def values(rows: Iterable[Any]) -> Any:
    import altair as alt

    return alt.Chart(alt.Data(values=list(rows)))


def layered(layers: Iterable[Any]) -> Any:
    import altair as alt

    return alt.layer(*layers)


def scales(points: list[dict[str, Any]], words: Mapping[str, str]) -> tuple[Any, Any]:
    """Axes as functions of a field: people by their ratio, correlations with zero in sight."""
    import altair as alt

    people = [point["n"] for point in points]
    ends = [
        point[name] for point in points for name in ("r", "r_low", "r_high", "key_r") if point.get(name) is not None
    ]
    across = alt.Scale(type="log", domain=[min(people) * 0.9, max(people) * 1.12], nice=False)
    up = alt.Scale(domain=[min(0.0, *ends), min(1.0, max(ends) + 0.08)], nice=False)
    ticks = alt.Axis(values=people, format=",d", labelOverlap="greedy", grid=False)

    def x(field: str) -> Any:
        return alt.X(f"{field}:Q", title=words["people"], axis=ticks, scale=across)

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", title=words["r"], axis=alt.Axis(format=".2f", tickCount=5), scale=up)

    return x, y


def key_line(points: list[dict[str, Any]], x: Any, y: Any) -> list[Any]:
    """The key alone, dashed; nothing where there is no key."""
    known = [point for point in points if point.get("key_r") is not None]
    line = values(known).mark_line(color=REFERENCE, strokeDash=[4, 4], strokeWidth=1.5)
    return [line.encode(x=x("n"), y=y("key_r"))] if known else []


def foreseen(last: dict[str, Any], double: dict[str, Any], word: str, x: Any, y: Any) -> list[Any]:
    """A hollow dot with its interval, tied to the last point by a dotted line."""
    point = values([{**double, "text": word}])
    path = values([{"n": last["n"], "r": last["r"]}, {"n": double["n"], "r": double["r"]}])
    return [
        point.mark_rule(color=SOFT, strokeWidth=6, strokeCap="round").encode(x=x("n"), y=y("r_low"), y2="r_high"),
        path.mark_line(color=BAR, strokeDash=[2, 4], strokeWidth=1.5).encode(x=x("n"), y=y("r")),
        point.mark_point(color=BAR, fill=PAPER, size=80, strokeWidth=2, opacity=1).encode(x=x("n"), y=y("r")),
        _name(point, "right", ABOVE).encode(x=x("n"), y=y("r_high"), text="text:N"),
    ]


def names(points: list[dict[str, Any]], words: Mapping[str, str], x: Any, y: Any) -> list[Any]:
    """What the lines are, at their beginning: the upper one named above, the lower one below."""
    first = points[0]
    model_above = first.get("key_r") is None or first["r"] >= first["key_r"]
    rows = [("r", words["model"], ABOVE if model_above else BELOW)]
    if first.get("key_r") is not None:
        rows.append(("key_r", words["key"], BELOW if model_above else ABOVE))
    return [
        _name(values([{**first, "text": text}]), "left", shift).encode(x=x("n"), y=y(field), text="text:N")
        for field, text, shift in rows
    ]


def _name(chart: Any, align: str, shift: int) -> Any:
    return chart.mark_text(align=align, baseline="middle", dy=shift, color=MUTED, fontSize=15)
