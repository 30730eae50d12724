"""Somebody on the staff of whom there is something in every corner, and models that learned from them."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from models.registry import pack
from tests.factories import monitors, panels, released, rounds, sittings, submitted, voice
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import (
    Answer,
    Hire,
    ImportBatch,
    ModelVersion,
    PanelExpert,
    QuestionnaireVersion,
    Rating,
    Sitting,
    StaffInvitation,
    StaffMember,
    Vacancy,
)
from webapp.records.base import now
from webapp.services.erasure.erase_staff import erase_staff
from webapp.services.erasure.note_trained import note_trained_with
from webapp.services.import_tables import preview_import
from webapp.services.staff.edit_staff import Entry, change_member
from webapp.services.staff.note_change import Author

NAME, FORMER, CODE, EMAIL = "Žydrūnė Unikalytė", "Žydrūnė Pirmavardė", "ZX-4711", "zydrune.unikalyte@example.org"
TEXTS = (NAME, FORMER, CODE, EMAIL, "unikal", "Pirmavard", "zydrune", "ZX-OLD")
NOTE = "Spausdintuvas antrame aukste neveikia jau savaite"


class Somebody:
    """A company with rounds, a monitor and a box, a vacancy that scores by the key, and one person in all of it."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session, self.settings = session, settings
        self.house = rounds.house(session, sizes=(6, 5))
        self.owner = self.house.company.id
        self.vacancy: Vacancy = sittings.vacancy(session, self.house.company)
        self.member: StaffMember = self.house.staff[0]
        self.other: StaffMember = self.house.staff[1]
        session.commit()

    def rename(self) -> None:
        """With a past: another code, another name."""
        for code, name in (("ZX-OLD", FORMER), (CODE, NAME)):
            entry = Entry(code, name, EMAIL, self.member.unit_id, "front", "lt")
            change_member(self.session, self.owner, self.member.id, entry, Author(self.house.hr.id))
        self.session.commit()

    def fill(self, *, round_is_open: bool = False) -> None:
        """Something in every table that can hold something of a member of staff."""
        self.rename()
        (rounds.opened if round_is_open else released.closed)(self.session, self.house, self.settings)
        monitors.opened(self.session, self.house, self.settings)
        voice.open_box(self.session, self.house, self.settings)
        voice.personal(self.session, self.settings, self.member)
        voice.note(self.session, self.house, staff_member_id=self.member.id, name_shown=True, text=NOTE)
        voice.note(self.session, self.house, owner_id=self.member.id)
        self.answer(self.member)
        self.rate()
        self.invite()
        self.be_an_expert()
        self.session.commit()

    def answer(self, member: StaffMember, **values: Any) -> Sitting:
        sitting = Sitting(
            organisation_id=self.owner,
            staff_member_id=member.id,
            questionnaire_id=self.vacancy.questionnaire_id,
            form="A",
            purpose="training",
            state="submitted",
            seed=1,
            submitted_at=now(),
            **values,
        )
        self.session.add(sitting)
        self.session.flush()
        for item_id, value in list(submitted.answers_by_key(best=True).items())[:3]:
            self.session.add(
                Answer(organisation_id=self.owner, sitting_id=sitting.id, item_id=item_id, value=value, saved_at=now())
            )
        self.session.flush()
        return sitting

    def rate(self) -> None:
        shared = {"organisation_id": self.owner, "value": 4.0, "scale_min": 1.0, "scale_max": 5.0}
        self.session.add_all(
            [
                Rating(ratee_id=self.member.id, rater_code=self.other.code, **shared),
                Rating(ratee_id=self.other.id, rater_code=CODE, **shared),
                Rating(ratee_id=self.other.id, rater_code="ZX-OLD", **shared),
            ]
        )

    def invite(self, form: str = "B") -> None:
        self.session.add(
            StaffInvitation(
                organisation_id=self.owner,
                staff_member_id=self.member.id,
                questionnaire_id=self.vacancy.questionnaire_id,
                form=form,
                token_hash=uuid.uuid4().hex,
                email=EMAIL,
                expires_at=now(),
            )
        )

    def be_an_expert(self) -> None:
        version = self.session.get_one(QuestionnaireVersion, (self.owner, self.vacancy.questionnaire_id))
        row = panels.panel(self.session, panels.Firm(self.house.company, self.house.hr, version))
        self.session.add(
            PanelExpert(
                organisation_id=self.owner,
                panel_id=row.id,
                name=NAME,
                email=EMAIL,
                link_id=uuid.uuid4(),
                token_hash=uuid.uuid4().hex,
                seed=1,
                expert_code=uuid.uuid4(),
            )
        )

    def upload(self, kind: str, text: str, name: str = "staff.csv") -> ImportBatch:
        batch = preview_import(
            self.session, self.owner, kind, name, text.encode(), scale=(1.0, 5.0), user_id=self.house.hr.id
        )
        self.session.commit()
        return batch

    def hired(self) -> submitted.Submitted:
        """The application by which this person came, with answers and a score."""
        someone = sittings.invited(self.session, self.vacancy)
        someone.applicant.name, someone.applicant.email = NAME, EMAIL
        one = submitted.submitted(self.session, someone)
        self.session.add(
            Hire(
                organisation_id=self.owner,
                applicant_id=someone.applicant.id,
                staff_member_id=self.member.id,
                hired_on="2026-01-05",
            )
        )
        self.session.commit()
        return one

    def model(self, *people: StaffMember, folder: Path, **values: Any) -> ModelVersion:
        """A trained model, with these people in its run; nobody written down where there are none."""
        artefact = packed()
        given = {"number": 77, "state": "serving", "promoted_at": now()} | values
        row = ModelVersion(
            organisation_id=self.owner,
            questionnaire_id=self.vacancy.questionnaire_id,
            form="A",
            kind="trained",
            artefact=artefact,
            artefact_sha256=hashlib.sha256(artefact).hexdigest(),
            figures={},
            **given,
        )
        self.session.add(row)
        self.session.flush()
        if people:
            note_trained_with(self.session, row, taken_down(folder, [each.code for each in people]))
        self.session.commit()
        return row

    def erase(self, member: StaffMember | None = None) -> str:
        """In a transaction of its own, as the page does it; the certificate's code."""
        gone = member or self.member
        owner, number, code = self.owner, gone.id, gone.code
        self.session.rollback()
        with db.transaction() as writing:
            found = erase_staff(writing, owner, number, code, self.settings, user_id=self.house.hr.id).certificate
        self.session.rollback()
        self.session.expire_all()
        return found


@cache
def packed() -> bytes:
    return pack(submitted.trained_model())


def taken_down(folder: Path, codes: Sequence[str]) -> Path:
    """What a run takes down of these people: answers of all, and a rating about the first."""
    plain = {"sheets": [{"person": code} for code in codes], "ratings": [[codes[0], None, 4.0, None, None]]}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "data.json"
    path.write_text(json.dumps(plain))
    return path
