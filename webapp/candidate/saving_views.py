"""The door by which the browser's script saves answers; the forms of the pages work without it.

``POST /sitting/<uuid>/answers`` with a JSON object and the header ``X-CSRFToken``::

    {"item": "A1", "value": {"best": "a", "worst": "c"}, "revision": 0, "order": ["c", "a", "b", "d"],
     "seconds": 41.5, "away": {"count": 1, "seconds": 12.0}, "key": "<uuid>"}

``value`` null: skipped. A value must be complete, as a form's must. ``revision``: the one that the page showed, 0 for
none. ``order``: option ids as shown; ``[]`` where there are none. ``seconds`` and ``away`` may be null. ``key`` is made
by the browser once for each answer that it sends, and is sent again with each further try of the same answer.

======  ===============================================================================================================
200     ``{"item", "revision", "code", "saved_at", "number", "answered", "total", "deadline_at"}``: it is committed.
        Times are ISO 8601 in UTC; ``deadline_at`` null: untimed.
400     ``{"error": "invalid", "messages": [...]}``: it can never be saved as it is.
400     ``{"error": "csrf"}``: fetch the state, take its token, try again.
403     ``{"error": "not_held"}``: this browser does not hold the sitting (any more). The link from the mail opens it
        again; keep the answers.
403     ``{"error": "not_ready"}``: no consent yet.
403     ``{"error": "resting"}``: a break is on. Keep the answer and send it again once it is over.
409     ``{"error": "stale", "saved": {"value", "skipped", "revision", "saved_at", "code"}}``: another tab or device
        saved something else meanwhile. Nothing was overwritten. ``saved`` null: nothing is saved for this question.
410     ``{"error": "closed", "reason": "submitted" | "time" | "withdrawn" | "vacancy"}``: nothing can be added.
413     ``{"error": "invalid", "messages": [...]}``: more than 64 KB.
429     ``{"error": "unavailable", "retry_after": seconds}`` with ``Retry-After``: too fast.
503     ``{"error": "unavailable", "retry_after": seconds}`` with ``Retry-After``: not acknowledged. Send it again with
        the same key.
500     ``{"error": "broken"}``: as 503, later.
======  ===============================================================================================================

The same save once more (the same key, or the value that is there already) changes nothing and gets the same revision
and code. A delayed or out-of-order one gets 409.

``GET /sitting/<uuid>/state`` gives ``{"csrf", "state", "now", "deadline_at", "answers"}``: ``state`` is ``open``,
``resting`` or one of the reasons of 410; ``answers`` has ``{"revision", "code", "saved_at", "answered"}`` for each item
that is saved (``answered`` false: skipped). It answers 403, 429, 503 and 500 as above.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask import Blueprint, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException, NotFound, TooManyRequests

from webapp.candidate.keeping_time import secret_key
from webapp.candidate.saving_forms import read_given
from webapp.candidate.saving_guards import TRIED, check_pace, check_token
from webapp.errors import LOST_DATABASE, DomainError, Invalid, Refused, is_lost
from webapp.errors import NotFound as NothingHere
from webapp.extensions import csrf, db
from webapp.languages import translated
from webapp.security import held_organisation, sitting_holder
from webapp.services.acknowledge import answer_code
from webapp.services.save_answer import Acknowledged, Closed, GivenAnswer, NotSaved, Resting, StaleAnswer, save_durably
from webapp.services.saving.given import Outcome, Recorded
from webapp.services.saving.state import read_state


@sitting_holder
def save(sitting_id: uuid.UUID) -> ResponseReturnValue:
    given = read_given()
    g.item_id = given.item_id
    return acknowledgement(secret_key(), sitting_id, given.item_id, taken(sitting_id, given))


def taken(sitting_id: uuid.UUID, given: GivenAnswer) -> Acknowledged:
    """What the writer said: to the quick door before this, or to us now."""
    tried: Outcome | None = request.environ.get(TRIED)
    if isinstance(tried, Exception):
        raise tried
    return tried or save_durably(g.sitting_organisation_id, sitting_id, given)


def acknowledgement(secret: str, sitting_id: uuid.UUID, item_id: str, done: Acknowledged) -> dict[str, Any]:
    """What the browser is told of an answer that is committed."""
    return {
        "item": item_id,
        **said(secret, sitting_id, item_id, done.recorded),
        "number": done.number,
        "answered": done.answered,
        "total": done.total,
        "deadline_at": moment(done.deadline_at),
    }


@sitting_holder
def state(sitting_id: uuid.UUID) -> ResponseReturnValue:
    secret = secret_key()
    found = read_state(db.session, g.sitting_organisation_id, sitting_id)
    return {
        "csrf": generate_csrf(),
        "state": found.state,
        "now": moment(found.now),
        "deadline_at": moment(found.deadline_at),
        "answers": {
            item_id: {**said(secret, sitting_id, item_id, each), "answered": each.value is not None}
            for item_id, each in found.answers.items()
        },
    }


def said(secret: str, sitting_id: uuid.UUID, item_id: str, recorded: Recorded) -> dict[str, Any]:
    return {
        "revision": recorded.revision,
        "code": answer_code(secret, sitting_id, item_id, recorded.revision, recorded.value),
        "saved_at": moment(recorded.saved_at),
    }


def moment(at: dt.datetime | None) -> str | None:
    return None if at is None else at.isoformat()


# --- refusals, as the script reads them


def stale(error: StaleAnswer) -> ResponseReturnValue:
    saved = error.saved
    if saved is None:
        return {"error": "stale", "saved": None}, 409
    known = said(secret_key(), (request.view_args or {})["sitting_id"], g.item_id, saved)
    return {"error": "stale", "saved": {"value": saved.value, "skipped": saved.skipped, **known}}, 409


def closed(error: Closed) -> ResponseReturnValue:
    return {"error": "closed", "reason": error.reason}, 410


def invalid(error: Invalid) -> ResponseReturnValue:
    return {"error": "invalid", "messages": [translated(each) for each in error.messages]}, error.status


def not_ready(_error: Refused) -> ResponseReturnValue:
    return {"error": "not_ready"}, 403


def resting(_error: Resting) -> ResponseReturnValue:
    return {"error": "resting"}, 403


def not_held(_error: object) -> ResponseReturnValue:
    return {"error": "not_held"}, 403


def bad_token(error: CSRFError) -> ResponseReturnValue:
    sitting_id = (request.view_args or {}).get("sitting_id")
    if sitting_id is None or held_organisation(sitting_id) is None:
        return not_held(error)
    return {"error": "csrf"}, 400


def later(_error: object, status: int = 503, seconds: int = NotSaved.retry_after) -> ResponseReturnValue:
    return {"error": "unavailable", "retry_after": seconds}, status, {"Retry-After": str(seconds)}


def too_fast(error: TooManyRequests) -> ResponseReturnValue:
    return later(error, 429, 10)


def other(error: HTTPException) -> ResponseReturnValue:
    if error.code == 413:
        return {"error": "invalid", "messages": []}, 413
    return {"error": "broken"}, error.code or 500


def lost(error: Exception) -> ResponseReturnValue:
    return later(error) if is_lost(error) else broken(error)


def broken(error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("the saving door: %s", request.url_rule)
    return {"error": "broken"}, 500


HANDLERS: dict[type[Exception], Any] = {
    StaleAnswer: stale,
    Closed: closed,
    Invalid: invalid,
    Refused: not_ready,
    Resting: resting,
    NotFound: not_held,
    NothingHere: not_held,
    CSRFError: bad_token,
    NotSaved: later,
    TooManyRequests: too_fast,
    HTTPException: other,
    DomainError: broken,
    Exception: broken,
    **dict.fromkeys(LOST_DATABASE, lost),
}

blueprint = Blueprint("saving", __name__)
csrf.exempt(blueprint)
blueprint.before_request(check_token)
blueprint.before_request(check_pace)
blueprint.add_url_rule("/sitting/<uuid:sitting_id>/answers", "save", save, methods=["POST"])
blueprint.add_url_rule("/sitting/<uuid:sitting_id>/state", "state", state)
for kind, handler in HANDLERS.items():
    blueprint.register_error_handler(kind, handler)
