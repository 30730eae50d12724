"""Charts as SVG, drawn on the server and put into the page, so that they follow its colours and its type."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markupsafe import Markup

# What the drawing library is told, and what the page's style sheet knows it as (light and dark).
ROLES = {
    "#2f7f6b": "var(--bar)",
    "#b9d9ce": "var(--bar-soft)",
    "#1b2420": "var(--ink)",
    "#55625b": "var(--muted)",
    "#dcdfd6": "var(--line)",
    "#7d8781": "var(--control)",
    "#fefefd": "var(--paper)",
}
BAR, SOFT, INK, MUTED, LINE, REFERENCE, PAPER = ROLES
FONT = "Golos Text Variable, Golos Text, sans-serif"
WIDTH, HEIGHT = 400, 320
Row = Mapping[str, Any]


Draw = Callable[[Any, Mapping[str, str]], tuple[Any, int]]
"""From figures and words to a chart and its height."""


def draw_reliability(points: Sequence[Row], words: Mapping[str, str]) -> Markup:
    """Predicted against observed share. `words`: title, description, predicted, observed, ideal, language."""
    return _drawn(reliability, text_of(points), text_of(words))


def draw_hiring(points: Sequence[Row], base_rate: float, words: Mapping[str, str]) -> Markup:
    """The share of top-third people among those hired, by how many are hired.

    `words`: title, description, ratio, share, random, language.
    """
    return _drawn(hiring, text_of({"points": list(points), "base": base_rate}), text_of(words))


def text_of(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


@lru_cache(maxsize=256)
def _drawn(draw: Draw, data: str, words: str) -> Markup:
    """Draw once for each set of figures and language: the first takes a second, the next a moment."""
    return Markup(svg_of(draw, data, words))  # noqa: S704


def svg_of(draw: Draw, data: str, words: str) -> str:
    """Draw it; figures and words as `text_of` writes them."""
    import vl_convert

    said = json.loads(words)
    chart, height = draw(json.loads(data), said)
    spec = chart.configure(**_style()).properties(width=WIDTH, height=height, background="transparent").to_dict()
    svg = vl_convert.vegalite_to_svg(spec, format_locale=_locale(said["language"]))
    name = f"{draw.__name__}-{hashlib.sha256((data + words).encode()).hexdigest()[:8]}"
    return _accessible(svg, name, said["title"], said["description"])


def _locale(language: str) -> dict[str, Any]:
    return {
        "decimal": "." if language == "en" else ",",
        "thousands": "\u00a0",
        "grouping": [3],
        "currency": ["", ""],
        "percent": "%" if language == "en" else "\u00a0%",
    }


def reliability(points: Any, words: Mapping[str, str]) -> tuple[Any, int]:
    import altair as alt

    axis = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("predicted:Q", title=words["predicted"], axis=axis, scale=scale)
    known = [point for point in points if point.get("low") is not None]
    base = alt.Chart(alt.Data(values=points))
    diagonal = alt.Data(values=[{"at": 0}, {"at": 1}])
    ideal = (
        alt.Chart(diagonal)
        .mark_line(color=REFERENCE, strokeDash=[4, 4], strokeWidth=1.5)
        .encode(x=alt.X("at:Q", scale=scale), y=alt.Y("at:Q", scale=scale))
    )
    name = (
        alt.Chart(alt.Data(values=[{"x": 0.86, "y": 0.86, "text": words["ideal"]}]))
        .mark_text(align="right", baseline="bottom", dy=-2, dx=-8, color=MUTED, fontSize=15)
        .encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text="text:N")
    )
    ranges = (
        alt.Chart(alt.Data(values=known))
        .mark_rule(color=SOFT, strokeWidth=6, strokeCap="round")
        .encode(x=x, y=alt.Y("low:Q", title=words["observed"], axis=axis, scale=scale), y2="high:Q")
    )
    line = base.mark_line(color=BAR, strokeWidth=2).encode(x=x, y=alt.Y("observed:Q", axis=axis, scale=scale))
    dots = base.mark_point(color=BAR, fill=BAR, size=70, opacity=1).encode(x=x, y=alt.Y("observed:Q"))
    return ranges + ideal + name + line + dots, HEIGHT


def hiring(data: Any, words: Mapping[str, str]) -> tuple[Any, int]:
    import altair as alt

    axis = alt.Axis(format=".0%", tickCount=5)
    points = data["points"]
    base = alt.Chart(alt.Data(values=points))
    x = alt.X("selection_ratio:Q", title=words["ratio"], axis=axis, scale=alt.Scale(domain=[0, 0.8]))
    scale = alt.Scale(domain=[0, 1])
    band = base.mark_area(color=SOFT, opacity=0.7).encode(
        x=x, y=alt.Y("low:Q", title=words["share"], axis=axis, scale=scale), y2="high:Q"
    )
    line = base.mark_line(color=BAR, strokeWidth=2).encode(x=x, y=alt.Y("expected_share:Q", scale=scale))
    dots = base.mark_point(color=BAR, fill=BAR, size=70, opacity=1).encode(x=x, y=alt.Y("expected_share:Q"))
    labels = base.mark_text(dy=-14, color=INK, fontSize=15, fontWeight=600).encode(
        x=x, y=alt.Y("expected_share:Q"), text=alt.Text("expected_share:Q", format=".0%")
    )
    chance = alt.Chart(alt.Data(values=[{"y": data["base"], "x": 0.8, "text": words["random"]}]))
    rule = chart_rule(chance)
    name = chance.mark_text(align="right", baseline="top", dy=5, color=MUTED, fontSize=15).encode(
        x=alt.X("x:Q"), y=alt.Y("y:Q"), text="text:N"
    )
    return band + rule + name + line + dots + labels, HEIGHT


def chart_rule(chance: Any) -> Any:
    """The dashed line of what hiring at random would bring."""
    return chance.mark_rule(color=REFERENCE, strokeDash=[4, 4], strokeWidth=1.5).encode(y="y:Q")


def _style() -> dict[str, Any]:
    text = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 15, "titleFontSize": 15, "titleFontWeight": 400}
    colours = {"labelColor": MUTED, "titleColor": MUTED, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE}
    return {"axis": {**text, **colours}, "text": {"font": FONT}, "view": {"stroke": None}, "font": FONT}


def _accessible(svg: str, name: str, title: str, description: str) -> str:
    """One image with a name and a description; its parts are not read out one by one, and no id is on a page twice."""
    for colour, role in ROLES.items():
        svg = svg.replace(colour, role)
    svg = re.sub(r' (aria-[a-z]+|role)="[^"]*"', "", svg)
    svg = re.sub(r'(id="|url\(#)([A-Za-z0-9_]+)', rf"\1{name}-\2", svg)
    svg = re.sub(r"<svg ([^>]*)>", rf'<svg \1 role="img" aria-labelledby="{name}-name {name}-text">', svg, count=1)
    svg = re.sub(r' (width|height)="[0-9.]+"', "", svg, count=2)
    names = f'<title id="{name}-name">{escape(title)}</title><desc id="{name}-text">{escape(description)}</desc>'
    return re.sub(r"(<svg [^>]*>)", lambda found: found.group(1) + names, svg, count=1)
