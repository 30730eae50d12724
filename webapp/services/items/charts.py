"""Small charts of one question: rows of bars and rows of dots, drawn in the page's own colours.

They are written by hand in a moment, so that a page with several of them waits for none; their figures stand in the
table beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

WIDTH, LEFT, RIGHT = 400, 96, 344
ROW, TOP, FOOT = 22, 8, 26
FILLS = ("var(--bar)", "var(--bar-soft)", "var(--control)")


@dataclass(frozen=True)
class Mark:
    """One figure of a row: how far from 0 to 1 it reaches, and how it is written beside it."""

    at: float
    text: str
    series: int = 0


@dataclass(frozen=True)
class Line:
    """A row with its name and its marks."""

    name: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Said:
    """A chart's name and what it shows, for those who do not see it; `ends`: words under the left and right end."""

    title: str
    description: str
    ends: tuple[str, str]


def bars(lines: Sequence[Line], said: Said) -> Markup:
    """A bar for each mark, one under the other."""
    return _drawn(lines, said, _bar)


def dots(lines: Sequence[Line], said: Said) -> Markup:
    """A dot on a line for each mark, one under the other."""
    return _drawn(lines, said, _dot)


def _drawn(lines: Sequence[Line], said: Said, draw: Callable[[float, Mark], str]) -> Markup:
    parts: list[str] = []
    y = float(TOP)
    for line in lines:
        height = ROW * max(1, len(line.marks))
        parts.append(_text(0, y + height / 2 + 5, line.name, "var(--ink)"))
        parts += [draw(y + ROW * place, mark) for place, mark in enumerate(line.marks)]
        y += height + 10
    parts += [
        _text(LEFT, y + 14, said.ends[0], "var(--muted)"),
        _text(RIGHT, y + 14, said.ends[1], "var(--muted)", "end"),
    ]
    return _framed("".join(parts), y + FOOT, said)


def _bar(y: float, mark: Mark) -> str:
    width = max(1.5, _inside(mark.at) * (RIGHT - LEFT))
    fill = FILLS[mark.series % len(FILLS)]
    return (
        f'<rect x="{LEFT}" y="{y + 3:.1f}" width="{width:.1f}" height="{ROW - 6}" rx="2" fill="{fill}"/>'
        f"{_text(LEFT + width + 6, y + 16, mark.text, 'var(--ink)')}"
    )


def _dot(y: float, mark: Mark) -> str:
    x, middle = LEFT + _inside(mark.at) * (RIGHT - LEFT), y + ROW / 2
    hollow = mark.series % 2
    fill = "var(--paper)" if hollow else "var(--bar)"
    return (
        f'<line x1="{LEFT}" x2="{RIGHT}" y1="{middle:.1f}" y2="{middle:.1f}" stroke="var(--line)"/>'
        f'<circle cx="{x:.1f}" cy="{middle:.1f}" r="5.5" fill="{fill}" stroke="var(--bar)" stroke-width="2"/>'
        f"{_text(RIGHT + 8, middle + 5, mark.text, 'var(--ink)')}"
    )


def _inside(value: float) -> float:
    return min(1.0, max(0.0, value))


def _text(x: float, y: float, words: str, fill: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="14" fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'


def _framed(inside: str, height: float, said: Said) -> Markup:
    name = "c" + hashlib.sha256((inside + said.title).encode()).hexdigest()[:10]
    return Markup(  # noqa: S704 - every text in it is escaped above
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="{name}-name {name}-text">'
        f'<title id="{name}-name">{escape(said.title)}</title><desc id="{name}-text">{escape(said.description)}</desc>'
        f"{inside}</svg>"
    )
