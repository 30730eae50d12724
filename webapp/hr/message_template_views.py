"""The company's messages to applicants: what they say, in which languages, since when."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.config import LANGUAGES
from webapp.errors import Invalid
from webapp.extensions import db
from webapp.security import current_user, role
from webapp.services.messages import templates
from webapp.services.messages.example import read_as_somebody
from webapp.services.messages.placeholders import PLACEHOLDERS
from webapp.services.messages.shipped import BLANK


@role("hr")
def message_templates() -> ResponseReturnValue:
    rows = templates.templates_of(db.session, current_user().organisation_id, retired=True)
    return render_template("hr/message_templates.html", rows=rows)


@role("hr")
def message_template(key: str) -> ResponseReturnValue:
    found = templates.template_of(db.session, current_user().organisation_id, key)
    if request.method == "GET":
        return page(templates.Written(found.purpose, found.name, {k: dict(v) for k, v in found.texts.items()}), found)
    return keep(read_written(found.purpose), found)


@role("hr")
def new_message_template() -> ResponseReturnValue:
    if request.method == "GET":
        return page(templates.Written("free", "", BLANK), None)
    return keep(read_written("free"), None)


def read_written(purpose: str) -> templates.Written:
    given = request.form
    wanted = given.get("purpose", purpose)
    texts = {code: {part: given.get(f"{part}_{code}", "") for part in ("subject", "text")} for code in LANGUAGES}
    return templates.Written(wanted if wanted in templates.PURPOSES else purpose, given.get("name", ""), texts)


def keep(written: templates.Written, found: templates.Template | None) -> ResponseReturnValue:
    """Save it, or show how it is read."""
    me = current_user()
    try:
        if request.form.get("step") != "save":
            return page(written, found, previews=read_as_somebody(db.session, me.organisation_id, written.texts))
        with db.transaction() as session:
            if found is None:
                kept = templates.add_template(session, me.organisation_id, written, me.id)
            else:
                kept = templates.change_template(session, me.organisation_id, found.key, written, me.id)
    except Invalid as fault:
        return page(written, found, fault.messages)
    flash(_("The message is kept. Whoever sends it from now on sends these words."), "success")
    return redirect(url_for("hr.message_template", key=kept.key))


def page(
    written: templates.Written,
    found: templates.Template | None,
    faults: list[str] | None = None,
    previews: dict[str, dict[str, str]] | None = None,
) -> ResponseReturnValue:
    shown = render_template(
        "hr/message_template.html",
        written=written,
        found=found,
        faults=faults or [],
        previews=previews or {},
        placeholders=PLACEHOLDERS,
        standing=found is not None and found.key == found.purpose,
    )
    return shown, 400 if faults else 200


@role("hr")
def rest_message_template(key: str) -> ResponseReturnValue:
    return rested(key, rests=True)


@role("hr")
def offer_message_template(key: str) -> ResponseReturnValue:
    return rested(key, rests=False)


def rested(key: str, *, rests: bool) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        templates.rest_template(session, me.organisation_id, key, me.id, rests=rests)
    flash(_("It is offered no longer.") if rests else _("It is offered again."), "success")
    return redirect(url_for("hr.message_templates"))
