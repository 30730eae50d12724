"""Differential item functioning as sections: each question in two languages, and options that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from webapp.languages import translated
from webapp.services.reports.draw_dots import dots
from webapp.services.reports.parts import Column, Figures, Section, Table
from webapp.services.reports.reader import Reader

Naming = Callable[[str | None], str]
NEGLIGIBLE = 0.17
Z_90 = 1.645
MARGIN = 1.1


def dif_sections(groups: Figures, reader: Reader, name_of: Naming) -> list[Section]:
    """One section for each language that was compared."""
    return [dif_section(each, reader, name_of) for each in groups.get("dif") or []]


def dif_section(found: Figures, reader: Reader, name_of: Naming) -> Section:
    focal, reference = name_of(found["focal"]), name_of(found["reference"])
    items = found["items"]
    differing = [each for each in found["options"] if each["finding"] == "differs"]
    return Section(
        f"dif-{found['focal']}",
        _("Single questions: %(focal)s beside %(reference)s", focal=focal, reference=reference),
        _(
            "How differently people of like overall result did on a question in the two languages: right of the middle "
            "better in %(focal)s, and inside the grey zone too little to matter.",
            focal=focal,
        ),
        _(
            "It does not say why: a translation, a custom or chance may be behind it, and neither group is better for "
            "it."
        ),
        tables=[
            *([item_table(found, name_of)] if items else []),
            *([option_table(found, name_of, differing)] if differing else []),
        ],
        chart=item_chart(found, reader, (focal, reference)) if drawable(items) else None,
        key=_(
            "Filled: differs. Hollow: does not, or cannot be told. The bar is the 90 % interval. A, B, C: the classes "
            "of the testing service ETS, from negligible to large; A also where no difference is shown."
        ),
        lines=[*summary(found), *(translated(note) for note in found["notes"])],
        absent=" ".join(translated(note) for note in found["notes"]),
        further=[(f"dif-options-{found['focal']}", _("All options as CSV"))] if items else [],
    )


def drawable(items: Iterable[Figures]) -> list[Figures]:
    """Questions whose difference is known, the largest first."""
    known = [each for each in items if each["uniform"]["difference"] is not None]
    return sorted(known, key=lambda each: -abs(each["uniform"]["difference"]))


def item_chart(found: Figures, reader: Reader, names: tuple[str, str]) -> Markup:
    rows = [{"name": each["item"], "marks": [mark(each)]} for each in drawable(found["items"])]
    reach = max(
        2 * NEGLIGIBLE, *(abs(end) for row in rows for end in (row["marks"][0]["low"], row["marks"][0]["high"]))
    )
    return reader.chart(
        dots,
        {
            "rows": rows,
            "domain": [-reach * MARGIN, reach * MARGIN],
            "zone": [-NEGLIGIBLE, NEGLIGIBLE],
            "at": 0,
            "percent": False,
        },
        _("Differences by question: %(focal)s beside %(reference)s", focal=names[0], reference=names[1]),
        description=_(
            "For each question how far people who answered in one language did better or worse than people of like "
            "overall result in the other, with its 90 % interval. The same figures are in the table."
        ),
        scale=_("Difference in standard deviations of the question"),
        zone=_("too little to matter"),
    )


def mark(each: Figures) -> dict[str, Any]:
    value, error = each["uniform"]["difference"], each["uniform"]["error"] or 0.0
    return {
        "value": value,
        "low": value - Z_90 * error,
        "high": value + Z_90 * error,
        "filled": each["finding"] == "differs",
    }


def item_table(found: Figures, name_of: Naming) -> Table:
    columns = [
        Column(_("Question"), "item"),
        Column(_("Difference"), "difference", "signed"),
        Column(_("Likely"), "difference", "signed_range"),
        Column(_("Finding"), "finding"),
    ]
    rows = [
        (each["item"], each["uniform"]["difference"], interval(each), with_letter(each))
        for each in [
            *drawable(found["items"]),
            *(row for row in found["items"] if row["uniform"]["difference"] is None),
        ]
    ]
    return Table(f"dif-items-{found['focal']}", caption(found, name_of), columns, rows)


def interval(each: Figures) -> tuple[float | None, float | None]:
    if each["uniform"]["difference"] is None:
        return None, None
    shown = mark(each)
    return shown["low"], shown["high"]


def caption(found: Figures, name_of: Naming) -> str:
    names = {"focal": name_of(found["focal"]), "reference": name_of(found["reference"])}
    return _("Differences by question: %(focal)s beside %(reference)s", **names)


def option_table(found: Figures, name_of: Naming, options: Iterable[Figures] | None = None) -> Table:
    """Options as the engine names them; all of them unless some are given."""
    columns = [
        Column(_("Option"), "option"),
        Column(_("Difference on the delta scale"), "delta", "signed"),
        Column(_("Odds ratio"), "odds_ratio", "number"),
        Column(_("Class"), "class"),
        Column(_("Finding"), "finding"),
    ]
    rows = [
        (
            each["option"],
            each["uniform"]["delta"],
            each["uniform"]["odds_ratio"],
            each["uniform"]["letter"] or None,
            word(each),
        )
        for each in (found["options"] if options is None else options)
    ]
    names = {"focal": name_of(found["focal"]), "reference": name_of(found["reference"])}
    title = _("Options that differ: %(focal)s beside %(reference)s", **names)
    return Table(f"dif-options-{found['focal']}", title, columns, rows)


def word(each: Figures) -> str:
    return {"differs": _("differs"), "equivalent": _("alike")}.get(each["finding"], _("cannot tell"))


def with_letter(each: Figures) -> str:
    """The finding with the class of ETS: A, also where no difference is shown, B or C."""
    letter = each["uniform"]["letter"]
    return f"{word(each)} ({letter})" if letter else word(each)


def summary(found: Figures) -> list[str]:
    """How many differ, are alike, or cannot be told."""
    if not found["items"]:
        return []
    counts = Counter(each["finding"] for each in found["items"])
    differ = ngettext("%(num)s question differs,", "%(num)s questions differ,", counts["differs"])
    rest = _(
        "%(alike)s are alike, and of %(open)s it cannot be told.",
        alike=format_decimal(counts["equivalent"]),
        open=format_decimal(len(found["items"]) - counts["differs"] - counts["equivalent"]),
    )
    options = Counter(each["finding"] for each in found["options"])
    of_options = ngettext("Of all options %(num)s differs.", "Of all options %(num)s differ.", options["differs"])
    return [f"{differ} {rest} {of_options}"]
