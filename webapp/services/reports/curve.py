"""The learning curve as a section: shared by the readiness page and the validation report."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from webapp.services.reports.draw_curve import learning_curve
from webapp.services.reports.forecast_words import forecast_of, forecast_sentences
from webapp.services.reports.parts import Column, Figures, Section, Table, ends
from webapp.services.reports.reader import Reader

FEWEST_TO_DRAW = 2


def curve_section(figures: Figures, reader: Reader) -> Section:
    """How well the model orders people after learning from fewer of them, and what more would bring."""
    points = (figures.get("learning_curve") or {}).get("points") or []
    forecast = forecast_of(figures)
    return Section(
        "learning_curve",
        _("Learning curve: would more rated staff help?"),
        _("How closely the order follows the ratings after learning from so many of the staff, beside the key alone."),
        _("It is no promise: beyond the last filled dot it is a forecast, with an interval of its own."),
        tables=[curve_table(points), *([forecast_table(forecast)] if forecast else [])] if points else [],
        chart=curve_chart(figures, reader) if len(points) >= FEWEST_TO_DRAW else None,
        lines=forecast_sentences(forecast) if forecast else [],
    )


def curve_chart(figures: Figures, reader: Reader) -> Markup:
    return reader.chart(
        learning_curve,
        {"points": figures["learning_curve"]["points"], "double": twice(figures)},
        _("Agreement with the ratings, by how many staff were learned from"),
        description=_(
            "The agreement of the model with the ratings, with its 90 % band, after learning from fewer and from more "
            "staff; dashed, the agreement of the key alone; hollow, what is expected of twice as many rated staff. "
            "The same figures are in the table."
        ),
        people=_("Staff learned from"),
        r=_("Agreement with the ratings"),
        model=_("this model"),
        key=_("key alone"),
        double=_("twice as many: expected"),
    )


def twice(figures: Figures) -> dict[str, Any] | None:
    """The forecast's point at twice the staff."""
    forecast, n = forecast_of(figures) or {}, figures.get("n")
    if not n or forecast.get("r_double") is None or forecast.get("r_double_low") is None:
        return None
    low, high = ends(forecast, "r_double_low", "r_double_high")
    return {"n": 2 * n, "r": forecast["r_double"], "r_low": low, "r_high": high}


def curve_table(points: list[dict[str, Any]]) -> Table:
    columns = [
        Column(_("Learned from"), "n", "count"),
        Column(_("Agreement"), "r", "number"),
        Column(_("Likely"), "r", "signed_range"),
        Column(_("Key alone"), "key_r", "number"),
        Column(_("Gain over the key"), "gain", "signed"),
        Column(_("Likely gain"), "gain", "signed_range"),
    ]
    rows = [
        (p["n"], p["r"], ends(p, "r_low", "r_high"), p.get("key_r"), p.get("gain"), ends(p, "gain_low", "gain_high"))
        for p in points
    ]
    return Table("learning_curve", _("Agreement by staff learned from"), columns, rows)


def forecast_table(forecast: dict[str, Any] | Any) -> Table:
    columns = [
        Column(_("Re-drawings with the model above the key"), "beats_key_now", "share"),
        Column(_("More rated staff to beat the key"), "more_staff", "count"),
        Column(_("Likely"), "more_staff", "counts"),
        Column(_("Agreement with twice as many"), "r_double", "number"),
        Column(_("Likely agreement"), "r_double", "signed_range"),
    ]
    row = (
        forecast.get("beats_key_now"),
        forecast.get("more_staff"),
        ends(forecast, "more_staff_low", "more_staff_high"),
        forecast.get("r_double"),
        ends(forecast, "r_double_low", "r_double_high"),
    )
    return Table("forecast", _("What more rated staff would bring"), columns, [row])
