"""Reports on a model as pages to read and tables to take along."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from webapp.hr.compare_views import compared_tables
from webapp.hr.reading import address_if_there, addresses_of, model_of, reader_of
from webapp.security import role
from webapp.services.describe_figures import describe_figures
from webapp.services.reports.as_file import as_csv
from webapp.services.reports.parts import Table
from webapp.services.reports.soundness import resampled_line
from webapp.services.reports.staff_groups import group_sections, group_tables
from webapp.services.reports.validation import validation_sections, validation_tables


@role("hr")
def validation(model_id: uuid.UUID) -> ResponseReturnValue:
    """Every figure of a model with what it means and what it does not."""
    row = model_of(model_id)
    known = row.figures.get("r") is not None
    return render_template(
        "hr/report_validation.html",
        model=row,
        figures=row.figures,
        described=describe_figures(row.figures) if known else [],
        sections=validation_sections(row.figures, reader_of(row)) if known else [],
        resampled=resampled_line(row.figures),
        addresses=addresses_of(row),
        items_address=address_if_there("hr.items"),
    )


@role("hr")
def groups(model_id: uuid.UUID) -> ResponseReturnValue:
    """What the run found about groups of the training staff."""
    row = model_of(model_id)
    return render_template(
        "hr/report_groups.html",
        model=row,
        sections=group_sections(row.figures, reader_of(row)),
        addresses=addresses_of(row),
        groups_address=address_if_there("hr.groups"),
    )


@role("hr")
def table(model_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """One table of a report as a file."""
    row = model_of(model_id)
    found = tables_of(row, name).get(name) or abort(404)
    headers = {"Content-Disposition": f'attachment; filename="makings-model-{row.number}-{name}.csv"'}
    return Response(as_csv(found), mimetype="text/csv; charset=utf-8", headers=headers)


def tables_of(row: Any, name: str) -> Mapping[str, Table]:
    if name in ("comparison", "changes"):
        return compared_tables(row)
    reader = reader_of(row)
    validated = validation_tables(row.figures, reader) if row.figures.get("r") is not None else {}
    return {**validated, **group_tables(row.figures, reader)}
