"""Begin a sitting, or go on with the one that is there."""

from __future__ import annotations

import secrets
import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Unavailable
from webapp.records import Applicant, Sitting
from webapp.services.lock_row import lock_row
from webapp.services.open_invitation import Welcome, check_open, check_opened, open_invitation
from webapp.services.read_questionnaire import can_be_asked
from webapp.services.record_event import record_event
from webapp.services.retaking.standing import check_interval, standing_of


def start_sitting(session: Session, token: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the organisation and the sitting of this link; the second click finds what the first one made."""
    welcome = open_invitation(session, token)
    check_open(welcome)
    check_opened(welcome)
    owner = welcome.organisation_id
    # Two clicks at once wait for each other here (SQLite has its write lock already).
    lock_row(session, Applicant, owner, welcome.applicant.id)
    found = session.scalar(
        select(Sitting).where(
            Sitting.organisation_id == owner,
            Sitting.applicant_id == welcome.applicant.id,
            Sitting.purpose == "selection",
        )
    )
    if found is not None and found.consented_at is not None:
        return owner, found.id
    standing = standing_of(session, welcome.vacancy, welcome.applicant)
    check_interval(standing)
    if found is None:
        return owner, _begin(session, welcome, standing.form)
    # Whatever pressed the button before, a mail scanner perhaps, chose nothing for the person who comes now.
    found.language, found.form = "", standing.form
    return owner, found.id


def _begin(session: Session, welcome: Welcome, form: str) -> uuid.UUID:
    if not can_be_asked(welcome.questionnaire, form):
        raise Unavailable(_("This questionnaire cannot be taken here yet. The people who invited you can help."))
    sitting = Sitting(
        organisation_id=welcome.organisation_id,
        applicant_id=welcome.applicant.id,
        questionnaire_id=welcome.vacancy.questionnaire_id,
        form=form,
        seed=secrets.randbits(62),
    )
    session.add(sitting)
    session.flush()
    # Not begun yet: mail scanners press buttons too. Whoever agrees to the notice has begun; see `give_consent`.
    record_event(session, sitting.organisation_id, "sitting.opened", subject="sitting", subject_id=sitting.id)
    return sitting.id
