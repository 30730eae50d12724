"""What a rehearsal found, in sentences: what each figure means, and what it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import format_decimal, format_percent, ngettext
from flask_babel import gettext as _

from scoring.groups.impact import BELOW
from webapp.services.watch.words import language_name

Figures = Mapping[str, Any]
SAME_ORDER = 1e-12
"""One swap among ten thousand people takes ten times as much off a correlation of 1."""


def summary(figures: Figures) -> list[str]:
    """The few sentences for whoever is about to promote."""
    vacancies = figures.get("vacancies", ())
    if not vacancies:
        return [_("No open vacancy is on another model, so nobody would move.")]
    lines = [_people(figures, vacancies), _places(vacancies), _agreement(vacancies), _scores(vacancies)]
    return [line for line in (*lines, language_finding(figures), calibration_sentence(figures)) if line]


def _people(figures: Figures, vacancies: Sequence[Figures]) -> str:
    return ngettext(
        "%(people)s people in %(num)s open vacancy were scored with this model, and nothing of it was kept.",
        "%(people)s people in %(num)s open vacancies were scored with this model, and nothing of it was kept.",
        len(vacancies),
        people=format_decimal(figures["people"]),
    )


def _places(vacancies: Sequence[Figures]) -> str:
    enter = sum(each["target"]["enter"] for each in vacancies)
    beyond = [each["target"]["beyond_ties"] for each in vacancies]
    if not enter:
        return _("Nobody else would come into the places that are to be filled.")
    line = ngettext(
        "%(num)s person would come into the places that are to be filled, from further down.",
        "%(num)s people would come into the places that are to be filled, from further down.",
        enter,
    )
    crossing = sum(each or 0 for each in beyond)
    if None in beyond:
        return line
    if not crossing:
        return f"{line} " + _("None of these moves is larger than the scores’ own error explains.")
    return f"{line} " + ngettext(
        "%(num)s person would cross that border further than the scores’ own error explains.",
        "%(num)s people would cross that border further than the scores’ own error explains.",
        crossing,
    )


def agreement(correlation: float | None) -> float | None:
    """As it is shown: 1.00 is said of the very same order alone."""
    if correlation is None or correlation > 1 - SAME_ORDER:
        return correlation
    return min(correlation, 0.99)


def _agreement(vacancies: Sequence[Figures]) -> str:
    known = [r for each in vacancies if (r := agreement(each["correlation"])) is not None]
    if not known:
        return ""
    low, high = (format_decimal(end, "0.00") for end in (min(known), max(known)))
    if low == high:
        return _("The two orders agree at %(r)s: 1 is the same order, 0 no likeness at all.", r=low)
    return _("The two orders agree at %(low)s to %(high)s: 1 is the same order, 0 no likeness.", low=low, high=high)


def _scores(vacancies: Sequence[Figures]) -> str:
    gain, lose = (sum(each[name] for each in vacancies) for name in ("gain", "lose"))
    if not gain and not lose:
        return ""
    return _(
        "%(gain)s would get a score who have none now, and %(lose)s would lose theirs.",
        gain=format_decimal(gain),
        lose=format_decimal(lose),
    )


def language_finding(figures: Figures) -> str:
    """Which groups by language would fall below four fifths, or come out of it."""
    rows = figures.get("groups", {}).get("third", {})
    if not rows.get("after"):
        return _("All of them answered in one language, so languages cannot be compared.")
    before, after = ({row["group"] for row in rows[when] if row["finding"] == BELOW} for when in ("before", "after"))
    if worse := after - before:
        return _(
            "Language of answering: %(languages)s. The share of these people in the top third would fall below four "
            "fifths of the highest.",
            languages=_names(worse),
        )
    if after:
        return _(
            "Language of answering: %(languages)s. The share of these people in the top third is below four fifths "
            "of the highest, as now.",
            languages=_names(after),
        )
    return _("No language that enough people answered in would fall below four fifths in the top third.")


def _names(codes: set[str]) -> str:
    return ", ".join(language_name(code) for code in sorted(codes))


def calibration_sentence(figures: Figures) -> str:
    """Whether its probabilities come true among people whom it has not learned from."""
    found = figures.get("calibration", {})
    state = found.get("state")
    if state == "known":
        return _(
            "Among about %(n)s people rated since it was made, it expected %(predicted)s in the top third and "
            "%(observed)s are (likely %(low)s to %(high)s); they are no part of what it learned from.",
            n=format_decimal(found["n"]),
            **{name: format_percent(found[name]) for name in ("predicted", "observed", "low", "high")},
        )
    return {
        "by_key": _("It gives no probabilities, so there is nothing that could come true."),
        "too_few": _("Fewer than 30 people were rated whose answers came after it was made: too few to check it on."),
    }.get(
        state or "",
        _("Nobody has been rated whose answers came after it was made, so its probabilities cannot be checked yet."),
    )
