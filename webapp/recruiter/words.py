"""Words for what the records hold as codes."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

HAPPENINGS: dict[str, LazyString] = {
    "invitation.sent": _l("The invitation was sent."),
    "invitation.reminded": _l("The link was sent once more."),
    "invitation.link_shown": _l("The personal link was shown."),
    "invitation.withdrawn": _l("The invitation was withdrawn."),
    "invitation.refused": _l("The invitation could not be delivered: the mail server knows no such address."),
    "invitation.given_up": _l("The invitation could not be delivered: the mail server was not to be reached."),
    "invitation.not_made": _l("The invitation could not be made into a mail, so it was not sent."),
    "reminder.sent": _l("A reminder was sent."),
    "reminder.refused": _l("A reminder could not be delivered."),
    "reminder.given_up": _l("A reminder could not be delivered."),
    "reminder.not_made": _l("A reminder could not be made into a mail, so it was not sent."),
    "result.reused": _l("An earlier result was handed in for this vacancy, with consent."),
    "confirmation.asked": _l("A supervised confirmation was asked for."),
    "confirmation.arranged": _l("A supervised confirmation was arranged."),
    "confirmation.declined": _l("A supervised confirmation was declined."),
    "confirmation.compared": _l("The confirmation was done."),
    "retake.allowed": _l("HR allowed an early retake."),
    "score.set_aside": _l("Scored again, because a question was set aside in this language."),
    "score.brought_back": _l("Scored again, because a question that had been set aside counts again."),
    "sitting.started": _l("The questionnaire was begun."),
    "sitting.submitted": _l("The answers were sent and scored."),
    "sample.reviewed": _l("Looked at in a sample from below the cut."),
    "message.queued": _l("A message was written; it goes out a little later."),
    "message.sent": _l("The message was sent."),
    "message.refused": _l("The message could not be delivered."),
    "message.given_up": _l("The message could not be delivered."),
    "message.not_made": _l("The message could not be made into a mail, so it was not sent."),
    "message.stopped": _l("The message was taken back before it went out."),
    "application.withdrawn": _l("The applicant withdrew the application."),
    "application.restored": _l("The applicant took the withdrawal back."),
}
FLAGS: dict[str, LazyString] = {
    "incomplete": _l("Under 80 % answered, so there is no score"),
    "reused": _l("An earlier result, reused with consent"),
    "other_form": _l("Answered the other form of the questionnaire; points by the key"),
    "pooled_family": _l("Compared with all rated staff: too few in this job family"),
}
STATES: dict[str, LazyString] = {
    "invited": _l("Invited"),
    "started": _l("Under way"),
    "done": _l("Done"),
    "withdrawn": _l("Withdrawn"),
    "open": _l("Open"),
    "closed": _l("Closed"),
    "archived": _l("Archived"),
}


def happening(action: str) -> LazyString | str:
    return HAPPENINGS.get(action, action)


def flag_words(flag: str) -> LazyString | str:
    return FLAGS.get(flag, flag)


def state_words(state: str) -> LazyString | str:
    return STATES.get(state, state)


def of_ten(share: float) -> str:
    """A probability as whole people of ten; never none and never all of them."""
    if share < 0.05:
        return "<1"
    return ">9" if share >= 0.95 else str(int(share * 10 + 0.5))


def apart(name: str) -> str:
    """A name inside a sentence, set apart from it: letters that run from the right turn no words around them."""
    return f"\u2068{name}\u2069" if name else ""
