"""Two models side by side: every figure with its difference, and whether chance could explain the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from webapp.services.reports.draw_dots import dots
from webapp.services.reports.parts import Column, Figures, Table
from webapp.services.reports.reader import Reader
from webapp.services.reports.single_figures import Single, interval_of, single_figures

UNBROKEN, JOINED = "\u00a0", "\u2060"
ROUNDING = 0.01
"""Figures in confidence are rounded to hundredths: two of them may lie so much closer or further apart."""

Ends = tuple[float | None, float | None]


@dataclass(frozen=True)
class Pair:
    """One figure of two models."""

    single: Single
    mine: float | None
    mine_likely: Ends
    other: float | None
    other_likely: Ends
    rounding: float = 0.0

    @property
    def difference(self) -> float | None:
        return None if self.mine is None or self.other is None else self.mine - self.other

    @property
    def likely(self) -> Ends:
        """Where the difference likely lies, by Zou and Donner's way of joining two intervals (2008).

        The two are taken as independent. Where both models were tested on much the same people they are not, and the
        true interval is narrower: then this one errs on the side of "chance could explain it".
        """
        ends = (*self.mine_likely, *self.other_likely)
        if self.difference is None or self.mine is None or self.other is None or None in ends:
            return None, None
        low, high, other_low, other_high = (float(end) for end in ends if end is not None)
        down = hypot(self.mine - low, other_high - self.other) + self.rounding
        up = hypot(high - self.mine, self.other - other_low) + self.rounding
        return self.difference - down, self.difference + up

    @property
    def beyond_chance(self) -> bool | None:
        """None where it cannot be told."""
        low, high = self.likely
        return None if low is None or high is None else low > 0 or high < 0


def pairs_of(mine: Figures, other: Figures) -> list[Pair]:
    rounding = ROUNDING if mine.get("in_confidence") or other.get("in_confidence") else 0.0
    return [
        Pair(
            each,
            mine.get(each.code),
            interval_of(mine, each.code),
            other.get(each.code),
            interval_of(other, each.code),
            rounding,
        )
        for each in single_figures()
    ]


def comparison_table(pairs: Sequence[Pair], numbers: tuple[int, int]) -> Table:
    mine, other = (_("Model %(number)s", number=number) for number in numbers)
    columns = [
        Column(_("Figure"), "figure"),
        Column(mine, f"model_{numbers[0]}"),
        Column(other, f"model_{numbers[1]}"),
        Column(_("Difference"), "difference", "signed"),
        Column(_("Likely difference"), "difference", "signed_range"),
        Column(_("Beyond chance?"), "beyond_chance"),
        Column(_("Better is"), "better"),
    ]
    rows = [
        (
            pair.single.name,
            said(pair.single, pair.mine, pair.mine_likely),
            said(pair.single, pair.other, pair.other_likely),
            pair.difference,
            pair.likely,
            beyond_word(pair),
            better_word(pair.single),
        )
        for pair in pairs
    ]
    return Table("comparison", _("Every figure of both models"), columns, rows)


def comparison_file(pairs: Sequence[Pair], numbers: tuple[int, int]) -> Table:
    """The same for a file: every number in a cell of its own."""
    mine, other = (f"model_{number}" for number in numbers)
    columns = [
        Column("", "figure"),
        Column("", mine, "number"),
        Column("", mine, "range"),
        Column("", other, "number"),
        Column("", other, "range"),
        Column("", "difference", "number"),
        Column("", "difference", "range"),
        Column("", "beyond_chance"),
    ]
    rows = [
        (
            *(pair.single.code, pair.mine, pair.mine_likely, pair.other, pair.other_likely),
            *(pair.difference, pair.likely, beyond_word(pair)),
        )
        for pair in pairs
    ]
    return Table("comparison", "", columns, rows)


def said(single: Single, value: float | None, likely: Ends) -> str:
    """The value with its interval, as one cell."""
    shown = Column("", "", single.kind).said(value)
    if value is None or likely[0] is None:
        return shown
    range_kind = "shares" if single.kind == "share" else "signed_range"
    text = f"{shown} ({Column('', '', range_kind).said(likely)})"  # type: ignore[arg-type]
    return text.replace(" ", UNBROKEN).replace("–", f"–{JOINED}")


def beyond_word(pair: Pair) -> str:
    if pair.beyond_chance is None or pair.difference is None:
        return _("cannot be told")
    if not pair.beyond_chance:
        return _("no: chance could explain it")
    return _("yes: higher") if pair.difference > 0 else _("yes: lower")


def better_word(single: Single) -> str:
    if single.is_near:
        return _("near 0") if not single.near else _("near 1") if single.near == 1 else _("near 90 %")
    return _("higher") if single.better == "higher" else _("lower")


def in_short(pairs: Sequence[Pair]) -> str:
    """How many figures differ by more than chance explains, by name."""
    if not comparable(pairs):
        return _(
            "One of the two scores by the key alone and has no figures of its own: look at “Gain over the key alone” "
            "in the validation of the other."
        )
    differing = [pair.single.name for pair in pairs if pair.beyond_chance]
    if not any(pair.beyond_chance is not None for pair in pairs):
        return _("Whether these models differ cannot be told: there is no interval for the figures of one of them.")
    if not differing:
        return _("No figure differs by more than chance explains: these data do not show that either model is better.")
    return _(
        "Larger than chance explains: %(names)s. With this many figures one may differ so much by chance alone.",
        names=", ".join(differing),
    )


def comparable(pairs: Sequence[Pair]) -> bool:
    """Whether there is any figure of both."""
    return any(pair.difference is not None for pair in pairs)


def comparison_chart(pairs: Sequence[Pair], numbers: tuple[int, int], reader: Reader) -> Markup | None:
    charted = [pair for pair in pairs if pair.single.charted and pair.difference is not None]
    if not charted:
        return None
    rows = [
        {
            "name": pair.single.name,
            "marks": [mark(pair.mine, pair.mine_likely, True), mark(pair.other, pair.other_likely, False)],
        }
        for pair in charted
    ]
    lows = [end for pair in charted for end in (pair.mine_likely[0], pair.other_likely[0]) if end is not None]
    return reader.chart(
        dots,
        {"rows": rows, "domain": [min([0.0, *lows]), 1.0], "zone": None, "at": None, "percent": False},
        chart_name(numbers),
        description=_(
            "For each figure one dot of either model, with its 90 % interval. The same figures are in the table."
        ),
        scale=_("Value of the figure"),
        zone="",
    )


def chart_name(numbers: tuple[int, int]) -> str:
    return _("Figures of models %(mine)s and %(other)s", mine=numbers[0], other=numbers[1])


def mark(value: float | None, likely: Ends, filled: bool) -> Mapping[str, Any]:
    return {"value": value, "low": likely[0], "high": likely[1], "filled": filled}
