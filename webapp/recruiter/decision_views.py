"""Decisions: choose people, say where to and why, look at what it does, confirm; later read it, or undo it.

The list posts to `recruiter.decide`:
    person=<code> (repeated)            those who were ticked; or
    whom=view | above | below           everybody of the view, down to the cut line, or below it, with
        cut=<people above the line>, seq=<batch of the page>, model=<its number>, all=<people on the page's list>,
        and the arguments of the view (services/shortlist/asked);
    to=<number of a stage>              if it is known already.
The page of one person posts to `recruiter.move`: token, mark (of where the person stood), to, reason, text.
"""

from __future__ import annotations

import uuid
from urllib.parse import parse_qs

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp.errors import Conflict, DomainError, Invalid, NotFound
from webapp.extensions import db
from webapp.recruiter.decision_forms import ConfirmForm, DecideForm
from webapp.recruiter.finding import find_face, person_id
from webapp.security import SignedIn, current_user, role
from webapp.services.decisions import draft as drafting
from webapp.services.decisions.decide import Outcome, confirm, start_again
from webapp.services.decisions.draft_page import draft_page
from webapp.services.decisions.ending import stop
from webapp.services.decisions.history import PersonDecisions, Reader, decisions_about
from webapp.services.decisions.reasons import reason_words
from webapp.services.decisions.shown import stands_elsewhere
from webapp.services.decisions.stages import reasons_of, stage_names, stage_of, stages_of
from webapp.services.decisions.undo import Undone, undo_batch, undo_one
from webapp.services.decisions.vacancy_history import vacancy_history, whole_decision
from webapp.services.decisions.whom import WAYS, Seen, by_codes, of_view
from webapp.services.read_vacancy import get_vacancy
from webapp.services.shortlist.asked import allowed, parse


def reader() -> Reader:
    me = current_user()
    return Reader(me.id, me.roles, language())


def language() -> str:
    return str(get_locale())


def person_decisions(vacancy: object, applicant: object) -> PersonDecisions:
    """For the page of one person: see templates/recruiter/decision_parts.html."""
    return decisions_about(db.session, vacancy, applicant, reader())  # type: ignore[arg-type]


def chosen_people(vacancy_id: uuid.UUID) -> list[uuid.UUID]:
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    way = request.form.get("whom", "")
    if way not in WAYS:
        return by_codes(db.session, vacancy, request.form.getlist("person"))
    cut = request.form.get("cut", 0, type=int)
    seen = Seen(*(request.form.get(part, type=int) for part in ("seq", "model", "all")))
    query = allowed(parse(asked_of_view()), vacancy)
    if query.ignored:
        raise Invalid([_("A filter of this list was not understood, so nobody was chosen. Filter again.")])
    return of_view(db.session, vacancy, query, way, cut=cut, seen=seen)


def asked_of_view() -> MultiDict[str, str]:
    """What the list was asked: the field `asked`, written like an address, or the single fields."""
    if "asked" not in request.form:
        return request.values
    try:
        return MultiDict(parse_qs(request.form["asked"], max_num_fields=200))
    except ValueError as fault:
        raise Invalid([_("A filter of this list was not understood, so nobody was chosen. Filter again.")]) from fault


