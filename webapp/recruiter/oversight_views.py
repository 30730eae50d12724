"""Oversight of one vacancy: the sample from below the cut, notices, and how one's own decisions follow the list."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.recruiter.finding import person_id
from webapp.recruiter.oversight_forms import HOW_WORDS, NoticeForm, PlacesForm, ReviewForm
from webapp.recruiter.reading import stop_now
from webapp.security import current_user, role
from webapp.services.decisions.stages import stage_names
from webapp.services.oversight import draw_sample as drawing
from webapp.services.oversight import meter, notices, review_sample
from webapp.services.oversight.notice_places import rule_of
from webapp.services.oversight.sample_rule import rule_of as sample_rule_of
from webapp.services.promotion.approval_rule import hr_people
from webapp.services.read_applicant import read_applicant
from webapp.services.read_vacancy import get_vacancy


@role("recruiter")
def oversight(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    return oversight_page(vacancy_id)


def oversight_page(vacancy_id: uuid.UUID, **given: FlaskForm) -> ResponseReturnValue:
    """The page with its forms; one that was sent with a mistake takes the place of its own."""
    me = current_user()
    vacancy = get_vacancy(db.session, me.organisation_id, vacancy_id)
    rule = rule_of(db.session, me.organisation_id)
    forms: dict[str, Any] = {
        "notice": NoticeForm(prefix="notice"),
        "places": PlacesForm(prefix="places", data={"places": notices.places_of(db.session, vacancy)}),
    } | given
    for form in forms.values():
        form.offer(rule)
    stop, cut = stop_now(), drawing.cut_now(db.session, vacancy)
    page = render_template(
        "recruiter/oversight.html",
        vacancy=vacancy,
        forms=forms,
        faulty=next((form for form in given.values() if form.errors), None),
        status=notices.notice_status(db.session, vacancy),
        how_words=HOW_WORDS,
        stop=stop,
        cut=cut,
        rule=sample_rule_of(db.session, me.organisation_id),
        drawn=drawing.sample_of_cut(db.session, vacancy, cut),
        below=None if stop else drawing.below_cut(db.session, vacancy, cut),
        samples=review_sample.samples_of(db.session, vacancy),
        stages=stage_names(db.session, me.organisation_id, str(get_locale())),
        own=None if stop else meter.of_recruiter(db.session, me.organisation_id, me.id, vacancy_id),
        overseers=[person.name for person in hr_people(db.session, me.organisation_id)],
    )
    return page, 400 if given else 200


@role("recruiter")
def draw_sample(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    get_vacancy(db.session, me.organisation_id, vacancy_id)
    with db.transaction() as writing:
        drawing.draw_sample(writing, me.organisation_id, vacancy_id, user_id=me.id)
    return redirect(url_for("recruiter.oversight", vacancy_id=vacancy_id, _anchor="sample"))


@role("recruiter")
def review_sampled(vacancy_id: uuid.UUID, code: str, sample_id: uuid.UUID) -> ResponseReturnValue:
    me, applicant_id = current_user(), person_id(vacancy_id, code)
    portrait = read_applicant(db.session, me.organisation_id, applicant_id)
    found = review_sample.find_sampled(db.session, portrait.vacancy, sample_id, applicant_id)
    form = ReviewForm(data={"verdict": found.verdict, "note": found.note})
    if form.validate_on_submit():
        try:
            with db.transaction() as writing:
                applicant = read_applicant(writing, me.organisation_id, applicant_id).applicant
                verdict, note = form.verdict.data or "", form.note.data or ""
                review_sample.review_person(writing, applicant, sample_id, verdict, note, user_id=me.id)
        except Invalid as fault:
            form.note.errors = fault.messages
        else:
            flash(_("What you found is kept."), "success")
            return redirect(url_for("recruiter.oversight", vacancy_id=vacancy_id, _anchor="sample"))
    page = render_template(
        "recruiter/review_sampled.html",
        vacancy=portrait.vacancy,
        found=found,
        form=form,
        sample_id=sample_id,
        stop=stop_now(),
    )
    return page, 400 if form.errors else 200


@role("recruiter")
def record_notice(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), NoticeForm(prefix="notice")
    get_vacancy(db.session, me.organisation_id, vacancy_id)
    form.offer(rule_of(db.session, me.organisation_id))
    if form.validate_on_submit():
        try:
            with db.transaction() as writing:
                notices.record_notice(writing, me.organisation_id, vacancy_id, form.wanted(), user_id=me.id)
        except Invalid as fault:
            form.form_errors = fault.messages
        else:
            flash(_("The notice is recorded."), "success")
            return redirect(url_for("recruiter.oversight", vacancy_id=vacancy_id, _anchor="notice"))
    return oversight_page(vacancy_id, notice=form)


@role("recruiter")
def take_back_notice(vacancy_id: uuid.UUID, notice_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as writing:
        notices.take_back_notice(writing, me.organisation_id, vacancy_id, notice_id, user_id=me.id)
    flash(_("The record is taken back. That it was made, and taken back, is kept."), "success")
    return redirect(url_for("recruiter.oversight", vacancy_id=vacancy_id, _anchor="notice"))


@role("recruiter")
def set_notice_places(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me, form = current_user(), PlacesForm(prefix="places")
    get_vacancy(db.session, me.organisation_id, vacancy_id)
    form.offer(rule_of(db.session, me.organisation_id))
    if not form.validate_on_submit():
        return oversight_page(vacancy_id, places=form)
    with db.transaction() as writing:
        notices.set_places(writing, me.organisation_id, vacancy_id, form.places.data or (), user_id=me.id)
    flash(_("The places are kept."), "success")
    return redirect(url_for("recruiter.oversight", vacancy_id=vacancy_id, _anchor="notice"))


@role("recruiter")
def own_decisions() -> ResponseReturnValue:
    """What HR sees of somebody, they see too."""
    me = current_user()
    own = None if stop_now() else meter.of_recruiter(db.session, me.organisation_id, me.id)
    return render_template("recruiter/own_decisions.html", own=own, stop=stop_now())


def notice_head(vacancy: object) -> notices.NoticeHead:
    """The template filter of the vacancy's head."""
    return notices.notice_head(db.session, vacancy)  # type: ignore[arg-type]
