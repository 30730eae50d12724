"""The way back to a list as it was asked, after something was changed from its page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.errors import Invalid
from webapp.extensions import db
from webapp.security import current_user
from webapp.services.read_vacancy import get_vacancy
from webapp.services.shortlist.asked import ListQuery, parse

LONGEST, MOST_PARTS = 4_000, 200


def asked_from() -> ListQuery:
    """What the list was asked when the form on its page was sent: the page's own arguments, read like an address."""
    try:
        sent = parse_qs(request.form.get("asked", "")[:LONGEST], max_num_fields=MOST_PARTS)
    except ValueError:
        return ListQuery()
    return parse(MultiDict(sent))


def back_to_list(vacancy_id: uuid.UUID, query: ListQuery | None = None) -> ResponseReturnValue:
    get_vacancy(db.session, current_user().organisation_id, vacancy_id)  # not here, or not ours: there is no way back
    args: dict[str, Any] = (query or asked_from()).to_args() or {"order": "result"}
    return redirect(url_for("recruiter.vacancy", vacancy_id=vacancy_id, **args))


@contextmanager
def said_if_wrong(done: str) -> Iterator[None]:
    """What cannot be taken is said on the list itself; nothing is changed then, since checks come before writing."""
    try:
        yield
    except Invalid as fault:
        flash(" ".join(map(str, fault.messages)), "error")
    else:
        flash(done, "success")
