"""What every page of a sitting begins with: the sitting, its language, and whether this step may be shown yet."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g, render_template, request, url_for
from flask_babel import get_locale

from webapp.candidate.keeping_time import keep_time, time_of
from webapp.extensions import db
from webapp.languages import speak
from webapp.services.read_sitting import SittingView, read_sitting


def load(sitting_id: uuid.UUID) -> SittingView:
    """The sitting that this browser holds, in its language from here on."""
    view = read_sitting(db.session, g.sitting_organisation_id, sitting_id)
    if view.sitting.language:
        speak(view.sitting.language)
    return keep_time(view)


def language() -> str:
    return str(get_locale() or "en")


def next_step(view: SittingView) -> str:
    """Where this person goes on."""
    sitting = view.sitting
    if view.submitted:
        return step("receipt", view)
    if not sitting.language:
        return step("language", view)
    if sitting.consented_at is None:
        return step("notice", view)
    if sitting.practised_at is None and view.questionnaire.practice:
        return step("practice", view)
    time = time_of(view)
    if time and time.resting:
        return step("pause", view)
    if not (time.started if time else view.answers):
        return step("ready", view)
    if view.untouched_number is None:
        return step("review", view)
    return step("question", view, number=view.untouched_number)


def step(name: str, view: SittingView, **values: Any) -> str:
    return url_for(f"candidate.{name}", sitting_id=view.sitting.id, **values)


def may_answer(view: SittingView) -> bool:
    """Questions open after the language and the consent, while the time runs, and close with the submit."""
    ready = bool(view.sitting.language) and view.sitting.consented_at is not None and not view.submitted
    time = time_of(view)
    return ready and (time is None or (time.started and not time.resting))


def page(template: str, view: SittingView, **values: Any) -> str:
    """Render one page of the sitting with what all of them show."""
    return render_template(
        f"candidate/{template}.html",
        view=view,
        timing=time_of(view),
        organisation=view.organisation,
        simulated=view.organisation.simulated,
        languages=view.languages,
        language_action=step("choose_language", view, next=request.path),
        step=lambda name, **more: step(name, view, **more),
        **values,
    )
