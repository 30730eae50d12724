"""Import the list of staff: who works here, in which unit and family of jobs, and who has left."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.tables import Row, Table
from questionnaires.words import Sentence, packed, say
from webapp.config import LANGUAGES
from webapp.records import StaffMember, Unit
from webapp.records.base import new_id
from webapp.services.import_plans import Plan, refuse_other_columns
from webapp.services.staff.leave_staff import left_day, possible_day, set_left, today
from webapp.services.staff.note_change import Author, note_change
from webapp.services.staff.presence import works_here

COLUMNS = ("code", "name", "email", "unit", "job_family", "language", "left_on")
LONGEST = {"code": 100, "name": 200, "email": 254, "unit": 200, "job_family": 100}
TEXTS = ("name", "email", "job_family", "language")
WHOLE = "whole"
STAFF_MODES = ("add", WHOLE)
MOST_DETAILS = 100


def plan_staff(session: Session, organisation_id: uuid.UUID, table: Table, whole: bool = False) -> Plan:
    """Compare the file with the staff there is; a `whole` list also says who is here no more."""
    plan = Plan()
    check_columns(plan, table)
    if plan.faults:
        return plan
    units = Units(session, organisation_id)
    check_rows(plan, table, units)
    known = staff_by_code(session, organisation_id)
    for row in table.rows:
        member = known.get(row.values["code"])
        changes = differences(member, row, units, whole) if member else {}
        if plan.count(member, member is not None and not changes):
            plan.writes.append(row)
        if member and changes:
            show_changes(plan, row.number, member, changes.values())
    plan.notes["new_units"] = sorted(units.new_names(told(row, "unit") for row in table.rows))
    if whole:
        plan_leavers(plan, table, known)
    return plan


def plan_leavers(plan: Plan, table: Table, known: Mapping[str, StaffMember]) -> None:
    """Whoever is missing from the whole list has left."""
    listed = {row.values["code"] for row in table.rows}
    plan.removals = [member for code, member in known.items() if code not in listed and works_here(member)]
    plan.notes["leavers"] = len(plan.removals)
    for member in plan.removals:
        show_changes(plan, None, member, [say("is not in the file: leaves")])


def show_changes(plan: Plan, row: int | None, member: StaffMember, sentences: Iterable[Sentence]) -> None:
    if len(plan.details) < MOST_DETAILS:
        plan.details.append([row, member.code, member.name, [packed(each) for each in sentences]])


class Units:
    """Units by name, whatever the capitals."""

    def __init__(self, session: Session, organisation_id: uuid.UUID) -> None:
        rows = session.scalars(select(Unit).where(Unit.organisation_id == organisation_id))
        self.by_id = {row.id: row for row in rows}
        self.by_name = {row.name.casefold(): row for row in self.by_id.values()}

    def name_of(self, member: StaffMember) -> str:
        return self.by_id[member.unit_id].name if member.unit_id else ""

    def closed(self, name: str) -> bool:
        unit = self.by_name.get(name.casefold())
        return unit is not None and unit.closed_at is not None

    def new_names(self, names: Iterable[str]) -> set[str]:
        """Names of no unit yet; of several spellings of one name the first."""
        found: dict[str, str] = {}
        for name in names:
            if name and name.casefold() not in self.by_name:
                found.setdefault(name.casefold(), name)
        return set(found.values())


def check_columns(plan: Plan, table: Table) -> None:
    listed = ", ".join(COLUMNS)
    if "code" not in table.columns:
        plan.fault(
            1,
            "code",
            say("The column “code” is missing."),
            say("Add a column “code” with each person's personnel number. Columns: %(columns)s.", columns=listed),
        )
    refuse_other_columns(plan, table, COLUMNS)


def check_rows(plan: Plan, table: Table, units: Units) -> None:
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
        check_leaving(plan, row)
        check_unit(plan, row, units)


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


def check_leaving(plan: Plan, row: Row) -> None:
    text = row.values.get("left_on", "")
    if text and read_day(text) is None:
        plan.fault(
            row.number,
            "left_on",
            say("“%(day)s” is not a day on which somebody can leave.", day=text),
            say("Write it like 2026-03-31, or leave the cell empty."),
        )


def check_unit(plan: Plan, row: Row, units: Units) -> None:
    if units.closed(row.values.get("unit", "")) and not row.values.get("left_on", ""):
        plan.fault(
            row.number,
            "unit",
            say("The unit “%(unit)s” is closed.", unit=row.values["unit"]),
            say("Name the unit that took its people, or open it again under Units."),
        )


def read_day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if possible_day(day) else None


def differences(member: StaffMember, row: Row, units: Units, whole: bool = False) -> dict[str, Sentence]:
    """What the file says otherwise, and how that is told; a column or a cell that is empty says nothing."""
    found = {}
    for name in TEXTS:
        if told(row, name) not in ("", getattr(member, name)):
            found[name] = reworded(name, getattr(member, name), told(row, name))
    before, after = units.name_of(member), told(row, "unit")
    if after and after.casefold() != before.casefold():
        found["unit"] = moved(before, after)
    left = told(row, "left_on")
    if left and left != left_day(member):
        found["left"] = say("leaves on %(day)s", day=left)
    elif whole and not left and not works_here(member):
        found["returned"] = say("comes back")
    return found


def moved(before: str, after: str) -> Sentence:
    if not before:
        return say("comes to %(after)s", after=after)
    return say("moves from %(before)s to %(after)s", before=before, after=after)


def reworded(name: str, before: str, after: str) -> Sentence:
    if not before:
        return say("%(name)s: %(after)s", name=name, after=after)
    return say("%(name)s: from %(before)s to %(after)s", name=name, before=before, after=after)


def told(row: Row, name: str) -> str:
    text = row.values.get(name, "")
    return text.lower() if name in ("email", "language") else text


def write_staff(
    session: Session, organisation_id: uuid.UUID, plan: Plan, author: Author | None = None, whole: bool = False
) -> None:
    """Add and change people as planned; each change is written down."""
    author = author or Author()
    rows: list[Row] = plan.writes
    ensure_units(session, organisation_id, (told(row, "unit") for row in rows))
    units = Units(session, organisation_id)
    known = staff_by_code(session, organisation_id)
    new = {row.number: add_row(session, organisation_id, row, units) for row in rows if row.values["code"] not in known}
    session.flush()
    for member in new.values():
        note_change(session, member, "added", "", units.name_of(member), author)
    for row in rows:
        change_row(session, known.get(row.values["code"]) or new[row.number], row, units, author, whole)
    for member in plan.removals:
        set_left(session, member, today(), author)
    session.flush()


def add_row(session: Session, organisation_id: uuid.UUID, row: Row, units: Units) -> StaffMember:
    member = StaffMember(organisation_id=organisation_id, id=new_id(), code=row.values["code"])
    session.add(member)
    for name in TEXTS:
        setattr(member, name, told(row, name))
    if told(row, "unit"):
        member.unit_id = units.by_name[told(row, "unit").casefold()].id
    return member


def change_row(session: Session, member: StaffMember, row: Row, units: Units, author: Author, whole: bool) -> None:
    changes = differences(member, row, units, whole)
    for name in changes:
        if name == "unit":
            note_change(session, member, "unit", units.name_of(member), told(row, "unit"), author)
            member.unit_id = units.by_name[told(row, "unit").casefold()].id
        elif name == "left":
            set_left(session, member, dt.date.fromisoformat(told(row, "left_on")), author)
        elif name == "returned":
            note_change(session, member, "returned", left_day(member), "", author)
            member.left_at = None
        else:
            note_change(session, member, name, getattr(member, name), told(row, name), author)
            setattr(member, name, told(row, name))


def staff_by_code(session: Session, organisation_id: uuid.UUID) -> dict[str, StaffMember]:
    rows = session.scalars(select(StaffMember).where(StaffMember.organisation_id == organisation_id))
    return {row.code: row for row in rows}


def unit_names(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, str]:
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.organisation_id == organisation_id))
    return dict(rows.all())


def ensure_units(session: Session, organisation_id: uuid.UUID, names: Iterable[str]) -> dict[str, uuid.UUID]:
    """The ids of these units, made where they are new."""
    wanted = {name for name in names if name}
    for name in sorted(Units(session, organisation_id).new_names(wanted)):
        session.add(Unit(organisation_id=organisation_id, name=name))
    session.flush()
    units = Units(session, organisation_id)
    return {name: units.by_name[name.casefold()].id for name in wanted}
