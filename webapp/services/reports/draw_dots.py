"""A dot plot: one row a figure, a dot with its interval, each named above its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.services.draw_chart import BAR, INK, LINE, MUTED, PAPER, REFERENCE, SOFT
from webapp.services.reports.draw_curve import layered, values

ROW, EDGES, APART = 38, 56, 0.22


def dots(data: Any, words: Mapping[str, str]) -> tuple[Any, int]:
    """Figures side by side on one scale.

    `data`: rows (name, marks: value, low, high, filled), domain, zone (two ends) or null, at (a line) or null,
    percent. `words`: title, description, scale, zone, language.
    """
    rows, zone = data["rows"], data["zone"]
    height = ROW * len(rows) + EDGES
    x, y = scales(data, len(rows), words["scale"])
    marks = [mark for place, row in enumerate(rows) for mark in placed(place, row["marks"])]
    layers = [
        *(negligible(zone, len(rows), words["zone"], x, y) if zone else ()),
        *(reference(data["at"], len(rows), x, y) if data["at"] is not None else ()),
        lines(rows, data["domain"], x, y),
        *drawn_marks(marks, x, y),
        named(rows, data["domain"][0], x, y),
    ]
    return layered(layers), height


def scales(data: Any, rows: int, title: str) -> tuple[Any, Any]:
    import altair as alt

    across = alt.Scale(domain=data["domain"], nice=False)
    axis = alt.Axis(format=".0%" if data["percent"] else ".2f", tickCount=5, labelOverlap="greedy")

    def x(field: str) -> Any:
        return alt.X(f"{field}:Q", title=title, axis=axis, scale=across)

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[rows - 0.4, -0.9], nice=False))

    return x, y


def placed(place: int, marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Marks of one row, one under the other where there are several."""
    top = place - APART * (len(marks) - 1) / 2
    return [{**mark, "place": top + APART * number} for number, mark in enumerate(marks)]


def drawn_marks(marks: list[dict[str, Any]], x: Any, y: Any) -> list[Any]:
    known = [mark for mark in marks if mark["low"] is not None]
    ranges = values(known).mark_rule(color=SOFT, strokeWidth=6, strokeCap="round")
    layers = [ranges.encode(x=x("low"), x2="high", y=y("place"))] if known else []
    for filled, colour, fill in ((True, BAR, BAR), (False, BAR, PAPER)):
        chosen = [mark for mark in marks if mark["filled"] is filled]
        if chosen:
            dot = values(chosen).mark_point(color=colour, fill=fill, size=70, strokeWidth=2, opacity=1)
            layers.append(dot.encode(x=x("value"), y=y("place")))
    return layers


def lines(rows: list[dict[str, Any]], domain: list[float], x: Any, y: Any) -> Any:
    tracks = [{"place": place, "from": domain[0], "to": domain[1]} for place in range(len(rows))]
    return values(tracks).mark_rule(color=LINE, strokeWidth=1).encode(x=x("from"), x2="to", y=y("place"))


def named(rows: list[dict[str, Any]], left: float, x: Any, y: Any) -> Any:
    texts = [{"place": place - 0.38, "at": left, "text": row["name"]} for place, row in enumerate(rows)]
    mark = values(texts).mark_text(align="left", color=INK, fontSize=14, dx=2)
    return mark.encode(x=x("at"), y=y("place"), text="text:N")


def negligible(zone: list[float], rows: int, word: str, x: Any, y: Any) -> list[Any]:
    """Where a difference is too small to matter."""
    area = values(
        [{"from": zone[0], "to": zone[1], "top": -0.9, "bottom": rows - 0.4, "middle": sum(zone) / 2, "text": word}]
    )
    return [
        area.mark_rect(color=LINE, opacity=0.6).encode(x=x("from"), x2="to", y=y("top"), y2="bottom"),
        area.mark_text(align="center", baseline="top", dy=2, color=MUTED, fontSize=13).encode(
            x=x("middle"), y=y("top"), text="text:N"
        ),
    ]


def reference(at: float, rows: int, x: Any, y: Any) -> list[Any]:
    rule = values([{"at": at, "top": -0.55, "bottom": rows - 0.4}])
    rule = rule.mark_rule(color=REFERENCE, strokeDash=[4, 4], strokeWidth=1.5)
    return [rule.encode(x=x("at"), y=y("top"), y2="bottom")]
