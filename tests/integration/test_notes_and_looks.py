"""Notes and looks as rows, over each database: who may remove, what the person is given, what goes with the person."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, sittings
from webapp.config import Settings
from webapp.errors import Conflict, Refused
from webapp.records import Applicant, ApplicantNote, LookedAt
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.notes.looked_at import looked_lately, seen_by, write_look
from webapp.services.notes.read_notes import notes_on, numbers_of_notes
from webapp.services.notes.write_notes import add_note, edit_note, remove_note
from webapp.services.rights.export_person import export_person


def test_notes_and_looks_belong_to_the_person(app: Flask, session: Session, settings: Settings) -> None:
    someone = sittings.invited(session)
    owner, applicant = someone.organisation.id, someone.applicant
    author, other, hr = (people.user(session, someone.organisation, role) for role in ("recruiter", "recruiter", "hr"))
    with app.test_request_context("/"):
        first = add_note(session, owner, applicant.id, "Called back at once.", user_id=author.id)
        second = add_note(session, owner, applicant.id, "Something about the family.", user_id=author.id)
        with pytest.raises(Refused):
            edit_note(session, first, "Changed.", user_id=other.id)
        with pytest.raises(Refused):
            remove_note(session, second, user_id=other.id, of_hr=False)
        remove_note(session, second, user_id=hr.id, of_hr=True)
        with pytest.raises(Conflict):
            edit_note(session, second, "Back again.", user_id=author.id)
        for _ in range(2):
            write_look(session, owner, author.id, applicant.id)
        session.commit()

        told = notes_on(session, someone.vacancy, applicant)
        assert [(each.note.text, each.removed, each.removed_by_author) for each in told] == [
            ("", True, False),
            ("Called back at once.", False, False),
        ]
        assert told[0].remover == hr.name
        assert numbers_of_notes(session, owner, [applicant.id]) == {applicant.id: 1}
        assert looked_lately(session, owner, author.id, applicant.id)
        assert not looked_lately(session, owner, other.id, applicant.id)
        assert seen_by(session, owner, author.id, [applicant.id]) == {applicant.id}
        assert len(session.scalars(select(LookedAt)).all()) == 1

        file = export_person(session, owner, applicant.id, "en", settings.secret_key)
        assert [each["text"] for each in file["notes"]] == ["Called back at once.", ""]
        assert "family" not in str(file)
        assert author.name not in str(file)
        erase_applicants(session, owner, [applicant.id], settings, "asked")
        session.commit()
    for table in (ApplicantNote, LookedAt, Applicant):
        assert not session.scalars(select(table.id)).all(), table
    session.rollback()
