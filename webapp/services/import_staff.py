"""Import the list of staff: who works here, in which unit, in which family of jobs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.tables import Row, Table
from questionnaires.words import say
from webapp.config import LANGUAGES
from webapp.records import StaffMember, Unit
from webapp.services.import_plans import Plan

COLUMNS = ("code", "name", "email", "unit", "job_family", "language")
LONGEST = {"code": 100, "name": 200, "email": 254, "unit": 200, "job_family": 100}


def plan_staff(session: Session, organisation_id: uuid.UUID, table: Table) -> Plan:
    """Compare the file with the staff there is."""
    plan = Plan()
    check_columns(plan, table)
    if plan.faults:
        return plan
    check_rows(plan, table)
    known = staff_by_code(session, organisation_id)
    units = unit_names(session, organisation_id)
    for row in table.rows:
        member = known.get(row.values["code"])
        if plan.count(member, member is not None and not differences(member, row, units)):
            plan.writes.append(row)
    return plan


def check_columns(plan: Plan, table: Table) -> None:
    listed = ", ".join(COLUMNS)
    if "code" not in table.columns:
        plan.fault(
            1,
            "code",
            say("The column “code” is missing."),
            say("Add a column “code” with each person's personnel number. Columns: %(columns)s.", columns=listed),
        )
    for name in table.columns:
        if name not in COLUMNS:
            plan.fault(
                1,
                name,
                say("The column “%(name)s” is not known here.", name=name),
                say("Rename it or delete it. Columns: %(columns)s.", columns=listed),
            )


def check_rows(plan: Plan, table: Table) -> None:
    seen: dict[str, int] = {}
    for row in table.rows:
        code = row.values["code"]
        if not code:
            plan.fault(row.number, "code", say("This row has no code."), say("Fill the cell, or delete the row."))
        elif code in seen:
            plan.fault(
                row.number,
                "code",
                say("“%(code)s” is in row %(row)s already.", code=code, row=seen[code]),
                say("Keep one row for each person."),
            )
        seen.setdefault(code, row.number)
        check_cells(plan, row)


def check_cells(plan: Plan, row: Row) -> None:
    for name, longest in LONGEST.items():
        if len(row.values.get(name, "")) > longest:
            plan.fault(
                row.number,
                name,
                say("This text is longer than %(longest)s characters.", longest=longest),
                say("Shorten it."),
            )
    if (email := row.values.get("email", "")) and not is_email(email):
        plan.fault(
            row.number,
            "email",
            say("“%(email)s” is not an e-mail address.", email=email),
            say("Correct it, or leave the cell empty."),
        )
    if (language := row.values.get("language", "").lower()) and language not in LANGUAGES:
        plan.fault(
            row.number,
            "language",
            say("“%(language)s” is not a language of this site.", language=language),
            say("Write one of %(languages)s, or nothing.", languages=", ".join(LANGUAGES)),
        )


def is_email(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def differences(member: StaffMember, row: Row, units: dict[uuid.UUID, str]) -> bool:
    """Whether the file says something else; a column or a cell that is empty says nothing."""
    present = {
        "name": member.name,
        "email": member.email,
        "unit": units.get(member.unit_id, "") if member.unit_id else "",
        "job_family": member.job_family,
        "language": member.language,
    }
    return any(told(row, name) not in ("", value) for name, value in present.items())


def told(row: Row, name: str) -> str:
    text = row.values.get(name, "")
    return text.lower() if name in ("email", "language") else text


def write_staff(session: Session, organisation_id: uuid.UUID, plan: Plan) -> None:
    """Add and change people as planned."""
    rows: list[Row] = plan.writes
    units = ensure_units(session, organisation_id, (row.values.get("unit", "") for row in rows))
    known = staff_by_code(session, organisation_id)
    for row in rows:
        member = known.get(row.values["code"])
        if member is None:
            member = StaffMember(organisation_id=organisation_id, code=row.values["code"])
            session.add(member)
        for name in ("name", "email", "job_family", "language"):
            if told(row, name):
                setattr(member, name, told(row, name))
        if told(row, "unit"):
            member.unit_id = units[told(row, "unit")]
    session.flush()


def staff_by_code(session: Session, organisation_id: uuid.UUID) -> dict[str, StaffMember]:
    rows = session.scalars(select(StaffMember).where(StaffMember.organisation_id == organisation_id))
    return {row.code: row for row in rows}


def unit_names(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, str]:
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.organisation_id == organisation_id))
    return dict(rows.all())


def ensure_units(session: Session, organisation_id: uuid.UUID, names: Iterable[str]) -> dict[str, uuid.UUID]:
    """The ids of these units, made where they are new."""
    known = {name: key for key, name in unit_names(session, organisation_id).items()}
    for name in sorted(set(names) - set(known) - {""}):
        unit = Unit(organisation_id=organisation_id, name=name)
        session.add(unit)
        session.flush()
        known[name] = unit.id
    return known
