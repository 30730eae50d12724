"""A model beside the one that serves, or beside any other."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.errors import NotFound
from webapp.extensions import db
from webapp.hr.reading import addresses_of, model_of, reader_of
from webapp.security import role
from webapp.services.reports.compare import (
    comparable,
    comparison_chart,
    comparison_file,
    comparison_table,
    in_short,
    pairs_of,
)
from webapp.services.reports.parts import Table
from webapp.services.reports.what_changed import changes_table, comparability
from webapp.services.reports.whom_with import other_models, usual_other


@role("hr")
def compare(model_id: uuid.UUID) -> ResponseReturnValue:
    """Every figure side by side, and whether the difference is more than chance."""
    row = model_of(model_id)
    others = other_models(db.session, row)
    other = chosen(row, others)
    shown = shown_beside(row, other) if other else {}
    return render_template("hr/report_compare.html", model=row, others=others, other=other, **shown)


def chosen(row: Any, others: list[Any]) -> Any:
    """The model of the address, else the one that a reader would compare with first."""
    wanted = request.args.get("with")
    if not wanted:
        return usual_other(row, others)
    found = next((each for each in others if str(each.id) == wanted), None)
    if found is None:
        raise NotFound
    return found


def shown_beside(row: Any, other: Any) -> Mapping[str, Any]:
    pairs, numbers = pairs_of(row.figures, other.figures), (row.number, other.number)
    return {
        "short": in_short(pairs),
        "notes": comparability(row, other),
        "chart": comparison_chart(pairs, numbers, reader_of(row)),
        "figures_table": comparison_table(pairs, numbers) if comparable(pairs) else None,
        "changes_table": changes_table(db.session, row, other),
        "addresses": addresses_of(row, **{"with": other.id}),
    }


def compared_tables(row: Any) -> Mapping[str, Table]:
    """The tables of the comparison as files; none where there is no other model."""
    other = chosen(row, other_models(db.session, row))
    if other is None:
        return {}
    figures = comparison_file(pairs_of(row.figures, other.figures), (row.number, other.number))
    return {"comparison": figures, "changes": changes_table(db.session, row, other)}
