"""HR sees how much there is to learn from, by unit and job family, and what more would bring."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from webapp.errors import NotFound
from webapp.extensions import db
from webapp.hr.reading import addresses_of, settings
from webapp.security import current_user, role
from webapp.services.import_tables import questionnaires_of
from webapp.services.readiness.report import ORDERS, Report, in_order, readiness_report, some
from webapp.services.reports import reading
from webapp.services.reports.curve import curve_section
from webapp.services.reports.parts import Section


@role("hr")
def readiness() -> ResponseReturnValue:
    """One questionnaire: totals, what is missing, the forecast, units and job families."""
    rows = questionnaires_of(db.session, current_user().organisation_id)
    order, page = request.args.get("sort", "name"), max(1, request.args.get("page", 1, type=int))
    report = readiness_report(db.session, chosen(rows), settings().secret_key) if rows else None
    return render_template(
        "hr/readiness.html",
        questionnaires=rows,
        report=report,
        order=order if order in ORDERS else "name",
        units=some(in_order(report.units, order), page) if report else ([], 1),
        families=some(in_order(report.families, order), page) if report else ([], 1),
        page=page,
        curve=curve_of(report) if report else None,
        curve_address=addresses_of(report.run) if report and report.run else None,
    )


def chosen(rows: Sequence[Any]) -> Any:
    """The questionnaire of the address, else the first."""
    wanted = request.args.get("questionnaire")
    if not wanted:
        return rows[0]
    found = next((row for row in rows if row.id == as_id(wanted)), None)
    if found is None:
        raise NotFound
    return found


def as_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def curve_of(report: Report) -> Section | None:
    """What the newest run's learning curve says; None where no run has learned yet."""
    if report.run is None:
        return None
    language, simulated = str(get_locale() or "en"), current_user().simulated
    reader = reading.reader_of(db.session, report.run, settings(), language, simulated)
    return curve_section(report.run.figures, reader)
