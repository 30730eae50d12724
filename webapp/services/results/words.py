"""What figures, and their absence, are called on every page, in every file and on the sheet."""

from __future__ import annotations

from flask_babel import format_decimal
from flask_babel import gettext as _

from webapp.services.results.read_results import RoundResults, Shown


def why_not(state: str) -> str:
    """Why there is no figure. Finer words would tell what the ratings were."""
    return _("fewer than three raters") if state == "few" else _("withheld so that no single rating can be worked out")


def said_level(level: str) -> str:
    """What a figure is about."""
    return {"whole": _("The whole company"), "unit": _("Unit")}.get(level) or _("Person")


def said_value(shown: Shown) -> str:
    return str(format_decimal(shown.value, format="0.0")) if shown.value is not None else "–"


def said_reliability(shown: Shown) -> str:
    """What the class of reliability means for whoever reads the figure."""
    return {
        "high": _("high"),
        "good": _("good"),
        "fair": _("fair"),
        "low": _("low"),
        "unknown": _("not known"),
    }.get(shown.reliability, "–")


def reliability_meaning() -> list[tuple[str, str]]:
    return [
        (_("high"), _("Other raters would say nearly the same.")),
        (_("good"), _("Other raters would say much the same. Small differences between people mean nothing.")),
        (_("fair"), _("A first sign. Look at the next rounds too before you conclude anything.")),
        (_("low"), _("Chance plays the greater part. Do not compare people by it.")),
        (_("not known"), _("The ratings show no differences that go beyond chance, or are too few to tell.")),
    ]


def said_raters(shown: Shown) -> str:
    return {
        "3-5": _("3 to 5"),
        "6-10": _("6 to 10"),
        "11-20": _("11 to 20"),
        "21+": _("more than 20"),
    }.get(shown.raters, "–")


def quarter_name(results: RoundResults) -> str:
    year, quarter = results.quarter
    return _("quarter %(quarter)s of %(year)s", quarter=quarter, year=str(year))
