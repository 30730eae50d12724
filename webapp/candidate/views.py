"""The link, the questions, the review and the receipt."""

from __future__ import annotations

import uuid

from flask import abort, current_app, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from questionnaires.definition import Item
from webapp.candidate.access import language, load, may_answer, next_step, page, step
from webapp.candidate.asking import question_page
from webapp.candidate.coming_back import asks_who, has_said, not_said, person_is_here
from webapp.candidate.forms import read_revision
from webapp.candidate.presenting import acknowledgement, enough, review_rows, saved_line
from webapp.candidate.resting import go_on_if_asked, resting_page
from webapp.candidate.saving_views import taken
from webapp.errors import DomainError, Gone
from webapp.extensions import db
from webapp.languages import speak
from webapp.security import hold_sitting, public, sitting_holder
from webapp.services.demographics.tell import may_tell, what_is_asked
from webapp.services.items.left_out import items_left_out
from webapp.services.open_invitation import LinkExpired, Welcome, check_open, open_invitation
from webapp.services.read_response import Answer, Fault, read_answer, sent_as
from webapp.services.read_sitting import Saved, SittingView, read_sitting
from webapp.services.retaking.standing import standing_of
from webapp.services.save_answer import GivenAnswer, Resting, StaleAnswer, in_words
from webapp.services.show_item import described, order_of, screen_of
from webapp.services.start_sitting import start_sitting
from webapp.services.submit_sitting import submit_sitting
from webapp.services.undo_skip import undone_skip

AFTER_SUBMIT = ("receipt", "feedback", "explain", "my_data")


