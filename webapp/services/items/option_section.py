"""What was chosen, by whom, and what else these people answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor
from typing import Any

from flask_babel import format_decimal, format_percent, ngettext
from flask_babel import gettext as _

from questionnaires.definition import ResponseFormat
from webapp.services.items.charts import Line, Mark, Said, dots
from webapp.services.items.coarse import COUNTED, FEW
from webapp.services.items.gather import MOST, STAFF
from webapp.services.items.read_item import ItemPage
from webapp.services.items.who import Figures, people, tongues, too_few
from webapp.services.reports.parts import Column, Section, Table


def options_section(page: ItemPage, population: str) -> Section:
    told = tongues(page, population)
    choices = page.item.format in (ResponseFormat.BEST_WORST, ResponseFormat.PICK_ONE)
    tables = _option_tables(page, population, told, choices) if told and page.item.options else []
    return Section(
        f"options-{population}",
        _("What was chosen: %(people)s", people=people(population)),
        _(
            "How many of a hundred chose each option, and how well these people did on all the other questions, from "
            "0 to 1."
        ),
        _(
            "An option that many choose is not better for it. A single question says little about anybody, and these "
            "figures change no score."
        ),
        tables=tables,
        chart=_trace_chart(page, population, told) if tables and choices else None,
        key=_trace_key(page),
        lines=[*_drawn(page, population), *_few_line(population)] if tables else [],
        absent=too_few(population) if page.computed_at else _("The figures have not been computed yet."),
    )


def _option_tables(
    page: ItemPage, population: str, told: Sequence[tuple[str, str, Figures]], choices: bool
) -> list[Table]:
    names = [Column(_("Option"), "option"), Column(_("Language"), "language")]
    kinds = [kind for kind in COUNTED if kind in told[0][2]["options"][0]] if choices else []
    columns = [column for kind in kinds for column in _kind_columns(kind)]
    columns = columns or [Column(_("Mean place"), "mean", "signed")]
    rows = [
        [option_name(page, option["id"]), name, *_cells(option, kinds)]
        for place, _option in enumerate(page.item.options)
        for _code, name, described in told
        for option in (described["options"][place],)
    ]
    caption = _("Options: %(people)s", people=people(population))
    return [Table(f"options-{population}", caption, [*names, *columns], rows)]


def _kind_columns(kind: str) -> list[Column]:
    chosen = {"best": _("As the best"), "worst": _("As the worst"), "chosen": _("Chosen")}[kind]
    rest = {"best": _("Rest, best"), "worst": _("Rest, worst"), "chosen": _("Rest")}[kind]
    return [Column(chosen, kind, "text"), Column(rest, f"rest_{kind}", "number")]


def _cells(option: Figures, kinds: Sequence[str]) -> Iterator[Any]:
    if not kinds:
        yield option.get("mean")
    for kind in kinds:
        told = option[kind]
        yield _("few") if told["few"] else str(format_percent(told["share"]))
        yield told["rest"]


def option_name(page: ItemPage, option_id: str) -> str:
    """A letter for each option, which the texts above explain."""
    return page.item.option_ids[page.item.option_ids.index(option_id)].upper()


def _trace_chart(page: ItemPage, population: str, told: Sequence[tuple[str, str, Figures]]) -> Any:
    """The mean rest score of those who chose each option, all languages together."""
    options = told[0][2]["options"]
    known = [option[kind]["rest"] for option in options for kind in COUNTED if option.get(kind, {}).get("rest")]
    if not known:
        return None
    low, high = floor(10 * min(known) - 0.5) / 10, ceil(10 * max(known) + 0.5) / 10
    lines = [
        Line(option_name(page, option["id"]), list(_trace_marks(option, low, high)))
        for option in options
        if any(option.get(kind, {}).get("rest") is not None for kind in COUNTED)
    ]
    said = Said(
        _("How people who chose each option did on the other questions: %(people)s", people=people(population)),
        _("For each option the mean score on the other questions. The same figures are in the table."),
        (str(format_decimal(low, "0.0")), str(format_decimal(high, "0.0"))),
    )
    return dots(lines, said)


def _trace_marks(option: Figures, low: float, high: float) -> Iterator[Mark]:
    for kind in COUNTED:
        rest = option.get(kind, {}).get("rest")
        if rest is not None:
            yield Mark((rest - low) / (high - low), str(format_decimal(rest, "0.00")), 1 if kind == "worst" else 0)


def _trace_key(page: ItemPage) -> str:
    if page.item.format is ResponseFormat.BEST_WORST:
        return _(
            "Filled: those who put it best. Hollow: those who put it worst. Further right they did better elsewhere."
        )
    return _("Further right, those who chose it did better on the other questions.")


def _drawn(page: ItemPage, population: str) -> list[str]:
    drawn = page.figures.get("drawn", {}).get(population, 0)
    if drawn < MOST:
        return []
    return [_("The shares rest on %(number)s sittings drawn by lot.", number=format_decimal(drawn))]


def _few_line(population: str) -> list[str]:
    few = ngettext("“Few” stands for fewer than %(num)s person.", "“Few” stands for fewer than %(num)s people.", FEW)
    if population == STAFF:
        return [few + " " + _("The staff's shares are rounded to twentieths, so that nobody's answers can be told.")]
    return [few]
