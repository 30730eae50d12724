"""Impact ratios of applicants' groups as sections: a chart, its table, what a figure means and what it does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from markupsafe import Markup

from webapp.services.demographics.catalogue import attribute_name, category_name
from webapp.services.demographics.lines import HIRED, SHARES
from webapp.services.describe_figures import share as said_share
from webapp.services.reports.draw_dots import dots
from webapp.services.reports.parts import Column, Figures, Section, Table
from webapp.services.reports.reader import Reader
from webapp.services.reports.staff_groups import impact_word

LINE = 0.8
WIDEST = 2.0


def impact_sections(figures: Figures, reader: Reader, country: str, stages: Sequence[str]) -> list[Section]:
    """By attribute and stage, the language of answering last."""
    found = [
        impact_section(name, stage, each["stages"][stage], reader, country)
        for name, each in figures["attributes"].items()
        for stage in stages
        if stage in each["stages"]
    ]
    spoken = figures["language"]["stages"]
    return found + [
        impact_section("language", stage, spoken[stage], reader, country)
        for stage in ("submitted", *stages)
        if stage in spoken
    ]


def stage_name(stage: str) -> str:
    if stage == HIRED:
        return _("hired")
    if stage == "submitted":
        return _("sent the answers")
    return _("among the best-scoring %(share)s of their vacancy", share=said_share(SHARES[stage]))


def impact_section(attribute: str, stage: str, found: Figures, reader: Reader, country: str) -> Section:
    name, passed = attribute_name(attribute), stage_name(stage)
    code, title = f"impact-{attribute}-{stage}".replace("_", "-"), f"{name}: {passed}"
    rows = found["impact"]["against_highest"] if "impact" in found else []
    return Section(
        code,
        title,
        means(stage),
        _(
            "It does not say why rates differ, nor whether that is lawful: four fifths is a line at which to look, and "
            "no verdict. With fewer than 30 people in a group it tells nothing at all."
        ),
        tables=[impact_table(code, title, rows, country)] if rows else [],
        chart=impact_chart(rows, title, reader, country),
        key=_("The dot is the ratio, the bar its 95 % interval, the dashed line four fifths."),
        absent=why_absent(found.get("absent", "")),
    )


def means(stage: str) -> str:
    if stage == HIRED:
        return _(
            "Of everybody who sent the answers for a vacancy that is closed, the share of each group that was hired, "
            "divided by that of the group hired most often. Who was turned down counts; who withdrew does not."
        )
    if stage == "submitted":
        return _(
            "Of everybody who was invited, the share of each group that sent the answers, divided by the highest share."
        )
    return _(
        "If the best-scoring part of each vacancy went on: the share of each group that would, divided by the highest "
        "share. It is what the score alone would do, not what was decided."
    )


def why_absent(reason: str) -> str:
    words = {
        "few": _(
            "Not computed: fewer than ten people of known group on one side of this decision, or fewer than ten more "
            "than in an earlier report. A figure would tell of single people."
        ),
        "undecided": _("Not computed: no vacancy of this report is closed, so that nothing is decided yet."),
        "one_group": _("Not computed: fewer than two groups of ten people and more."),
    }
    return words.get(reason, _("Not computed."))


def caption(title: str) -> str:
    """A table has a name of its own, beside that of its section."""
    return _("Figures: %(title)s", title=title)


def impact_table(code: str, title: str, rows: Iterable[Figures], country: str) -> Table:
    columns = [
        Column(_("Group"), "group"),
        Column(_("People"), "people", "count"),
        Column(_("Came through"), "selected", "count"),
        Column(_("Share that came through"), "rate", "share"),
        Column(_("Impact ratio"), "ratio", "number"),
        Column(_("95 % interval"), "ratio", "range"),
        Column(_("Chance alone (mid-p)"), "mid_p", "small"),
        Column(_("Four fifths"), "finding"),
    ]
    return Table(code, caption(title), columns, [impact_row(row, country) for row in rows])


def impact_row(row: Figures, country: str) -> tuple[object, ...]:
    own = row["group"] == row["compared_with"]
    return (
        category_name(row["group"], country),
        row["n"],
        row["selected"],
        row["rate"],
        row["ratio"],
        (None, None) if own or row["ratio"] is None else (row["log_low"], row["log_high"]),
        None if own else row["mid_p"],
        finding_word(row, own=own),
    )


def finding_word(row: Figures, *, own: bool) -> str:
    return _("compared with") if own else impact_word(row)


def impact_chart(rows: Sequence[Figures], title: str, reader: Reader, country: str) -> Markup | None:
    drawn = [row for row in rows if row["ratio"] is not None]
    if not drawn:
        return None
    marks = [
        {
            "name": category_name(row["group"], country),
            "marks": [{"value": row["ratio"], "low": row["log_low"], "high": row["log_high"], "filled": True}],
        }
        for row in drawn
    ]
    reach = min(WIDEST, max(1.1, *(row["log_high"] * 1.05 for row in drawn)))
    return reader.chart(
        dots,
        {"rows": marks, "domain": [0, reach], "zone": None, "at": LINE, "percent": False},
        title,
        description=_(
            "For each group its impact ratio with the 95 % interval, beside the line of four fifths. The same figures "
            "are in the table."
        ),
        scale=_("Impact ratio"),
        zone="",
    )