@public
def welcome(token: str) -> ResponseReturnValue:
    """What the link is for. Nothing happens before a click."""
    found = open_invitation(db.session, token)
    _speak_as_invited(found)
    try:
        check_open(found)
    except LinkExpired:
        raise
    except Gone as gone:
        return _ended_page(found, token, gone.message), gone.status
    return render_template(
        "candidate/welcome.html",
        welcome=found,
        standing=standing_of(db.session, found.vacancy, found.applicant),
        organisation=found.organisation,
        simulated=found.organisation.simulated,
        start_url=url_for("candidate.start", token=token),
        rights_url=url_for("candidate.rights", token=token),
        reuse_url=url_for("candidate.reuse", token=token),
        reuse_refused=request.args.get("agree") == "missing",
        asks_who=asks_who(found.sitting),
        not_said=not_said(),
        minutes=-(-found.question_count * 5 // 20) * 5,
    )


def _ended_page(found: Welcome, token: str, message: str) -> str:
    """The questionnaire is over, the right to one's own data is not."""
    return render_template(
        "candidate/ended.html",
        organisation=found.organisation,
        simulated=found.organisation.simulated,
        title=found.vacancy.title,
        message=message,
        rights_url=url_for("candidate.rights", token=token),
    )


def _speak_as_invited(found: Welcome) -> None:
    """Until somebody chooses here: the sitting's language, else that of the invitation."""
    wanted = (found.sitting.language if found.sitting else "") or found.applicant.language
    if wanted and "language" not in cookie:
        speak(wanted)


@public
def start(token: str) -> ResponseReturnValue:
    with db.transaction() as session:
        organisation_id, sitting_id = start_sitting(session, token)
    view = read_sitting(db.session, organisation_id, sitting_id)
    if asks_who(view.sitting) and not has_said():
        return redirect(url_for("candidate.welcome", token=token, me="missing"))
    hold_sitting(organisation_id, sitting_id)
    person_is_here(sitting_id)
    return redirect(_wanted_page(view))


def _wanted_page(view: SittingView) -> str:
    """After the submit the welcome page offers several; before it there is one way."""
    wanted = request.form.get("to", "")
    return step(wanted, view) if view.submitted and wanted in AFTER_SUBMIT else next_step(view)


@sitting_holder
def question(sitting_id: uuid.UUID, number: int) -> ResponseReturnValue:
    view = load(sitting_id)
    if not may_answer(view):
        return redirect(next_step(view))
    _check_number(view, number)
    item = view.items[number - 1]
    saved = view.answers.get(item.id)
    chosen, faults = _carried(item, saved)
    return _question_page(view, number, chosen or dict(saved.value or {} if saved else {}), faults)


def _carried(item: Item, saved: Saved | None) -> tuple[Answer, list[Fault]]:
    """What came along in the address, when the language was changed or something was missing: old after a save."""
    if request.args.get("revision") != str(saved.revision if saved else 0):
        return {}, []
    chosen, faults = read_answer(item, request.args)
    return chosen, faults if "mistake" in request.args else []


def _check_number(view: SittingView, number: int) -> None:
    if not 1 <= number <= view.total:
        abort(404)


def _question_page(view: SittingView, number: int, answer: Answer, faults: list[Fault]) -> str:
    item = view.items[number - 1]
    saved = view.answers.get(item.id)
    return question_page(
        view,
        number,
        screen_of(item, language(), view.sitting.seed),
        saved_line(view, number),
        saved=saved,
        answer=answer,
        faults=faults,
        from_review=request.values.get("from") == "review",
    )


@sitting_holder
def save(sitting_id: uuid.UUID, number: int) -> ResponseReturnValue:
    view = load(sitting_id)
    _check_number(view, number)
    if request.form.get("action") in ("skip", "undo"):
        return _saved(view, number, _without_answer(view, number))
    item = view.items[number - 1]
    answer, faults = read_answer(item, request.form)
    if faults and "text" in answer:  # too long for an address
        return _question_page(view, number, answer, faults), 400
    if faults:
        return redirect(_mistake(view, number, answer))
    return _saved(view, number, GivenAnswer(item.id, answer, read_revision(request.form), _order(view, item)))


def _mistake(view: SittingView, number: int, answer: Answer) -> str:
    """A page of its own that tells what is missing, so that Back and reload never ask to send a form again."""
    more = {"from": "review"} if request.form.get("from") == "review" else {}
    revision = read_revision(request.form)
    fields = sent_as(view.items[number - 1], answer)
    return step("question", view, number=number, revision=revision, mistake=1, **more, **fields)


def _without_answer(view: SittingView, number: int) -> GivenAnswer:
    """A skip, or a skip taken back."""
    item, revision = view.items[number - 1], read_revision(request.form)
    if request.form["action"] == "skip":
        return GivenAnswer(item.id, None, revision, _order(view, item))
    return undone_skip(db.session, g.sitting_organisation_id, view.sitting.id, item.id, revision, _order(view, item))


def _order(view: SittingView, item: Item) -> list[str]:
    return order_of(item, view.sitting.seed)


def _saved(view: SittingView, number: int, given: GivenAnswer) -> ResponseReturnValue:
    # What was read is old as soon as something is saved.
    db.close()
    try:
        go_on_if_asked(view.sitting.id)
        taken(view.sitting.id, given)
    except StaleAnswer:
        return _stale_page(view.sitting.id, number, given), 409
    except Resting:
        return resting_page(view.sitting.id, number, given), 409
    except DomainError as refusal:
        raise in_words(refusal, view.organisation) from refusal
    return redirect(_after_question(view, number))


def _after_question(view: SittingView, number: int) -> str:
    if request.form.get("from") != "review" and request.form.get("action") == "undo":
        return step("question", view, number=number)
    if request.form.get("from") == "review" or number == view.total:
        return step("review", view)
    return step("question", view, number=number + 1)


def _stale_page(sitting_id: uuid.UUID, number: int, given: GivenAnswer) -> str:
    """Two tabs or two devices: show what is saved and what was sent now, and let the person choose."""
    view = load(sitting_id)
    screen = screen_of(view.items[number - 1], language(), view.sitting.seed)
    saved = view.answers.get(given.item_id)
    return page(
        "stale",
        view,
        number=number,
        screen=screen,
        saved=saved,
        saved_words=described(screen, saved.value if saved else None),
        given=given,
        given_words=described(screen, given.value),
        given_fields=sent_as(screen.item, given.value),
    )


@sitting_holder
def review(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    if not may_answer(view):
        return redirect(next_step(view))
    return page("review", view, rows=review_rows(view, language()), way=_way(view), enough=_enough(view))


def _way(view: SittingView) -> tuple[int, int]:
    return view.total - len(view.open_numbers), view.total


def _enough(view: SittingView) -> int:
    return enough(view, items_left_out(db.session, view.sitting))


@sitting_holder
def confirm(sitting_id: uuid.UUID) -> ResponseReturnValue:
    """What is missing, before it is sent all the same."""
    view = load(sitting_id)
    if not may_answer(view):
        return redirect(next_step(view))
    if not view.open_numbers:
        return redirect(step("review", view))
    missing = [row for row in review_rows(view, language()) if not row.answered]
    return page("confirm", view, rows=missing, way=_way(view), enough=_enough(view))


@sitting_holder
def submit(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    with db.transaction() as session:
        submit_sitting(session, g.sitting_organisation_id, sitting_id, current_app.config["SETTINGS"].secret_key)
    return redirect(step("receipt", view))


@sitting_holder
def receipt(sitting_id: uuid.UUID) -> ResponseReturnValue:
    view = load(sitting_id)
    if not view.submitted:
        return redirect(next_step(view))
    rows = [
        (number, screen_of(item, language(), view.sitting.seed), view.answers.get(item.id))
        for number, item in enumerate(view.items, 1)
    ]
    codes = {item_id: acknowledgement(view, item_id, saved) for item_id, saved in view.answers.items()}
    about_you = may_tell(view.sitting) and bool(what_is_asked(view.organisation))
    return page("receipt", view, rows=rows, codes=codes, about_you=about_you)


def not_here(_error: NotFound) -> ResponseReturnValue:
    """A browser that does not hold this sitting: the link from the invitation opens it again."""
    return render_template("candidate/not_here.html"), 404
