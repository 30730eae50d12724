"""Bring a file of HR in: look at it, show what it would do, then do all of it or nothing."""

from __future__ import annotations

import hashlib
import uuid
from math import isfinite
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from questionnaires.tables import Table, TableError, read_table
from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import (
    Answer,
    AnswerRevision,
    ImportBatch,
    ModelVersion,
    QuestionnaireVersion,
    Rating,
    Sitting,
)
from webapp.records.base import now
from webapp.services.import_answers import plan_answers, write_answers
from webapp.services.import_plans import KINDS, Plan, clipped, sample
from webapp.services.import_ratings import plan_ratings, write_ratings
from webapp.services.import_staff import STAFF_MODES, WHOLE, plan_staff, write_staff
from webapp.services.lock_row import lock_row
from webapp.services.matrix.import_matrix import MODES as MATRIX_MODES
from webapp.services.matrix.import_matrix import plan_matrix, write_matrix
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.record_event import record_event
from webapp.services.staff.note_change import Author
from webapp.services.start_training import running_training


def preview_import(
    session: Session,
    organisation_id: uuid.UUID,
    kind: str,
    file_name: str,
    content: bytes,
    *,
    questionnaire_id: uuid.UUID | None = None,
    scale: tuple[float, float] | None = None,
    mode: str = "",
    user_id: uuid.UUID | None = None,
) -> ImportBatch:
    """Keep the file for a decision, with what it would do. Nothing of it is written yet."""
    batch = ImportBatch(
        organisation_id=organisation_id,
        kind=known_kind(kind),
        file_name="".join(filter(str.isprintable, file_name))[-300:],
        file_sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        options=options_for(session, organisation_id, kind, questionnaire_id, scale) | mode_for(kind, mode),
        user_id=user_id,
    )
    session.add(batch)
    session.flush()
    try:
        table = read_table(content, batch.file_name)
        plan = make_plan(session, batch, table)
        seen: dict[str, Any] = {"sample": sample(table), "details": clipped(plan.details)}
    except TableError as error:
        plan, seen = Plan(faults=list(error.faults)), {}
    batch.rows = plan.rows
    batch.options = {**batch.options, "summary": plan.summary(), **seen, "twin": twin_of(session, batch)}
    if plan.faults:
        batch.state, batch.content = "discarded", None
    session.flush()
    return batch


def known_kind(kind: str) -> str:
    if kind not in KINDS:
        raise NotFound
    return kind


def options_for(
    session: Session,
    organisation_id: uuid.UUID,
    kind: str,
    questionnaire_id: uuid.UUID | None,
    scale: tuple[float, float] | None,
) -> dict[str, Any]:
    if kind == "ratings":
        if scale is None or not all(map(isfinite, scale)) or scale[0] >= scale[1]:
            raise Invalid([_("Give the scale of the ratings: its lowest number, then a higher one.")])
        return {"scale": list(scale)}
    if kind == "answers":
        if questionnaire_id is None:
            raise Invalid([_("Choose the questionnaire that these are the answers to.")])
        questionnaire = read_questionnaire(session, organisation_id, questionnaire_id)
        return {"questionnaire_id": str(questionnaire_id), "form": questionnaire.forms[0].id}
    return {}


def mode_for(kind: str, mode: str) -> dict[str, Any]:
    """Whether the file is one of several, or all that there is."""
    modes = {"staff": STAFF_MODES, "matrix": MATRIX_MODES}.get(kind, ("",))
    return {"mode": mode if mode in modes else modes[0]} if kind in ("staff", "matrix") else {}


def make_plan(session: Session, batch: ImportBatch, table: Table) -> Plan:
    if batch.kind == "staff":
        return plan_staff(session, batch.organisation_id, table, batch.options["mode"] == WHOLE)
    if batch.kind == "matrix":
        return plan_matrix(session, batch.organisation_id, table, batch.options["mode"])
    if batch.kind == "ratings":
        low, high = batch.options["scale"]
        return plan_ratings(session, batch.organisation_id, table, (low, high))
    questionnaire_id = uuid.UUID(batch.options["questionnaire_id"])
    questionnaire = questionnaire_of(session, batch)
    return plan_answers(session, batch.organisation_id, table, questionnaire, questionnaire_id, batch.options["form"])


def questionnaire_of(session: Session, batch: ImportBatch) -> Questionnaire:
    return read_questionnaire(session, batch.organisation_id, uuid.UUID(batch.options["questionnaire_id"]))


def twin_of(session: Session, batch: ImportBatch) -> str | None:
    """When the very same file was imported before."""
    found = session.scalars(
        select(ImportBatch.imported_at)
        .where(
            ImportBatch.organisation_id == batch.organisation_id,
            ImportBatch.kind == batch.kind,
            ImportBatch.file_sha256 == batch.file_sha256,
            ImportBatch.state == "imported",
        )
        .order_by(ImportBatch.imported_at.desc())
        .limit(1)
    ).first()
    return found.isoformat() if found else None


