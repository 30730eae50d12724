"""Audit packs: ask for one, see those that were made, take one along."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.errors import Refused
from webapp.extensions import db
from webapp.hr.audit_forms import PackForm
from webapp.security import current_user, role
from webapp.services.audit.list_packs import hand_out, list_packs, model_choices, start_pack
from webapp.services.audit.pack_sizes import pack_sizes
from webapp.services.demographics.scope import read_scope, scope_choices
from webapp.services.demographics.start_report import UnderWay
from webapp.services.promotion.stop_scores import stop_of

TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


def pack_form() -> PackForm:
    owner = current_user().organisation_id
    form = PackForm(data={"language": str(get_locale() or "en")})
    form.offer(model_choices(db.session, owner, pack_sizes(db.session, owner)), scope_choices(db.session, owner))
    return form


@role("hr")
def audit() -> ResponseReturnValue:
    """Every pack that was made, and the button that makes the next."""
    owner = current_user().organisation_id
    stop, packs = stop_of(db.session, owner), list_packs(db.session, owner)
    sizes = pack_sizes(db.session, owner)
    return render_template("hr/audit.html", form=pack_form(), packs=packs, stop=stop, sizes=sizes)


@role("hr")
def make_pack() -> ResponseReturnValue:
    me, form = current_user(), pack_form()
    if not form.validate_on_submit():
        flash(_("Choose a model, applicants and a language from the lists, then try again."), "error")
        return redirect(url_for("hr.audit"))
    try:
        with db.transaction() as session:
            scope = read_scope(session, me.organisation_id, form.scope.data)
            model_id, language = uuid.UUID(form.model.data), form.language.data
            job_id = start_pack(session, me.organisation_id, model_id, scope, language, me.id).id
    except Refused as stopped:
        flash(stopped.message, "attention")
        return redirect(url_for("hr.audit"))
    except UnderWay as there:
        flash(there.message, "attention")
        job_id = there.job_id
    return redirect(url_for("hr.job", job_id=job_id))


@role("hr")
def audit_file(pack_id: uuid.UUID, ending: str) -> ResponseReturnValue:
    """The document, or its data files."""
    me = current_user()
    if ending not in TYPES:
        abort(404)
    with db.transaction() as session:
        pack, content = hand_out(session, me.organisation_id, pack_id, ending, me.id)
    headers = {"Content-Disposition": f'attachment; filename="makings-audit-{pack.number}.{ending}"'}
    return Response(content, mimetype=TYPES[ending], headers=headers)
