"""What came true of the model's probabilities: reliability diagram, expectancy table, hire or retrain."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from webapp.services.describe_figures import band_name
from webapp.services.draw_chart import hiring, reliability
from webapp.services.model_charts import hiring_words, reliability_words
from webapp.services.reports.parts import Column, Figures, Section, Table, ends
from webapp.services.reports.reader import Reader


def reliability_section(figures: Figures, reader: Reader) -> Section:
    points = figures.get("reliability_diagram") or []
    words = reliability_words(reader.simulated)
    return Section(
        "reliability",
        _("Do the probabilities come true?"),
        _(
            "Each dot is a group of staff to whom the model gave about the same probability without having seen them: "
            "on the dashed line it came true, and the pale bar is where the truth likely lies."
        ),
        _("It does not show how well the model tells two single people apart."),
        tables=[reliability_table(points)] if points else [],
        chart=reader.album.drawn(reliability, points, words) if points else None,
    )


def reliability_table(points: Iterable[Figures]) -> Table:
    columns = [
        Column(_("Predicted"), "predicted", "share"),
        Column(_("Observed"), "observed", "share"),
        Column(_("Likely"), "observed", "shares"),
        Column(_("People"), "people", "count"),
    ]
    rows = [(p["predicted"], p["observed"], ends(p), p["n"]) for p in points]
    return Table("reliability", _("Predicted and observed shares"), columns, rows)


def expectancy_section(figures: Figures, _reader: Reader) -> Section:
    rows = figures.get("expectancy") or []
    return Section(
        "expectancy",
        _("Expectancy table"),
        _("Staff in four quarters by score: what the model promised for each quarter, and what came true."),
        _("It does not say that the people within a quarter are alike: they still differ."),
        tables=[expectancy_table(rows)] if rows else [],
    )


def expectancy_table(rows: Iterable[Figures]) -> Table:
    columns = [
        Column(_("By score"), "band"),
        Column(_("Predicted in the top third"), "predicted", "share"),
        Column(_("Observed in the top third"), "observed", "share"),
        Column(_("People"), "people", "count"),
    ]
    cells = [(band_name(row["band"]), row["predicted"], row["observed"], row["n"]) for row in rows]
    return Table("expectancy", _("Predicted and observed shares by quarter"), columns, cells)


def hiring_section(figures: Figures, reader: Reader) -> Section:
    rows, base = figures.get("hire_or_retrain") or [], figures.get("base_rate")
    known = bool(rows) and base is not None
    words = hiring_words(reader.simulated)
    return Section(
        "hiring",
        _("Hire or retrain?"),
        _(
            "How many of those hired are expected to be in the top third, by the share of applicants that you hire; "
            "the dashed line is hiring at random."
        ),
        _("It is no promise about any one hire, and it does not count what else you select by."),
        tables=[hiring_table(rows, base)] if known else [],
        chart=reader.album.drawn(hiring, {"points": rows, "base": base}, words) if known else None,
        lines=assumptions(figures.get("hiring_assumptions") or []) if known else [],
    )


def hiring_table(rows: Iterable[Figures], base: float | None) -> Table:
    columns = [
        Column(_("Hired"), "selection_ratio", "share"),
        Column(_("Top third among them"), "expected_share", "share"),
        Column(_("Likely"), "expected_share", "shares"),
        Column(_("By Taylor and Russell's formula"), "taylor_russell", "share"),
        Column(_("Likely by the formula"), "taylor_russell", "shares"),
    ]
    cells = [
        (
            row["selection_ratio"],
            row["expected_share"],
            ends(row),
            row.get("taylor_russell"),
            ends(row, "taylor_russell_low", "taylor_russell_high"),
        )
        for row in rows
    ]
    # Who hires everybody, or at random, gets the base rate.
    return Table("hiring", hiring_caption(), columns, [*cells, (1.0, base, (None, None), base, (None, None))])


def hiring_caption() -> str:
    return _("Expected share of top-third people among those hired; hiring everybody is the same as hiring at random")


def assumptions(codes: Iterable[str]) -> list[str]:
    """What has to hold for these figures."""
    said = {
        "applicants_like_staff": _("Assumed: applicants answer like the staff did, who had nothing at stake."),
        "spread_like_staff": _(
            "Assumed: applicants differ from each other as much as staff do; a wider spread would bring more."
        ),
        "top_down": _("Assumed: those with the highest scores are hired, and all of them accept."),
        "observed_criterion": _("Success here is the rating that colleagues would give, with its errors."),
        "jointly_normal": _("Taylor and Russell's formula takes score and rating to be jointly normal."),
    }
    return [said[code] for code in codes if code in said]
