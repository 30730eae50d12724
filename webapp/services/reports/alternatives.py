"""What the product might do otherwise, tried and recorded: challengers, calibrations, intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from webapp.languages import translated
from webapp.services.reports.parts import Column, Figures, Section, Table
from webapp.services.reports.reader import Reader


def challengers_section(figures: Figures, _reader: Reader) -> Section:
    record = figures.get("challengers")
    return Section(
        "challengers",
        _("Challengers: other ways of learning"),
        _("How closely other ways of learning follow the same ratings; the gain is over the one that is used."),
        _("A gain smaller than about twice its standard error is chance, and no winner is used by itself."),
        tables=[challengers_table(record["tried"])] if record else [],
        lines=[translated(record["sentence"])] if record and record.get("sentence") else [],
        absent=_(
            "Not computed for this model: challengers are tried from 1,000 rated people on, because fewer cannot tell."
        ),
    )


def challengers_table(tried: Mapping[str, Any]) -> Table:
    names = {
        "stack": _("The linear stack (used)"),
        "own_criterion": _("The stack without related criteria"),
        "boosting": _("Boosting"),
        "stack_and_boosting": _("The mean of stack and boosting"),
    }
    columns = [
        Column(_("Way of learning"), "name"),
        Column(_("Agreement"), "r", "small"),
        Column(_("Gain"), "gain", "signed"),
        Column(_("Standard error of the gain"), "gain_se", "small"),
    ]
    rows = [
        (
            names.get(name, name),
            row["r"],
            None if name == "stack" else row["gain"],
            None if name == "stack" else row["gain_se"],
        )
        for name, row in tried.items()
    ]
    return Table("challengers", _("Challengers"), columns, rows)


def calibrations_section(figures: Figures, _reader: Reader) -> Section:
    record = figures.get("calibrations") or {}
    tables = [calibrations_table(record["tried"])] if record.get("tried") else []
    intervals = figures.get("interval_methods") or {}
    tables += [intervals_table(intervals["tried"])] if intervals.get("tried") else []
    return Section(
        "calibrations",
        _("Other ways from a score to a probability and to an interval"),
        _(
            "Each way is judged by people whom neither it nor the model had seen: a lower log-loss is better, and "
            "intervals should hold 90 %."
        ),
        _("A gain smaller than about twice its standard error is chance, and none is used by itself."),
        tables=tables,
        absent=withheld(figures),
    )


def withheld(figures: Figures) -> str:
    """Figures of a few people each are not kept where ratings were given in confidence."""
    return (
        _("Not kept for this model: some of its ratings were given in confidence.")
        if figures.get("in_confidence")
        else ""
    )


def calibrations_table(tried: Mapping[str, Any]) -> Table:
    names = {
        "gaussian": _("Normal distribution (used)"),
        "sigmoid": _("Sigmoid"),
        "isotonic": _("Isotonic"),
        "venn_abers": _("Venn-Abers"),
        "cross_venn_abers": _("Cross Venn-Abers"),
    }
    columns = [
        Column(_("Calibration"), "name"),
        Column(_("Log-loss"), "log_loss", "small"),
        Column(_("Brier score"), "brier", "small"),
        Column(_("Gain in log-loss"), "gain", "signed"),
        Column(_("Standard error of the gain"), "gain_se", "small"),
    ]
    rows = [
        (names.get(name, name), row["log_loss"], row["brier"], row["gain"], row["gain_se"])
        for name, row in tried.items()
    ]
    return Table("calibrations", _("Calibrations"), columns, rows)


def intervals_table(tried: Mapping[str, Any]) -> Table:
    names = {
        "product": _("The one that is used"),
        "gaussian": _("Always the normal distribution"),
        "conformal": _("CV+, which assumes nothing"),
    }
    columns = [
        Column(_("Interval"), "name"),
        Column(_("Ratings inside it"), "coverage", "share"),
        Column(_("Mean width on the rating scale"), "width", "number"),
    ]
    rows = [(names.get(name, name), row["coverage"], row["width"]) for name, row in tried.items()]
    return Table("intervals", _("90 % intervals"), columns, rows)
