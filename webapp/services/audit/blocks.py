"""What a page of the pack is made of, as plain values for the typesetter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from webapp.services.draw_chart import ROLES
from webapp.services.reports.parts import NUMERIC, Section, Table

Block = dict[str, Any]


@dataclass(frozen=True)
class Chapter:
    """A heading and what stands under it; tables of its sections are data files too."""

    title: str
    blocks: Sequence[Block]
    tables: Sequence[Table] = field(default=())


def text(*paragraphs: str) -> list[Block]:
    return [{"kind": "text", "text": each} for each in paragraphs if each]


def bullets(*items: str) -> Block:
    return {"kind": "list", "items": [each for each in items if each]}


def facts(*rows: tuple[str, str]) -> Block:
    return {"kind": "facts", "rows": [list(row) for row in rows if row[1]]}


def heading(title: str) -> Block:
    return {"kind": "heading", "text": title}


def plain_table(table: Table) -> Block:
    """Cells as the reader's language writes them."""
    return {
        "kind": "table",
        "caption": table.caption,
        "heads": [column.name for column in table.columns],
        "numeric": [column.kind in NUMERIC for column in table.columns],
        "rows": [[cell for _column, cell in row] for row in table.said()],
    }


def section_blocks(section: Section) -> list[Block]:
    """A section with its chart, its tables, what it means and what it does not."""
    told: list[Block] = [
        heading(section.title),
        facts((_("It means"), section.means), (_("It does not mean"), section.not_means)),
    ]
    if section.empty:
        return [*told, *text(section.why_empty)]
    chart = [drawing(section.chart, section)] if section.chart else []
    return [*told, *text(*section.lines), *chart, *(plain_table(each) for each in section.tables)]


def drawing(chart: Markup, section: Section) -> Block:
    """The chart of the page; what it shows is said in words, and its figures are in the table below it."""
    return {"kind": "chart", "svg": coloured(chart), "alt": f"{section.title}. {section.means}", "key": section.key}


def coloured(chart: Markup) -> str:
    """A page's style sheet knows the colours by name; paper has to be told them."""
    found = str(chart)
    for colour, role in ROLES.items():
        found = found.replace(role, colour)
    return found


def of_sections(title: str, sections: Iterable[Section], *before: Block) -> Chapter:
    """A chapter of sections; their tables go along as files."""
    known = list(sections)
    blocks = [block for section in known for block in section_blocks(section)]
    return Chapter(title, [*before, *blocks], [table for section in known for table in section.tables])
