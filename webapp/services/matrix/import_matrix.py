"""Import who serves whom: one row for each pair, by personnel codes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.tables import Row, Table
from questionnaires.words import say
from webapp.records import ImportBatch, ServiceLink, StaffMember
from webapp.services.import_plans import Plan, refuse_other_columns
from webapp.services.lock_row import lock_organisation
from webapp.services.matrix.edit_links import IdPair
from webapp.services.matrix.service_rules import add_pairs, drop
from webapp.services.staff.presence import works_here

NEEDED = ("performer", "customer")
COLUMNS = (*NEEDED, "performer_name", "customer_name")
MODES = ("add", "replace")


def plan_matrix(session: Session, organisation_id: uuid.UUID, table: Table, mode: str) -> Plan:
    """Compare the file with the pairs there are. `replace` takes out what earlier files brought and this one lacks."""
    plan = Plan()
    check_columns(plan, table)
    if plan.faults:
        return plan
    staff = members_by_code(session, organisation_id)
    there = present_pairs(session, organisation_id)
    seen: dict[IdPair, int] = {}
    for row in table.rows:
        pair = pair_of(plan, row, staff, seen)
        if pair is not None and plan.count(there.get(pair), pair in there and not there[pair].excluded):
            plan.writes.append(pair)
    plan.notes = {"raters": len({pair[1] for pair in seen}), "rated": len({pair[0] for pair in seen}), "mode": mode}
    if mode == "replace":
        plan.removals = [row for pair, row in there.items() if row.origin == "file" and pair not in seen]
        plan.notes["removed"] = len(plan.removals)
    return plan


def check_columns(plan: Plan, table: Table) -> None:
    for name in NEEDED:
        if name not in table.columns:
            plan.fault(
                1,
                name,
                say("The column “%(name)s” is missing.", name=name),
                say("Put the code of who serves under “performer” and of who is served under “customer”."),
            )
    refuse_other_columns(plan, table, COLUMNS)


def pair_of(plan: Plan, row: Row, staff: Mapping[str, StaffMember], seen: dict[IdPair, int]) -> IdPair | None:
    """The pair of this row; none where something is wrong with it."""
    people = [person_of(plan, row, name, staff) for name in NEEDED]
    performer, customer = people
    if performer is None or customer is None:
        return None
    if performer.id == customer.id:
        plan.fault(
            row.number,
            "customer",
            say("“%(code)s” would rate themselves.", code=performer.code),
            say("Nobody is their own internal customer. Delete the row."),
        )
        return None
    pair = (performer.id, customer.id)
    if pair in seen:
        plan.fault(
            row.number,
            None,
            say("This pair is in row %(row)s already.", row=seen[pair]),
            say("Keep one row for each pair."),
        )
        return None
    seen[pair] = row.number
    return pair


def person_of(plan: Plan, row: Row, column: str, staff: Mapping[str, StaffMember]) -> StaffMember | None:
    code = row.values[column]
    member = staff.get(code)
    if not code:
        plan.fault(row.number, column, say("This row has no code."), say("Fill the cell, or delete the row."))
    elif member is None:
        plan.fault(
            row.number,
            column,
            say("Nobody on the staff list has the code “%(code)s”.", code=code),
            say("Correct the code, or import the person with the staff list first."),
        )
    elif not works_here(member):
        plan.fault(
            row.number,
            column,
            say("“%(code)s” has left.", code=code),
            say("Delete the row, or mark on the person's page that they are back."),
        )
        return None
    return member


def members_by_code(session: Session, organisation_id: uuid.UUID) -> dict[str, StaffMember]:
    rows = session.scalars(select(StaffMember).where(StaffMember.organisation_id == organisation_id))
    return {row.code: row for row in rows}


def present_pairs(session: Session, organisation_id: uuid.UUID) -> dict[IdPair, ServiceLink]:
    rows = session.scalars(select(ServiceLink).where(ServiceLink.organisation_id == organisation_id))
    return {(row.performer_id, row.customer_id): row for row in rows}


def write_matrix(session: Session, batch: ImportBatch, plan: Plan) -> None:
    """Make the pairs of the file, and take out what it replaces. What rules and hands made stays."""
    owner = batch.organisation_id
    lock_organisation(session, owner)
    there = present_pairs(session, owner)
    for pair in plan.writes:
        if pair in there:
            there[pair].excluded, there[pair].origin, there[pair].batch_id = False, "file", batch.id
    session.flush()
    add_pairs(session, owner, [pair for pair in plan.writes if pair not in there], "file", batch.id)
    drop(session, owner, [row.id for row in plan.removals])