@role("recruiter")
def decide(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    people = chosen_people(vacancy_id)
    if not people:
        raise Invalid([_("Choose at least one person.")])
    stages = {each.number for each in stages_of(db.session, me.organisation_id, retired=False)}
    wanted = request.form.get("to", type=int)
    with db.transaction() as writing:
        batch = drafting.begin(
            writing,
            me.organisation_id,
            vacancy_id,
            people,
            stage=wanted if wanted in stages else min(stages - {0}, default=0),
            user_id=me.id,
        )
    return redirect(
        url_for("recruiter.draft", vacancy_id=vacancy_id, draft_id=batch.id, to=wanted if wanted in stages else None)
    )


@role("recruiter")
def draft(vacancy_id: uuid.UUID, draft_id: uuid.UUID) -> ResponseReturnValue:
    """Where to, and why."""
    vacancy, batch = own_draft(vacancy_id, draft_id)
    if batch.state != "draft":
        return redirect(decision_address(vacancy_id, draft_id))
    form = DecideForm(data=said(batch))
    offer(form)
    if form.validate_on_submit():
        try:
            with db.transaction() as writing:
                row = drafting.find_draft(writing, batch.organisation_id, draft_id, current_user().id, held=True)
                drafting.say_why(writing, row, int(form.to.data), form.why(row.tie_reason))
                faults = drafting.faults(writing, row)
        except Invalid as fault:
            faults = fault.messages
        if not faults:
            return redirect(url_for("recruiter.draft_look", vacancy_id=vacancy_id, draft_id=draft_id))
        form.form_errors = faults
    page = draft_page(db.session, vacancy, batch)
    return render("decide.html", 400 if form.errors else 200, vacancy=vacancy, page=page, form=form)


def said(batch: object) -> dict[str, object]:
    """What the form begins with."""
    begun = bool(batch.text or batch.reason_id)  # type: ignore[attr-defined]
    to = batch.to_stage if begun else request.args.get("to")  # type: ignore[attr-defined]
    return {"to": None if to is None else str(to), "reason": str(batch.reason_id or ""), "text": batch.text}  # type: ignore[attr-defined]


def offer(form: DecideForm) -> None:
    owner = current_user().organisation_id
    form.offer(stages_of(db.session, owner, retired=False), reasons_of(db.session, owner), language())


def own_draft(vacancy_id: uuid.UUID, batch_id: uuid.UUID):  # type: ignore[no-untyped-def]
    me = current_user()
    vacancy = get_vacancy(db.session, me.organisation_id, vacancy_id)
    batch = drafting.find_draft(db.session, me.organisation_id, batch_id, me.id)
    if batch.vacancy_id != vacancy_id:
        raise NotFound
    return vacancy, batch


def decision_address(vacancy_id: uuid.UUID, batch_id: uuid.UUID) -> str:
    return url_for("recruiter.decision", vacancy_id=vacancy_id, made_id=batch_id)


def render(template: str, status: int = 200, **values: object) -> ResponseReturnValue:
    names = stage_names(db.session, current_user().organisation_id, language())
    return render_template(f"recruiter/{template}", names=names, **values), status


@role("recruiter")
def draft_look(vacancy_id: uuid.UUID, draft_id: uuid.UUID) -> ResponseReturnValue:
    """What it would do; and yes."""
    vacancy, batch = own_draft(vacancy_id, draft_id)
    if batch.state != "draft":
        return redirect(decision_address(vacancy_id, draft_id))
    form, outcome = ConfirmForm(data={"tie_reason": batch.tie_reason}), None
    if form.validate_on_submit():
        outcome, form.form_errors = confirmed(draft_id, form)
        if outcome and outcome.is_decided:
            return after_deciding(vacancy_id, outcome)
        if outcome and outcome.needs_tie_reason:
            form.tie_reason.errors = [_("Say why these: others of the same group are left out.")]
    page = draft_page(db.session, vacancy, batch)
    form.mark.data = page.mark
    status = 409 if outcome and outcome.changed else 400 if form.errors else 200
    changed = outcome.changed if outcome else {}
    why = reason_words(db.session, batch, language())
    return render("decide_look.html", status, vacancy=vacancy, page=page, form=form, changed=changed, reason=why)


def confirmed(batch_id: uuid.UUID, form: ConfirmForm) -> tuple[Outcome | None, list[str]]:
    """What came of it, or what stands against it; the words are kept either way."""
    me = current_user()
    with db.transaction() as writing:
        row = drafting.find_draft(writing, me.organisation_id, batch_id, me.id, held=True)
        drafting.say_tie(writing, row, form.tie_reason.data or "")
    try:
        with db.transaction() as writing:
            return confirm(writing, me.organisation_id, batch_id, user_id=me.id, mark=form.mark.data or ""), []
    except Invalid as fault:
        return None, fault.messages


def after_deciding(vacancy_id: uuid.UUID, outcome: Outcome) -> Response:
    if outcome.batch.state == "done":
        flash(
            ngettext("%(num)s person was decided about.", "%(num)s people were decided about.", outcome.batch.people),
            "success",
        )
    return redirect(decision_address(vacancy_id, outcome.batch.id))


@role("recruiter")
def drop_draft(vacancy_id: uuid.UUID, draft_id: uuid.UUID) -> ResponseReturnValue:
    own_draft(vacancy_id, draft_id)
    me = current_user()
    with db.transaction() as writing:
        drafting.drop(writing, drafting.find_draft(writing, me.organisation_id, draft_id, me.id, held=True))
    flash(_("Nothing was decided, and nobody was moved."), "info")
    return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id))


@role("recruiter")
def move(vacancy_id: uuid.UUID, code: str) -> ResponseReturnValue:
    """One person, from their own page; where something has to be asked first, the pages of a draft ask it."""
    me, applicant_id = current_user(), person_id(vacancy_id, code)
    form = DecideForm()
    offer(form)
    try:
        batch_id, changed = begun(vacancy_id, applicant_id, form)
        if form.errors:
            return asked_again(vacancy_id, batch_id, form)
        if not changed:
            with db.transaction() as writing:
                outcome = confirm(writing, me.organisation_id, batch_id, user_id=me.id)
            changed = bool(outcome.changed)
            if outcome.is_decided:
                flash(_("The decision is kept. It can be undone for a day."), "success")
                tell_hired(outcome)
                return redirect(url_for("recruiter.person", vacancy_id=vacancy_id, code=code))
    except (Invalid, Conflict) as fault:
        return not_moved(vacancy_id, code, form, fault)
    if changed:
        flash(
            _("Somebody decided about this person after you opened the page. Nobody was moved: look again."),
            "attention",
        )
    return redirect(url_for("recruiter.draft_look", vacancy_id=vacancy_id, draft_id=batch_id))


def tell_hired(outcome: Outcome) -> None:
    """What happens next, where that is somebody else's work."""
    if stage_of(db.session, current_user().organisation_id, outcome.batch.to_stage).kind == "hired":
        flash(_("HR now sees this person among hired applicants, and adds them to the staff list."), "info")


