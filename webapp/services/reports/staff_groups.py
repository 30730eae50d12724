"""The group report of a model: the training staff by the language they answered in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from webapp.config import LANGUAGES
from webapp.languages import translated
from webapp.services.reports.item_differences import dif_sections, option_table
from webapp.services.reports.parts import Column, Figures, Section, Table, ends
from webapp.services.reports.reader import Reader


def group_sections(figures: Figures, reader: Reader) -> list[Section]:
    """Empty where the run has looked at no groups."""
    groups = figures.get("groups")
    if not groups:
        return []
    return [
        languages_section(groups),
        equivalence_section(groups),
        *dif_sections(groups, reader, language_name),
        prediction_section(groups),
        impact_section(groups),
    ]


def group_tables(figures: Figures, reader: Reader) -> dict[str, Table]:
    """Every table by the name of its file; of options all, where the page shows those that differ."""
    found = [table for each in group_sections(figures, reader) for table in each.tables]
    found += [option_table(each, language_name) for each in (figures.get("groups") or {}).get("dif") or []]
    return {table.code: table for table in found}


def language_name(code: str | None) -> str:
    return LANGUAGES.get(code or "", code or _("not known"))


def languages_section(groups: Figures) -> Section:
    rows = [(language_name(each["language"]), each["n"]) for each in groups["languages"]]
    columns = [Column(_("Language"), "language"), Column(_("Staff who answered"), "people", "count")]
    return Section(
        "languages",
        _("Who answered in which language"),
        _("How many of the staff answered enough of this form in each language, rated or not."),
        _("It is the language of answering, which need not be anybody's first language or origin."),
        tables=[Table("languages", _("Staff by language"), columns, rows)] if rows else [],
    )


def equivalence_section(groups: Figures) -> Section:
    rows = groups.get("equivalence") or []
    return Section(
        "equivalence",
        _("Do the languages work alike?"),
        _(
            "Whether every question works alike in two languages, so that people who answered in either may stand in "
            "one list."
        ),
        _("“Cannot tell” does not mean that they work alike: mostly too few people answered in one of them."),
        tables=[equivalence_table(rows)] if rows else [],
        lines=[translated(each["note"]) for each in rows[:1]] if len(rows) == 1 else [],
        absent=only_one(groups),
    )


def only_one(groups: Figures) -> str:
    if groups.get("single"):
        return _("All answered in one language, so there is nothing to compare.")
    return ""


def equivalence_table(rows: Iterable[Figures]) -> Table:
    columns = [
        Column(_("Language"), "language"),
        Column(_("Compared with"), "reference"),
        Column(_("People"), "n", "count"),
        Column(_("People compared with"), "n_reference", "count"),
        Column(_("Finding"), "finding"),
        Column(_("Questions that differ"), "differing"),
        Column(_("Questions not settled"), "undecided", "count"),
    ]
    cells = [
        (
            language_name(row["language"]),
            language_name(row["reference"]),
            row["n"],
            row["n_reference"],
            equivalence_word(row["finding"]),
            ", ".join(row["differing"]) or None,
            len(row["undecided"]),
        )
        for row in rows
    ]
    return Table("equivalence", _("Languages compared"), columns, cells)


def equivalence_word(finding: str) -> str:
    return {"equivalent": _("alike"), "differs": _("some questions differ")}.get(finding, _("cannot tell"))


def prediction_section(groups: Figures) -> Section:
    rows = groups.get("prediction") or []
    return Section(
        "prediction",
        _("Does one line from score to rating serve every language?"),
        _(
            "Whether people with the same score are rated alike whichever language they answered in; below 0, the "
            "common line promises more than people of that language reach."
        ),
        _("No difference shown is no proof that there is none, and ratings that are unfair themselves hide one."),
        tables=[prediction_table(rows)] if rows else [],
        lines=[translated(each["note"]) for each in rows] if len(rows) == 1 else [],
        absent=why_absent(groups),
    )


def why_absent(groups: Figures) -> str:
    return {
        "in_confidence": _("Not computed for this model: some of its ratings were given in confidence."),
        "one_language": _("All answered in one language, so there is nothing to compare."),
        "too_few": _("Not computed for this model: too few people were tested in a second language."),
    }.get(groups.get("absent") or "", "")


def prediction_table(rows: Iterable[Figures]) -> Table:
    columns = [
        Column(_("Language"), "language"),
        Column(_("Compared with"), "reference"),
        Column(_("People"), "n", "count"),
        Column(_("People compared with"), "n_reference", "count"),
        Column(_("Difference of the lines"), "intercept", "signed"),
        Column(_("Likely (95 %)"), "intercept", "signed_range"),
        Column(_("Difference of the slopes"), "slope", "signed"),
        Column(_("Likely slope (95 %)"), "slope", "signed_range"),
        Column(_("Finding"), "finding"),
    ]
    cells = [
        (
            *(language_name(row[name]) for name in ("focal", "reference")),
            *(row[name] for name in ("n_focal", "n_reference")),
            *estimate(row["intercept"]),
            *estimate(row["slope"]),
            prediction_word(row["finding"]),
        )
        for row in rows
    ]
    return Table("prediction", _("Differential prediction by language"), columns, cells)


def estimate(found: Mapping[str, Any]) -> tuple[Any, tuple[Any, Any]]:
    return found["value"], ends(found)


def prediction_word(finding: str) -> str:
    return {
        "slopes_differ": _("the score says more in one of them"),
        "intercepts_differ": _("same score, different ratings"),
        "no_difference_shown": _("no difference shown"),
    }.get(finding, _("cannot tell"))


def impact_section(groups: Figures) -> Section:
    found = groups.get("impact") or {}
    rows = found.get("against_highest") or []
    return Section(
        "impact",
        _("Who would be in the top third by score, among staff"),
        _(
            "The share of staff of each language in the top third by held-out score, and that share divided by the "
            "highest one; below 80 % is the line of the four-fifths rule."
        ),
        _("It is about staff and not about applicants, and no figure here is a pass."),
        tables=[impact_table(rows)] if rows else [],
        absent=why_absent(groups),
    )


def impact_table(rows: Iterable[Figures]) -> Table:
    columns = [
        Column(_("Language"), "group"),
        Column(_("People"), "n", "count"),
        Column(_("In the top third"), "selected", "count"),
        Column(_("Share"), "rate", "share"),
        Column(_("Impact ratio"), "ratio", "number"),
        Column(_("Likely (95 %)"), "ratio", "range"),
        Column(_("Chance of so much or more"), "mid_p", "small"),
        Column(_("Finding"), "finding"),
    ]
    return Table("impact", _("Top third by score, by language"), columns, [impact_row(row) for row in rows])


def impact_row(row: Figures) -> tuple[Any, ...]:
    """The group with the highest share is not compared with itself."""
    highest = row["group"] == row["compared_with"]
    return (
        language_name(row["group"]),
        *(row[name] for name in ("n", "selected", "rate", "ratio")),
        (None, None) if highest else ends(row, "log_low", "log_high"),
        None if highest else row["mid_p"],
        _("highest share") if highest else impact_word(row),
    )


def impact_word(row: Figures) -> str:
    """What is not settled is said so: the range reaches over the line."""
    open_end = row["interval_holds_line"]
    if row["finding"] == "below_four_fifths":
        return _("below four fifths, not settled") if open_end else _("below four fifths")
    if row["finding"] == "not_below_four_fifths":
        return _("not below four fifths, not settled") if open_end else _("not below four fifths")
    return _("cannot tell")
