"""The item desk: what each question did, and questions set aside in one language."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.errors import Conflict, Invalid
from webapp.extensions import db
from webapp.hr.item_forms import BringBackForm, SetAsideForm
from webapp.security import current_user, role
from webapp.services.items.consequences import consequences
from webapp.services.items.find_set_aside import find_set_aside
from webapp.services.items.read_item import ItemPage, read_item
from webapp.services.items.read_list import SORTS, Wanted, papers_of, read_desk
from webapp.services.items.reasons import reason_words
from webapp.services.items.sections import sections_of
from webapp.services.items.set_aside import NotSure, Why, bring_back, score_again, set_aside
from webapp.services.items.statistics import queue_item_statistics


def spoken() -> str:
    return str(get_locale() or "en")


@role("hr")
def items() -> ResponseReturnValue:
    """The table of questions. `spoken` and not `language`, which switches the page's own."""
    owner = current_user().organisation_id
    if not papers_of(db.session, owner):
        return render_template("hr/items_none.html")
    given = request.args
    wanted = Wanted(
        facet=given.get("facet", ""),
        flagged="flagged" in given,
        spoken=given.get("spoken", ""),
        text=given.get("search", "").strip()[:200],
        sort=given.get("sort", "number"),
    )
    page = read_desk(db.session, owner, given.get("paper", ""), wanted, spoken())
    return render_template("hr/items.html", page=page, wanted=wanted, sorts=SORTS)


@role("hr")
def count_items(questionnaire_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        job = queue_item_statistics(session, me.organisation_id, questionnaire_id, me.id).id
    return redirect(url_for("hr.job", job_id=job))


@role("hr")
def item(questionnaire_id: uuid.UUID, form: str, item_id: str) -> ResponseReturnValue:
    page = load(questionnaire_id, form, item_id)
    return render_template("hr/item.html", page=page, sections=sections_of(page), reason_words=reason_words)


def load(questionnaire_id: uuid.UUID, form: str, item_id: str) -> ItemPage:
    return read_item(db.session, current_user().organisation_id, (questionnaire_id, form), item_id, spoken())


@role("hr")
def set_item_aside(questionnaire_id: uuid.UUID, form: str, item_id: str, code: str) -> ResponseReturnValue:
    """What it does, then the button that does it."""
    me, page = current_user(), load(questionnaire_id, form, item_id)
    found = consequences(db.session, me.organisation_id, questionnaire_id, item_id, code)
    asked = SetAsideForm(asks=found.empties_facet)
    if not found.too_many and asked.validate_on_submit():
        why = Why(me.id, asked.reason.data, asked.note.data or "", asked.is_sure)
        try:
            with db.transaction() as session:
                set_aside(session, me.organisation_id, questionnaire_id, item_id, code, why)
        except NotSure as refusal:
            asked.refuse(refusal.message, "sure")
        except Invalid as refusal:
            asked.refuse(refusal.message, "note")
        except Conflict as refusal:
            asked.refuse(refusal.message)
        else:
            flash(_("It is set aside. Applicants of open vacancies are being scored again."), "success")
            return redirect(to_item(page))
    shown = render_template("hr/item_set_aside.html", page=page, found=found, code=code, form=asked)
    return shown, 400 if asked.errors else 200


def to_item(page: ItemPage) -> str:
    return url_for("hr.item", questionnaire_id=page.paper.row.id, form=page.paper.form, item_id=page.item.id)


@role("hr")
def bring_item_back(set_aside_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    row, form = find_set_aside(db.session, me.organisation_id, set_aside_id)
    page, asked = load(row.questionnaire_id, form, row.item_id), BringBackForm()
    if asked.validate_on_submit():
        with db.transaction() as session:
            bring_back(session, me.organisation_id, set_aside_id, me.id, asked.note.data or "")
        flash(_("It counts again. Applicants of open vacancies are being scored again."), "success")
        return redirect(to_item(page))
    found = consequences(db.session, me.organisation_id, row.questionnaire_id, row.item_id, row.language)
    shown = render_template("hr/item_back.html", page=page, row=row, found=found, form=asked)
    return shown, 400 if asked.errors else 200


@role("hr")
def score_items_again(set_aside_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        job = score_again(session, me.organisation_id, set_aside_id, me.id).id
    return redirect(url_for("hr.job", job_id=job))