def begun(vacancy_id: uuid.UUID, applicant_id: uuid.UUID, form: DecideForm) -> tuple[uuid.UUID, bool]:
    """The draft of this form, once however often it is sent; and whether the person stands elsewhere by now."""
    me, token = current_user(), request.form.get("token", type=uuid.UUID)
    form.validate()
    with db.transaction() as writing:
        batch = drafting.begin(
            writing, me.organisation_id, vacancy_id, [applicant_id], stage=0, user_id=me.id, token=token
        )
        if batch.state != "draft":
            form.to.errors, form.form_errors = [], []
            return batch.id, False
        if not form.errors:
            drafting.say_why(writing, batch, int(form.to.data), form.why(batch.tie_reason))
            form.form_errors = drafting.faults(writing, batch)
        return batch.id, stands_elsewhere(writing, batch, request.form.get("mark", ""))


def asked_again(vacancy_id: uuid.UUID, batch_id: uuid.UUID, form: DecideForm) -> ResponseReturnValue:
    """The form of the draft with the words that were typed."""
    vacancy, batch = own_draft(vacancy_id, batch_id)
    return render("decide.html", 400, vacancy=vacancy, page=draft_page(db.session, vacancy, batch), form=form)


def not_moved(vacancy_id: uuid.UUID, code: str, form: DecideForm, fault: DomainError) -> ResponseReturnValue:
    """Withdrawn meanwhile, or put into the archive: nothing to decide, and the words that were typed."""
    vacancy, face = get_vacancy(db.session, current_user().organisation_id, vacancy_id), find_face(vacancy_id, code)
    faults = fault.messages if isinstance(fault, Invalid) else [fault.message]
    return render("not_moved.html", fault.status, vacancy=vacancy, face=face, form=form, faults=faults)


@role("recruiter")
def decisions(vacancy_id: uuid.UUID) -> ResponseReturnValue:
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    search = request.args.get("search", "").strip()[:100]
    start = request.args.get("start", 0, type=int)
    page = vacancy_history(db.session, vacancy, reader(), search=search, start=start)
    return render("decisions.html", vacancy=vacancy, page=page, search=search)


@role("recruiter")
def decision(vacancy_id: uuid.UUID, made_id: uuid.UUID) -> ResponseReturnValue:
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    found = whole_decision(db.session, vacancy, made_id, reader())
    return render("decision.html", vacancy=vacancy, found=found)


def decider_of(vacancy_id: uuid.UUID, made_id: uuid.UUID) -> SignedIn:
    """Who wants to act on this decision; `NotFound` where it is of another vacancy."""
    me = current_user()
    whole_decision(db.session, get_vacancy(db.session, me.organisation_id, vacancy_id), made_id, reader())
    return me


@role("recruiter")
def resume_decision(vacancy_id: uuid.UUID, made_id: uuid.UUID) -> ResponseReturnValue:
    """The worker broke down on the way: whoever decided, or HR, lets it go on."""
    me = decider_of(vacancy_id, made_id)
    with db.transaction() as writing:
        start_again(writing, me.organisation_id, made_id, user_id=me.id)
    return redirect(decision_address(vacancy_id, made_id))


@role("recruiter")
def stop_decision(vacancy_id: uuid.UUID, made_id: uuid.UUID) -> ResponseReturnValue:
    """Or it ends where it is."""
    me = decider_of(vacancy_id, made_id)
    with db.transaction() as writing:
        stop(writing, me.organisation_id, made_id, user_id=me.id)
    return redirect(decision_address(vacancy_id, made_id))


@role("recruiter")
def undo_decision(vacancy_id: uuid.UUID, made_id: uuid.UUID) -> ResponseReturnValue:
    me = decider_of(vacancy_id, made_id)
    with db.transaction() as writing:
        undone = undo_batch(writing, me.organisation_id, made_id, user_id=me.id)
    tell_undone(undone)
    return redirect(decision_address(vacancy_id, made_id))


def tell_undone(undone: Undone) -> None:
    if undone.people:
        words = ngettext(
            "Undone: %(num)s person stands where they stood.",
            "Undone: %(num)s people stand where they stood.",
            undone.people,
        )
        flash(words, "success")
    if undone.hidden_again:
        flash(_("Names are hidden again. They were to be seen until now, and the history says so."), "attention")
    if undone.stayed:
        words = ngettext(
            "%(num)s person was decided about again meanwhile, and stays.",
            "%(num)s people were decided about again meanwhile, and stay.",
            len(undone.stayed),
        )
        flash(words, "attention")


@role("recruiter")
def undo_move(vacancy_id: uuid.UUID, code: str, decision_id: uuid.UUID) -> ResponseReturnValue:
    me = current_user()
    person = person_id(vacancy_id, code)
    with db.transaction() as writing:
        undone = undo_one(writing, me.organisation_id, decision_id, user_id=me.id, applicant_id=person)
    tell_undone(undone)
    return redirect(url_for("recruiter.person", vacancy_id=vacancy_id, code=code))
