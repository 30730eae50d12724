"""Save one answer durably, as a new revision; nothing that was acknowledged is ever overwritten."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Conflict, DomainError, Gone
from webapp.records import Organisation
from webapp.services.open_invitation import whom_to_ask
from webapp.services.saving.batch import save_batch
from webapp.services.saving.given import Acknowledged, Closed, GivenAnswer, NotSaved, Resting, Save, StaleAnswer
from webapp.services.saving.writer import writer

__all__ = ["Acknowledged", "Closed", "GivenAnswer", "NotSaved", "Resting", "StaleAnswer", "save_answer", "save_durably"]


def save_durably(organisation_id: uuid.UUID, sitting_id: uuid.UUID, given: GivenAnswer) -> Acknowledged:
    """Save through this process's writer; returns when the answer is committed.

    `StaleAnswer`, `Closed`, `Invalid`, `NotFound` and `Refused` say why it was not taken; `NotSaved` that it is not
    known to be saved, and may be sent again.
    """
    return writer().save(Save(organisation_id, sitting_id, given))


def save_answer(session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, given: GivenAnswer) -> int:
    """Save in the session's own transaction and return the revision; the same rules, without the writer."""
    session.flush()
    (outcome,) = save_batch(session.connection(), [Save(organisation_id, sitting_id, given)])
    if isinstance(outcome, Exception):
        raise outcome
    session.expire_all()
    return outcome.recorded.revision


def in_words(refusal: DomainError, organisation: Organisation) -> DomainError:
    """The refusal as a page says it."""
    if isinstance(refusal, NotSaved):
        refusal.message = _(
            "This answer was not saved. Everything that you saved before is safe. Try again in a moment."
        )
    elif isinstance(refusal, Closed) and refusal.reason == "submitted":
        return Conflict(_("Your answers were sent already, so they can no longer be changed."))
    elif isinstance(refusal, Closed):
        return Gone(_closed(refusal.reason, organisation))
    return refusal


def _closed(reason: str, organisation: Organisation) -> str:
    if reason == "time":
        return _("The time is over. Everything that you saved before it ended counts; nothing more can be added.")
    if reason == "withdrawn":
        return _("This invitation was withdrawn. %(whom)s", whom=whom_to_ask(organisation))
    return _("This vacancy was closed meanwhile. What you saved before is kept; nothing more can be added.")
