"""One question's figures as sections of its page: each with its table, its chart, and what it means and does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import format_percent
from flask_babel import gettext as _

from webapp.services.items.charts import Line, Mark, Said, bars
from webapp.services.items.gather import APPLICANTS, STAFF
from webapp.services.items.group_sections import groups_section, languages_section
from webapp.services.items.option_section import options_section
from webapp.services.items.read_item import ItemPage
from webapp.services.items.who import Figures, people, tongues
from webapp.services.reports.parts import Column, Section, Table, ends


def sections_of(page: ItemPage) -> list[Section]:
    """Every part of the page for which there are figures, or a sentence that says why there are none."""
    return [
        *(options_section(page, population) for population in (APPLICANTS, STAFF)),
        whole_section(page),
        criterion_section(page),
        languages_section(page),
        groups_section(page),
        screen_section(page),
        exposure_section(page),
    ]


# --- the question as a whole


def whole_section(page: ItemPage) -> Section:
    rows = [
        [people(population), name, *_whole_cells(page, population, code, described)]
        for population in (APPLICANTS, STAFF)
        for code, name, described in tongues(page, population)
    ]
    columns = [
        Column(_("Who"), "population"),
        Column(_("Language"), "language"),
        Column(_("Answered"), "answered", "count"),
        Column(_("Left out"), "skipped", "count"),
        Column(_("Mean by the key"), "mean", "number"),
        Column(_("Spread"), "spread", "number"),
        Column(_("With the rest"), "rest_r", "number"),
    ]
    return Section(
        "whole",
        _("The question as a whole"),
        _(
            "The mean by the key runs from 0 to 1: the lower, the harder the question. “With the rest” is the "
            "correlation with the score on all the other questions, from −1 to 1."
        ),
        _(
            "A hard question is not a bad one. A low correlation in few people may be chance, and a question about "
            "something of its own may rightly go little with the rest."
        ),
        tables=[Table("whole", _("Figures of the whole question"), columns, rows)] if rows else [],
        absent=_("Too few people have answered it, or the figures have not been computed yet."),
    )


def _whole_cells(page: ItemPage, population: str, code: str, described: Figures) -> list[Any]:
    counts = page.figures.get("counts", {}).get(population, {})
    own = [counts[code]] if code in counts else list(counts.values()) if not code else []
    return [
        sum(each["answered"] for each in own),
        sum(each["skipped"] for each in own),
        described["mean"],
        described["spread"],
        described["rest_r"],
    ]


# --- the criterion


def criterion_section(page: ItemPage) -> Section:
    learned = page.learned
    known = learned.get("criterion_r") is not None
    columns = [
        Column(_("Correlation with the ratings"), "r", "number"),
        Column(_("Likely range (90 %)"), "range", "signed_range"),
        Column(_("Moves a result by at most"), "reach", "number"),
    ]
    row = [learned.get("criterion_r"), ends(learned, "criterion_r_low", "criterion_r_high"), _reach(page)]
    table = Table("criterion", _("Figures of ratings and weight"), columns, [row])
    return Section(
        "criterion",
        _("Ratings and weight"),
        _(
            "How far staff with more points here were rated higher by their colleagues, in the run of the model that "
            "serves; and how far the best and the worst answer lie apart in its result, on the rating scale."
        ),
        _(
            "One question never predicts ratings well, and a range that includes 0 shows nothing. To choose questions "
            "by this figure and then test on the same people would fool everybody."
        ),
        tables=[table] if known or row[2] is not None else [],
        absent=_why_no_criterion(page),
        lines=[] if known else [_why_no_criterion(page)],
    )


def _reach(page: ItemPage) -> float | None:
    reach = page.figures.get("reach") or {}
    return reach.get("value") if page.model and reach.get("model") == page.model.number else None


def _why_no_criterion(page: ItemPage) -> str:
    if page.model is None or page.model.kind == "key_only":
        return _("No trained model serves this form, so nothing is known of ratings.")
    if page.model.figures.get("in_confidence"):
        return _("The model learned from ratings given in confidence, so no figure about single questions is kept.")
    return _("Not computed for this model.")


# --- the screen, and how often it was shown


def screen_section(page: ItemPage) -> Section:
    screens = page.figures.get("screens", {})
    places, seconds = screens.get("places") or [], screens.get("seconds") or {}
    return Section(
        "screen",
        _("On the screen"),
        _(
            "Where the option stood that was put first, from the top, and the time that half of the people stayed on "
            "this question or less. Options stand in another order for everybody."
        ),
        _(
            "Time and place are kept to judge the quality of data. They never enter a score, and a slow answer is not "
            "a worse one."
        ),
        tables=list(_screen_tables(page, places, seconds)),
        chart=_place_chart(places) if places else None,
        absent=_("Nothing is known: answers that came by a file have no screen."),
    )


def _screen_tables(page: ItemPage, places: Sequence[int], seconds: Figures) -> Iterator[Table]:
    if places:
        total = sum(places)
        rows = [[str(place), number / total] for place, number in enumerate(places, 1)]
        columns = [Column(_("Place from the top"), "place"), Column(_("Of those put first"), "share", "share")]
        yield Table("places", _("Where the option stood that was put first"), columns, rows)
    if seconds:
        rows = [[page.languages.get(code, code), each["median"], each["n"]] for code, each in sorted(seconds.items())]
        columns = [
            Column(_("Language"), "language"),
            Column(_("Median seconds"), "median", "number"),
            Column(_("Sittings"), "n", "count"),
        ]
        yield Table("seconds", _("Time on the screen"), columns, rows)


def _place_chart(places: Sequence[int]) -> Any:
    total, most = sum(places), max(places)
    lines = [
        Line(_("Place %(number)s", number=place), [Mark(number / most, str(format_percent(number / total)))])
        for place, number in enumerate(places, 1)
    ]
    title = _("Where the option stood that was put first")
    return bars(lines, Said(title, _("The same figures are in the table."), ("", "")))


def exposure_section(page: ItemPage) -> Section:
    rows = [
        [month, *(page.months[month].get(code, 0) for code in page.languages), sum(page.months[month].values())]
        for month in page.months
    ]
    columns = [
        Column(_("Month"), "month"),
        *(Column(name, code, "count") for code, name in page.languages.items()),
        Column(_("All"), "all", "count"),
    ]
    return Section(
        "exposure",
        _("How often it was shown"),
        _("In how many sittings begun in each month this question was answered or skipped."),
        _("A question that was shown often is not known for that; it is only likelier to be told about."),
        tables=[Table("exposure", _("Sittings by month"), columns, rows)] if rows else [],
        absent=_("Nothing was counted yet: counts are here some hours after the first answers."),
    )
