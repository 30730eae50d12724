"""Rows that are others' too, and stay: they lose what names the person."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from webapp.records import ModelOutcome, PanelExpert, Rating, RatingRound, StaffMember, VoiceNote
from webapp.records.base import now
from webapp.records.names import fold
from webapp.services.erasure.remove_rows import remove
from webapp.services.panel.invite_experts import delete_ratings


def free_rows(session: Session, member: StaffMember, codes: Sequence[str], addresses: Sequence[str]) -> None:
    _free_ratings(session, member, codes)
    _free_rounds(session, member)
    _free_outcomes(session, member)
    _free_notes(session, member)
    _free_experts(session, member, addresses)
    session.flush()


def _free_ratings(session: Session, member: StaffMember, codes: Sequence[str]) -> None:
    """Ratings that this person gave are about others: they stay, under a code that is drawn now and means nobody.

    One code for all of them, since how severe a rater is can only be told from all of a rater's ratings.
    """
    mine = Rating.organisation_id == member.organisation_id, Rating.rater_code.in_(codes)
    remove(session, update(Rating).where(*mine).values(rater_code=f"erased-{secrets.token_hex(4)}"))


def _free_rounds(session: Session, member: StaffMember) -> None:
    """Closed rounds keep the ids of those whom enough colleagues rated."""
    rows = session.scalars(
        select(RatingRound)
        .where(RatingRound.organisation_id == member.organisation_id)
        .options(undefer(RatingRound.turnout))
    )
    for row in rows:
        if str(member.id) in row.turnout.get("rated", ()):
            rated = [each for each in row.turnout["rated"] if each != str(member.id)]
            row.turnout = {**row.turnout, "rated": rated}


def _free_outcomes(session: Session, member: StaffMember) -> None:
    """Figures about what became of the hired keep whom they are about, so that no two differ by a few people."""
    for row in session.scalars(select(ModelOutcome).where(ModelOutcome.organisation_id == member.organisation_id)):
        if str(member.id) in row.based_on.get("members", ()):
            members = [each for each in row.based_on["members"] if each != str(member.id)]
            row.based_on = {**row.based_on, "members": members}


def _free_notes(session: Session, member: StaffMember) -> None:
    """A note with a name is taken back; the notes that this person saw to need somebody else."""
    owner = member.organisation_id
    for note in session.scalars(
        select(VoiceNote).where(VoiceNote.organisation_id == owner, VoiceNote.staff_member_id == member.id)
    ):
        note.text, note.answer, note.published_on, note.published_by = "", "", None, None
        note.taken_back_on = note.taken_back_on or now().date()
        note.staff_member_id, note.name_shown = None, False
    cared_for = VoiceNote.organisation_id == owner, VoiceNote.owner_id == member.id
    session.flush()
    remove(session, update(VoiceNote).where(*cared_for).values(owner_id=None))


def _free_experts(session: Session, member: StaffMember, addresses: Sequence[str]) -> None:
    """An open panel goes on without this expert; in a closed one, which knows no address, the name is forgotten."""
    for expert in session.scalars(select(PanelExpert).where(PanelExpert.organisation_id == member.organisation_id)):
        if expert.email is not None and expert.email in addresses:
            delete_ratings(session, expert)
            expert.name, expert.email, expert.withdrawn_at = "", None, now()
        elif expert.email is None and member.name_folded and fold(expert.name) == member.name_folded:
            expert.name = ""
