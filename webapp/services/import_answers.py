"""Import the staff's answers to a questionnaire: for training only, shown to nobody."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from questionnaires.answers import AnswerSheet, parse_answer_table
from questionnaires.definition import Questionnaire
from questionnaires.tables import Table, TableError
from questionnaires.words import say
from webapp.records import Answer, AnswerRevision, ImportBatch, Sitting, StaffMember
from webapp.records.base import new_id, now
from webapp.services.import_plans import Plan
from webapp.services.import_staff import ensure_units, staff_by_code
from webapp.services.training_data import answers_of, newest_sittings


def plan_answers(
    session: Session,
    organisation_id: uuid.UUID,
    table: Table,
    questionnaire: Questionnaire,
    questionnaire_id: uuid.UUID,
    form: str,
) -> Plan:
    """Compare the file with the answers there are; a changed sheet is added beside the old one and wins."""
    plan = Plan()
    try:
        sheets = parse_answer_table(table, questionnaire, form_id=form)
    except TableError as error:
        plan.faults = list(error.faults)
        return plan
    staff = staff_by_code(session, organisation_id)
    before = present_answers(session, organisation_id, questionnaire_id, form)
    for row, sheet in zip(table.rows, sheets, strict=True):
        if not sheet.answers:
            plan.fault(
                row.number,
                None,
                say("This person has not answered anything."),
                say("Fill in the answers, or delete the row."),
            )
        member = staff.get(sheet.person)
        known = before.get(member.id) if member else None
        if plan.count(known, known == dict(sheet.answers)):
            plan.writes.append(sheet)
    plan.notes["new_staff"] = sum(sheet.person not in staff for sheet in sheets)
    return plan


def present_answers(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> dict[uuid.UUID, dict[str, Any]]:
    sittings = newest_sittings(session, organisation_id, questionnaire_id, form)
    answers = answers_of(session, organisation_id, sittings.values())
    return {member: answers.get(sitting.id, {}) for member, sitting in sittings.items()}


def write_answers(session: Session, batch: ImportBatch, plan: Plan) -> None:
    """Add a submitted sitting for each planned sheet, and the people whom nobody knew."""
    sheets: list[AnswerSheet] = plan.writes
    staff = ensure_staff(session, batch.organisation_id, sheets)
    sittings = [(new_id(), sheet) for sheet in sheets]
    moment = now()
    for sitting_id, sheet in sittings:
        session.add(
            Sitting(
                organisation_id=batch.organisation_id,
                id=sitting_id,
                staff_member_id=staff[sheet.person].id,
                questionnaire_id=uuid.UUID(batch.options["questionnaire_id"]),
                form=batch.options["form"],
                purpose="training",
                language=sheet.language or "",
                state="submitted",
                seed=0,
                submitted_at=moment,
                batch_id=batch.id,
            )
        )
    session.flush()
    rows = [row for sitting_id, sheet in sittings for row in answer_rows(batch, sitting_id, sheet)]
    if rows:
        session.connection().execute(insert(AnswerRevision), [{**row, "id": new_id()} for row in rows])
        kept = ("organisation_id", "sitting_id", "item_id", "value", "revision", "language", "saved_at")
        session.connection().execute(
            insert(Answer), [{"id": new_id(), **{name: row[name] for name in kept}} for row in rows]
        )


def answer_rows(batch: ImportBatch, sitting_id: uuid.UUID, sheet: AnswerSheet) -> list[dict[str, Any]]:
    moment = now()
    return [
        {
            "organisation_id": batch.organisation_id,
            "sitting_id": sitting_id,
            "item_id": item_id,
            "revision": 1,
            "value": dict(answer),
            "language": sheet.language or "",
            # Where each option stood on somebody else's page is not known.
            "positions": [],
            "saved_at": moment,
        }
        for item_id, answer in sheet.answers.items()
    ]


def ensure_staff(session: Session, organisation_id: uuid.UUID, sheets: list[AnswerSheet]) -> dict[str, StaffMember]:
    """Everybody in the file, added where they are not known; what is known of a person stays as it is."""
    staff = staff_by_code(session, organisation_id)
    strangers = [sheet for sheet in sheets if sheet.person not in staff]
    units = ensure_units(session, organisation_id, (sheet.unit or "" for sheet in strangers))
    for sheet in strangers:
        member = StaffMember(
            organisation_id=organisation_id,
            code=sheet.person,
            unit_id=units.get(sheet.unit or ""),
            job_family=sheet.job_family or "",
            language=sheet.language or "",
        )
        session.add(member)
        staff[sheet.person] = member
    session.flush()
    return staff
