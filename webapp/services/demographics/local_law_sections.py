"""Local Law 144's tables as sections, each labelled as what it is: the company's own sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from webapp.languages import translated
from webapp.services.demographics.catalogue import attribute_name, category_name
from webapp.services.demographics.impact_sections import caption, why_absent
from webapp.services.describe_figures import number
from webapp.services.reports.parts import Column, Figures, Section, Table

RATES = ("selection_rate", "scoring_rate")
ENOUGH = 30
"""With fewer people a rate tells nothing; the law itself knows no such line, so it changes no ratio."""


def label() -> str:
    return _("Self-computed, not independent")


def local_law_sections(figures: Figures, country: str) -> list[Section]:
    """A section for each rate and attribute; where race is not asked, one that says so."""
    found = figures["local_law_144"]
    if "absent" in found:
        return []
    sections = [
        _section(rate, attribute, found[rate], country)
        for rate in RATES
        if "absent" not in found[rate]
        for attribute in found[rate]
        if attribute != "whole"
    ]
    if found["scoring_rate"].get("absent") == "several_models":
        sections.append(_several())
    return sections if found["race_asked"] else [*sections, _without_race()]


def rate_name(rate: str) -> str:
    return _("Scoring rate") if rate == "scoring_rate" else _("Selection rate (hired)")


def _section(rate: str, attribute: str, found: Figures, country: str) -> Section:
    table, whole = found[attribute], found.get("whole")
    code = f"law-{rate}-{attribute}".replace("_", "-")
    title = f"{rate_name(rate)}: {attribute_name(attribute)} · {label()}"
    return Section(
        code,
        title,
        _means(rate),
        _("It is no bias audit as the law asks for one: that has to be done by somebody independent.")
        + " "
        + _("With fewer than 30 people in a category, or in the one by which it is divided, a ratio tells nothing."),
        tables=[_table(code, title, rate, table["rows"], country)] if "rows" in table else [],
        lines=[*_whole(whole), *_notes(table, country)] if "rows" in table and whole else [],
        absent=why_absent(table.get("absent", "")),
    )


def _means(rate: str) -> str:
    if rate == "scoring_rate":
        return _(
            "The share of each category with a score above the median of everybody’s scores, and that share divided "
            "by the highest one."
        )
    return _("The share of each category that was hired, and that share divided by the highest one.")


def _table(code: str, title: str, rate: str, rows: Sequence[Figures], country: str) -> Table:
    scores = rate == "scoring_rate"
    columns = [
        Column(_("Category"), "category"),
        Column(_("People"), "people", "count"),
        Column(_("Above the median") if scores else _("Hired"), "above", "count"),
        Column(rate_name(rate), "rate", "share"),
        Column(_("Impact ratio"), "ratio", "number"),
    ]
    if scores:
        columns += [
            Column(_("At the median"), "ties", "count"),
            Column(_("Ratio if those counted as above"), "ratio_ties_above", "number"),
        ]
    columns.append(Column(_("Enough people"), "enough"))
    cells = [(*_row(row, country, scores=scores), _enough(row, divided_by(rows))) for row in rows]
    return Table(code, caption(title), columns, cells)


def _enough(row: Figures, base: Sequence[Figures]) -> str:
    return _("yes") if all(each["n"] >= ENOUGH for each in (row, *base)) else _("cannot tell")


def divided_by(rows: Iterable[Figures]) -> list[Figures]:
    """The category with the highest rate, or those that share it."""
    return [row for row in rows if not row["left_out"] and row["ratio"] == 1]


def _row(row: Figures, country: str, *, scores: bool) -> tuple[object, ...]:
    first = (category_name(row["name"], country), row["n"], row["above"], row["rate"], row["ratio"])
    return (*first, row["ties"], row["ratio_ties_above"]) if scores else first


def _whole(whole: Figures | None) -> list[str]:
    if not whole or whole["median"] is None:
        return []
    told = _(
        "The median of all %(n)s scores is %(median)s; %(ties)s people stand exactly at it.",
        n=whole["n"],
        median=number(whole["median"], 4),
        ties=whole["ties"],
    )
    return [told, *(translated(note) for note in whole["notes"])]


def _notes(table: Figures, country: str) -> list[str]:
    lines = []
    if table["left_out"]:
        names = ", ".join(category_name(each, country) for each in table["left_out"])
        lines.append(
            _(
                "Left out of the impact ratios, number and rate still shown: %(names)s. Each is less than 2 %% of the "
                "people of this table, and a ratio of so few would change with single people.",
                names=names,
            )
        )
    return [*lines, *_small_base(table, country), _unknown(table)]


def _small_base(table: Figures, country: str) -> list[str]:
    """The rule of the law stands, and beside it that its ratios rest on few people."""
    return [
        _(
            "The highest rate, by which all others are divided, is that of %(name)s with %(n)s people: with fewer than "
            "30 none of these ratios tells anything.",
            name=category_name(row["name"], country),
            n=row["n"],
        )
        for row in divided_by(table["rows"])
        if row["n"] < ENOUGH
    ]


def _unknown(table: Figures) -> str:
    if table["unknown"] is None:
        return _("Fewer than ten people are of unknown category, or of categories of fewer than ten, not shown here.")
    if table["some_hidden"]:
        return _(
            "People of unknown category, or of categories of fewer than ten, which are not shown: %(n)s. They are in "
            "none of these rates.",
            n=table["unknown"],
        )
    return _("People of unknown category: %(n)s. They are in none of these rates.", n=table["unknown"])


def _several() -> Section:
    return Section(
        "law-scoring-rate",
        f"{rate_name('scoring_rate')} · {label()}",
        _means("scoring_rate"),
        _("It is no bias audit as the law asks for one: that has to be done by somebody independent."),
        absent=_("Not computed: several models score these vacancies, and their scores have no common median."),
    )


def _without_race() -> Section:
    name = attribute_name("race_ethnicity")
    return Section(
        "law-race",
        f"{name} · {label()}",
        _("The same rates by race and ethnicity, and by sex and race together."),
        _("It is no sign that there is no difference."),
        absent=_(
            "Not computed: race and ethnicity are not asked. They are asked only where the company has stated a "
            "jurisdiction and confirmed the legal basis."
        ),
    )
