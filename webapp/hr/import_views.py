"""HR brings files in: templates, upload, preview, confirmation, undoing."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from math import nan

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.hr.forms import AnswersForm, MatrixForm, RatingsForm, StaffForm, UploadForm
from webapp.security import current_user, role
from webapp.services import import_tables, import_templates

KINDS = {"staff": StaffForm, "answers": AnswersForm, "ratings": RatingsForm, "matrix": MatrixForm}


@role("hr")
def imports() -> ResponseReturnValue:
    """What can be imported, and what was."""
    owner = current_user().organisation_id
    return render_template(
        "hr/imports.html",
        batches=import_tables.list_imports(db.session, owner),
        questionnaires=import_tables.questionnaires_of(db.session, owner),
    )


@role("hr")
def upload(kind: str) -> ResponseReturnValue:
    if kind not in KINDS:
        abort(404)
    form = KINDS[kind]()
    me = current_user()
    questionnaires = import_tables.questionnaires_of(db.session, me.organisation_id)
    if isinstance(form, AnswersForm):
        form.questionnaire.choices = [(str(row.id), f"{row.name} {row.version}") for row in questionnaires]
    if form.validate_on_submit():
        try:
            return redirect(url_for("hr.import_batch", batch_id=previewed(kind, form)))
        except Invalid as fault:
            form.file.errors = fault.messages
    page = render_template("hr/upload.html", form=form, kind=kind, questionnaires=questionnaires)
    return page, 400 if form.errors else 200


def previewed(kind: str, form: UploadForm) -> uuid.UUID:
    """Keep the file for its preview."""
    me = current_user()
    file = form.file.data
    with db.transaction() as session:
        batch = import_tables.preview_import(
            session,
            me.organisation_id,
            kind,
            file.filename or "",
            file.read(),
            questionnaire_id=uuid.UUID(form.questionnaire.data) if isinstance(form, AnswersForm) else None,
            scale=(plain(form.lowest.data), plain(form.highest.data)) if isinstance(form, RatingsForm) else None,
            mode=form.mode.data if isinstance(form, StaffForm | MatrixForm) else "",
            user_id=me.id,
        )
    return batch.id


def plain(number: Decimal) -> float:
    """The number as a float; what is none, such as `sNaN`, as one that no scale begins or ends with."""
    return float(number) if number.is_finite() else nan


@role("hr")
def template(kind: str, ending: str) -> ResponseReturnValue:
    """The empty table to fill in."""
    if kind not in KINDS or ending not in import_templates.MIME:
        abort(404)
    questionnaire_id = request.args.get("questionnaire", type=uuid.UUID)
    content = import_templates.make_template(
        db.session, current_user().organisation_id, kind, ending, questionnaire_id if kind == "answers" else None
    )
    name = f"makings-{kind}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=import_templates.MIME[ending], headers=headers)


@role("hr")
def batch(batch_id: uuid.UUID) -> ResponseReturnValue:
    """What the file would do, or did."""
    row = import_tables.find_batch(db.session, current_user().organisation_id, batch_id)
    twin = row.options.get("twin")
    return render_template(
        "hr/import_batch.html",
        batch=row,
        summary=row.options.get("summary", {}),
        sample=row.options.get("sample"),
        details=row.options.get("details", []),
        twin=datetime.fromisoformat(twin) if twin else None,
        can_undo=import_tables.can_undo(db.session, row),
    )


@role("hr")
def confirm(batch_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        plan = import_tables.confirm_import(session, me.organisation_id, batch_id, me.id)
    written = plan.new + plan.changed
    flash(
        ngettext("Imported: %(num)s row was new or changed.", "Imported: %(num)s rows were new or changed.", written),
        "success",
    )
    return redirect(url_for("hr.import_batch", batch_id=batch_id))


@role("hr")
def discard(batch_id: uuid.UUID) -> ResponseReturnValue:
    with db.transaction() as session:
        import_tables.discard_import(session, current_user().organisation_id, batch_id)
    flash(_("The file was put aside. Nothing of it was written."), "success")
    return redirect(url_for("hr.imports"))


@role("hr")
def undo(batch_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        import_tables.undo_import(session, me.organisation_id, batch_id, me.id)
    flash(_("The import was taken back. What it had replaced counts again."), "success")
    return redirect(url_for("hr.imports"))
