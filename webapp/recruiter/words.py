"""Words for what the records hold as codes."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

HAPPENINGS: dict[str, LazyString] = {
    "invitation.sent": _l("The invitation was sent."),
    "invitation.opened": _l("The link was opened."),
    "invitation.reminded": _l("The link was sent once more."),
    "invitation.link_shown": _l("The personal link was shown."),
    "invitation.withdrawn": _l("The invitation was withdrawn."),
    "invitation.refused": _l("The invitation could not be delivered: the mail server knows no such address."),
    "invitation.given_up": _l("The invitation could not be delivered: the mail server was not to be reached."),
    "reminder.sent": _l("A reminder was sent."),
    "reminder.refused": _l("A reminder could not be delivered."),
    "reminder.given_up": _l("A reminder could not be delivered."),
    "link.requested": _l("A new link was asked for."),
    "new_link.sent": _l("A new link was sent."),
    "new_link.refused": _l("A new link could not be delivered."),
    "new_link.given_up": _l("A new link could not be delivered."),
    "receipt.refused": _l("The receipt could not be delivered."),
    "receipt.given_up": _l("The receipt could not be delivered."),
    "result.reused": _l("An earlier result was handed in for this vacancy, with consent."),
    "confirmation.asked": _l("A supervised confirmation was asked for."),
    "confirmation.arranged": _l("A supervised confirmation was arranged."),
    "confirmation.declined": _l("A supervised confirmation was declined."),
    "confirmation.code_shown": _l("A code for the confirmation was given."),
    "confirmation.opened": _l("The confirmation was opened."),
    "confirmation.compared": _l("The confirmation was done."),
    "confirmation.sent": _l("The mail about the confirmation was sent."),
    "confirmation.refused": _l("The mail about the confirmation could not be delivered."),
    "confirmation.given_up": _l("The mail about the confirmation could not be delivered."),
    "retake.allowed": _l("HR allowed an early retake."),
    "sitting.opened": _l("The start button was pressed."),
    "sitting.started": _l("The questionnaire was begun."),
    "sitting.language_chosen": _l("A language was chosen."),
    "sitting.consented": _l("The notice was read and agreed to."),
    "sitting.submitted": _l("The answers were sent and scored."),
    "sitting.practised": _l("The practice question was done."),
    "receipt.sent": _l("The receipt was sent."),
    "application.withdrawn": _l("The applicant withdrew the application."),
    "application.restored": _l("The applicant took the withdrawal back."),
    "review.asked": _l("The applicant asked for a person."),
    "review.answered": _l("HR answered the applicant's request."),
    "review.mailed": _l("The answer was sent by mail."),
    "contact.name_corrected": _l("The applicant corrected the name."),
    "contact.address_asked": _l("The applicant asked for mails to go to another address."),
    "contact.address_corrected": _l("The new mail address was confirmed."),
    "contact.address_stopped": _l("The change of the mail address was stopped."),
    "contact.mailed": _l("A mail about the change of the address was sent."),
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
