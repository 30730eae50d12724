"""How decisions go along with lists, by recruiter and vacancy; the rules of samples and notices."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.hr.oversight_forms import NoticeRuleForm, SampleForm
from webapp.security import current_user, role
from webapp.services.oversight import meter, notice_places, sample_rule
from webapp.services.oversight.open_vacancies import open_vacancies
from webapp.services.promotion.stop_scores import stop_of


@role("hr")
def oversight() -> ResponseReturnValue:
    return oversight_page()


def oversight_page(**given: FlaskForm) -> ResponseReturnValue:
    """The page with its forms; one that was sent with a mistake takes the place of its own."""
    owner = current_user().organisation_id
    asked = request.args.get("days", 90, type=int)
    days = asked if asked in meter.PERIODS else 0
    stop = stop_of(db.session, owner)
    page = render_template(
        "hr/oversight.html",
        days=days,
        periods=meter.PERIODS,
        stop=stop,
        open_vacancies=open_vacancies(db.session, owner),
        recruiters=[] if stop else meter.by_recruiter(db.session, owner, days),
        vacancies=[] if stop else meter.by_vacancy(db.session, owner, days),
        forms=kept_forms() | given,
        faulty=next((form for form in given.values() if form.errors), None),
    )
    return page, 400 if given else 200


def kept_forms() -> dict[str, FlaskForm]:
    """The rules as they are."""
    owner = current_user().organisation_id
    size = sample_rule.rule_of(db.session, owner)
    rule = notice_places.rule_of(db.session, owner)
    places = "\n".join(f"{each.name} {each.days}" for each in rule.places)
    return {
        "sample": SampleForm(
            formdata=None, prefix="sample", data={"percent": size.percent, "least": size.least, "most": size.most}
        ),
        "notice": NoticeRuleForm(
            formdata=None, prefix="notice", data={"places": places, "holidays": "\n".join(rule.holidays)}
        ),
    }


@role("hr")
def set_sample_rule() -> ResponseReturnValue:
    me, form = current_user(), SampleForm(prefix="sample")
    if form.validate_on_submit():
        try:
            with db.transaction() as writing:
                sample_rule.set_sample_rule(writing, me.organisation_id, form.rule(), user_id=me.id)
        except Invalid as fault:
            form.form_errors = fault.messages
        else:
            flash(_("The rule holds for samples drawn from now on."), "success")
            return redirect(url_for("hr.oversight"))
    return oversight_page(sample=form)


@role("hr")
def set_notice_rule() -> ResponseReturnValue:
    me, form = current_user(), NoticeRuleForm(prefix="notice")
    if form.validate_on_submit():
        before = notice_places.rule_of(db.session, me.organisation_id)
        try:
            rule = notice_places.read_rule(form.places.data or "", form.holidays.data or "", before)
        except Invalid as fault:
            form.form_errors = fault.messages
        else:
            with db.transaction() as writing:
                notice_places.set_notice_rule(writing, me.organisation_id, rule, user_id=me.id)
            flash(_("The places are kept."), "success")
            return redirect(url_for("hr.oversight"))
    return oversight_page(notice=form)
