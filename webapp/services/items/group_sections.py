"""One question in two languages, and in groups that applicants told of themselves."""

from __future__ import annotations

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from webapp.services.demographics.catalogue import attribute_name, category_name
from webapp.services.items.gather import APPLICANTS, STAFF
from webapp.services.items.read_item import ItemPage
from webapp.services.items.who import Figures, people
from webapp.services.reports.parts import DASH, Column, Section, Table


def languages_section(page: ItemPage) -> Section:
    rows = [
        [people(population), page.languages.get(each["focal"], each["focal"]), *_compared(page, each)]
        for population in (APPLICANTS, STAFF)
        for each in page.figures.get("comparisons", {}).get(population, {}).get("language", [])
    ]
    columns = [
        Column(_("Who"), "population"),
        Column(_("Language"), "language"),
        Column(_("Beside"), "reference"),
        Column(_("People"), "people"),
        Column(_("Difference"), "difference", "signed"),
        Column(_("Class"), "class"),
        Column(_("Options that differ"), "options"),
    ]
    return Section(
        "dif-language",
        _("Languages compared"),
        _(
            "Do people with the same score on the other questions answer this one alike in both languages? A: the "
            "difference is surely too small to matter. B: moderate. C: large. The difference is in standard deviations "
            "of the question."
        ),
        _(
            "A class does not say why: a translation, a custom or chance may be behind it. “Cannot tell” is no proof "
            "that all is well; it mostly means that too few people answered."
        ),
        tables=[Table("dif-language", _("Class in each language"), columns, rows)] if rows else [],
        absent=_("Answers in one language alone are known, or the figures have not been computed yet."),
    )


def _compared(page: ItemPage, each: Figures) -> list[Any]:
    reference = each["reference"]
    differing = ", ".join(f"{part.upper()}: {letter}" for part, letter in sorted(each["options"].items()))
    sizes = _("%(one)s and %(other)s", one=format_decimal(each["n_focal"]), other=format_decimal(each["n_reference"]))
    return [
        page.languages.get(reference, reference) if reference else DASH,
        sizes,
        each.get("difference"),
        class_words(each),
        differing or DASH,
    ]


def class_words(each: Figures) -> str:
    return str(each["letter"]) if each["finding"] in ("differs", "equivalent") and each["letter"] else _("cannot tell")


def groups_section(page: ItemPage) -> Section:
    told = page.figures.get("comparisons", {}).get(APPLICANTS, {})
    rows = [
        [
            attribute_name(attribute),
            category_name(each["focal"]),
            category_name(each["reference"]) if each["reference"] else DASH,
            class_words(each),
        ]
        for attribute, comparisons in told.items()
        if attribute != "language"
        for each in comparisons
    ]
    columns = [
        Column(_("Attribute"), "attribute"),
        Column(_("Group"), "group"),
        Column(_("Beside"), "reference"),
        Column(_("Class"), "class"),
    ]
    return Section(
        "dif-groups",
        _("Groups compared"),
        _(
            "The same question for groups of applicants who chose to tell something of themselves. Groups under 30 "
            "people, and differences that may be chance, are “cannot tell”."
        ),
        _(
            "No group enters a score. Who tells nothing is in no group, so that these people may differ from all "
            "applicants; and a difference says nothing about a single person."
        ),
        tables=[Table("dif-groups", _("Class in each group"), columns, rows)] if rows else [],
        absent=_("Nobody has told anything that groups could be made of, or the figures have not been computed yet."),
    )
