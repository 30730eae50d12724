"""What a link to the box leads to. Looking changes nothing: mail scanners look too."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Gone, NotFound
from webapp.records import Organisation, StaffMember, VoiceBox, VoiceLink
from webapp.security import token_hash
from webapp.services.staff.presence import works_here


@dataclass(frozen=True)
class Door:
    """Which box, and who stands there: by the shared link nobody who is known."""

    organisation: Organisation
    box: VoiceBox
    person: StaffMember | None = None


def open_shared_link(session: Session, token: str) -> Door:
    box = session.scalar(select(VoiceBox).where(VoiceBox.token_hash == token_hash(token)))
    if box is None:
        raise NotFound(unknown_words())
    return Door(session.get_one(Organisation, box.organisation_id), box)


def open_personal_link(session: Session, token: str) -> Door:
    link = session.scalar(select(VoiceLink).where(VoiceLink.token_hash == token_hash(token)))
    if link is None:
        raise NotFound(unknown_words())
    owner = link.organisation_id
    organisation = session.get_one(Organisation, owner)
    person = session.get_one(StaffMember, (owner, link.staff_member_id))
    if not works_here(person):
        raise Gone(_("This link belonged to somebody who no longer works at %(company)s.", company=organisation.name))
    box = session.scalars(select(VoiceBox).where(VoiceBox.organisation_id == owner)).one()
    return Door(organisation, box, person)


def unknown_words() -> str:
    return str(_("We do not know this link. It may have been replaced: ask HR for the one that holds now."))