def find_batch(session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID, *, lock: bool = False) -> ImportBatch:
    if lock:
        return lock_row(session, ImportBatch, organisation_id, batch_id)
    batch = session.get(ImportBatch, (organisation_id, batch_id))
    if batch is None:
        raise NotFound
    return batch


def confirm_import(session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID, user_id: uuid.UUID) -> Plan:
    """Write all of it. The file is compared once more, with what is there at this moment."""
    batch = find_batch(session, organisation_id, batch_id, lock=True)
    if batch.state != "previewed" or batch.content is None:
        raise Conflict(_("This file was imported or put aside already. Nothing was changed now."))
    plan = make_plan(session, batch, read_table(batch.content, batch.file_name))
    if plan.faults:
        raise Conflict(_("The staff list changed since you looked at this file. Upload the file again."))
    write(session, batch, plan, Author(user_id, batch.id))
    close_batch(batch, "imported", plan)
    batch.imported_at = now()
    record_event(
        session,
        organisation_id,
        "import.done",
        user_id=user_id,
        subject="import_batch",
        subject_id=batch.id,
        kind=batch.kind,
        new=plan.new,
        changed=plan.changed,
    )
    session.flush()
    return plan


def write(session: Session, batch: ImportBatch, plan: Plan, author: Author) -> None:
    if batch.kind == "staff":
        write_staff(session, batch.organisation_id, plan, author, batch.options["mode"] == WHOLE)
    elif batch.kind == "matrix":
        write_matrix(session, batch, plan)
    elif batch.kind == "ratings":
        write_ratings(session, batch, plan)
    else:
        write_answers(session, batch, plan)


def close_batch(batch: ImportBatch, state: str, plan: Plan | None = None) -> None:
    """Drop the file and every cell of it; what stays are counts."""
    batch.state, batch.content = state, None
    kept = {name: value for name, value in batch.options.items() if name not in ("sample", "details")}
    batch.options = {**kept, "summary": plan.summary()} if plan else kept
    batch.rows = plan.rows if plan else batch.rows


def discard_import(session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID) -> None:
    batch = find_batch(session, organisation_id, batch_id, lock=True)
    if batch.state != "previewed":
        raise Conflict(_("This file was imported or put aside already. Nothing was changed now."))
    close_batch(batch, "discarded")


def list_imports(session: Session, organisation_id: uuid.UUID, limit: int = 50) -> list[ImportBatch]:
    return list(
        session.scalars(
            select(ImportBatch)
            .where(ImportBatch.organisation_id == organisation_id, ImportBatch.state.in_(("imported", "previewed")))
            .order_by(ImportBatch.created_at.desc())
            .limit(limit)
        )
    )


def can_undo(session: Session, batch: ImportBatch) -> bool:
    """Answers and ratings can be taken back while no model has learned since and no run is under way."""
    if batch.state != "imported" or batch.kind in ("staff", "matrix") or batch.imported_at is None:
        return False
    trained = session.scalars(
        select(ModelVersion.id)
        .where(
            ModelVersion.organisation_id == batch.organisation_id,
            ModelVersion.kind == "trained",
            ModelVersion.created_at > batch.imported_at,
        )
        .limit(1)
    ).first()
    return trained is None and running_training(session, batch.organisation_id) is None


def undo_import(session: Session, organisation_id: uuid.UUID, batch_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Take everything out that came with this file; what it had replaced counts again."""
    batch = find_batch(session, organisation_id, batch_id, lock=True)
    if not can_undo(session, batch):
        raise Conflict(_("A model has learned from this file, or is learning now, so it cannot be taken back."))
    mine = (Sitting.organisation_id == organisation_id) & (Sitting.batch_id == batch.id)
    sittings = select(Sitting.id).where(mine)
    for table in (Answer, AnswerRevision):
        session.execute(delete(table).where(table.organisation_id == organisation_id, table.sitting_id.in_(sittings)))
    session.execute(delete(Sitting).where(mine))
    session.execute(delete(Rating).where(Rating.organisation_id == organisation_id, Rating.batch_id == batch.id))
    batch.state = "discarded"
    record_event(
        session,
        organisation_id,
        "import.undone",
        user_id=user_id,
        subject="import_batch",
        subject_id=batch.id,
        kind=batch.kind,
    )


def questionnaires_of(session: Session, organisation_id: uuid.UUID) -> list[QuestionnaireVersion]:
    """The questionnaires that staff can answer, the newest first."""
    return list(
        session.scalars(
            select(QuestionnaireVersion)
            .where(QuestionnaireVersion.organisation_id == organisation_id)
            .order_by(QuestionnaireVersion.name, QuestionnaireVersion.created_at.desc())
        )
    )
