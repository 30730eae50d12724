"""Leaving a questionnaire on a computer that others use too."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from webapp.candidate.access import language, load, next_step
from webapp.candidate.coming_back import forget_person
from webapp.languages import speak
from webapp.security import let_go_of_sitting, sitting_holder


@sitting_holder
def leave(sitting_id: uuid.UUID) -> ResponseReturnValue:
    """Forget this sitting in this browser; the link from the mail opens it again."""
    view = load(sitting_id)
    if request.method == "GET":  # a reload, or the language switch of the page below
        return redirect(next_step(view))
    speak(language())  # this page still speaks to whoever leaves
    let_go_of_sitting(sitting_id)
    forget_person(sitting_id)
    organisation = view.organisation
    shown = {"organisation": organisation, "simulated": organisation.simulated, "submitted": view.submitted}
    return render_template("candidate/left.html", let_go=True, **shown)
