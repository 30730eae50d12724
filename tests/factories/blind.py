"""A blind vacancy whose people have names and addresses that stand nowhere else, and everything that may tell them."""

from __future__ import annotations

import base64
import datetime as dt
import urllib.parse
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, shortlists
from webapp.records import (
    AdjustmentRequest,
    Applicant,
    Confirmation,
    Invitation,
    Mail,
    Organisation,
    ResultReuse,
    ReviewRequest,
    Score,
    Sitting,
    User,
    Vacancy,
)
from webapp.records.base import now
from webapp.records.names import fold
from webapp.security import derived_token, token_hash
from webapp.services.links.link_that_opens import make_link

NAMES = (
    "Zygfridas Vikšrūnaitis",
    "Quirinus Oxenbergh",
    "Пелагея Жмыхоцкая",
    "Wilhelmine Quastenfeld",
    "Boguslawa Krzyzhtop",
    "يعقوب الفيروزابادي",
)
WAITING = ("Ludmilla Thwackhurst", "Jaroslavas Pypkevičius")
WITHDREW = "Ottilie Bramblequist"
UNDELIVERED = "Egbertine Vossnagel"
REVEALED = "Ferdinanda Schön"


class BlindHouse:
    """Everybody is hidden but one, about whom a decision was recorded."""

    def __init__(self, session: Session, settings: Any) -> None:
        self.session, self.settings = session, settings
        self._read: dict[uuid.UUID, set[str]] = {}
        self.vacancy: Vacancy = shortlists.vacancy(session, target=2, blind_required=True, blind=True, blinded_at=now())
        self.company = session.get_one(Organisation, self.vacancy.organisation_id)
        self.user: User = people.user(session, self.company, "recruiter", name="Recruiting Person")
        code = derived_token(settings.secret_key, "vacancy", self.vacancy.id)
        self.vacancy.public_code_hash, self.public_code = token_hash(code), code
        scores = [3.9, 3.88, 3.5, 3.49, 3.1, 2.2]
        self.done = [
            self._done(name, number, score) for number, (name, score) in enumerate(zip(NAMES, scores, strict=True))
        ]
        self.waiting = [self._person(name, f"thwk.{number}") for number, name in enumerate(WAITING)]
        self.withdrawn = self._person(WITHDREW, "bramble.q", state="withdrawn")
        self.undelivered = self._person(UNDELIVERED, "vossn.e")
        self._refused(self.undelivered)
        self.revealed = shortlists.scored(
            session, self.vacancy, 3.7, name=REVEALED, email="f@revealed.example", revealed_at=now(), stage=2
        )
        self.reused = self._reused(self.done[1])
        self.review, self.asked = self._asked(self.done[0])
        session.commit()

    @property
    def hidden(self) -> list[Applicant]:
        return [*self.done, *self.waiting, self.withdrawn, self.undelivered]

    def _done(self, name: str, number: int, score: float) -> Applicant:
        address = f"mbx{number}.qq@hidden{number}-post.example"
        person = shortlists.scored(self.session, self.vacancy, score, name=name, email=address, language="lt")
        make_link(self.session, self.vacancy, person, self.settings)
        return person

    def _reused(self, person: Applicant) -> ResultReuse:
        """An earlier result, of a day on which nothing else happened."""
        sitting, score = self._row(Sitting, person), self._row(Score, person)
        score.flags = ["reused"]
        earlier = dt.datetime(2019, 3, 17, 12, tzinfo=dt.UTC)
        reuse = ResultReuse(
            organisation_id=self.company.id,
            applicant_id=person.id,
            sitting_id=sitting.id,
            taken_at=earlier,
            consented_at=earlier,
        )
        self.session.add(reuse)
        self.session.flush()
        return reuse

    def _asked(self, person: Applicant) -> tuple[ReviewRequest, AdjustmentRequest]:
        """What HR and the adjustments role work on: a confirmation, a request for a look, one for more time."""
        owner = {"organisation_id": self.company.id}
        sitting = self._row(Sitting, person)
        review = ReviewRequest(**owner, sitting_id=sitting.id, kind="review", due_at=now())
        time = AdjustmentRequest(**owner, applicant_id=person.id, wanted=["time"], words="More time, please.")
        self.session.add_all([review, time, Confirmation(**owner, applicant_id=person.id, state="asked", form="B")])
        self.session.flush()
        return review, time

    def _row(self, table: Any, person: Applicant) -> Any:
        return self.session.scalars(select(table).where(table.applicant_id == person.id)).one()

    def _person(self, name: str, local: str, **values: Any) -> Applicant:
        address = f"{local}@{local}-post.example"
        person = shortlists.applicant(self.session, self.vacancy, name=name, email=address, **values)
        make_link(self.session, self.vacancy, person, self.settings)
        return person

    def _refused(self, person: Applicant) -> None:
        about = self.session.scalars(select(Invitation.id).where(Invitation.applicant_id == person.id)).one()
        self.session.add(
            Mail(
                organisation_id=person.organisation_id,
                kind="invitation",
                applicant_id=person.id,
                about_id=about,
                state="refused",
                reply_code=550,
                ended_at=now(),
            )
        )
        self.session.flush()

    def secrets(self, spared: Iterable[Applicant] = ()) -> set[str]:
        """What may stand nowhere: names and their parts, addresses and their parts, and every id of a person."""
        gone = {each.id for each in spared}
        return set().union(*(words for person, words in self._known().items() if person not in gone))

    def look_again(self) -> None:
        """Further rows of these people were made meanwhile."""
        self._read.clear()

    def _known(self) -> dict[uuid.UUID, set[str]]:
        if not self._read:
            self._read.update({each.id: self._secrets_of(each) for each in self.hidden})
        return self._read

    def _secrets_of(self, person: Applicant) -> set[str]:
        words = {person.name, *person.name.split(), person.email, *person.email.split("@")}
        words |= {fold(each) for each in words}
        numbers = self.ids_of(person)
        links = {derived_token(self.settings.secret_key, "invitation", each) for each in numbers}
        return {each.casefold() for each in words | links} | {text for each in numbers for text in spellings(each)}

    def ids_of(self, person: Applicant) -> list[uuid.UUID]:
        ids = [person.id]
        for table in (Sitting, Score, Invitation):
            ids += self.session.scalars(select(table.id).where(table.applicant_id == person.id))  # type: ignore[attr-defined]
        return ids


def spellings(number: uuid.UUID) -> set[str]:
    """An id as pages and addresses may write it: ids of ours tell by their order who was there first."""
    packed = base64.urlsafe_b64encode(number.bytes).decode().rstrip("=")
    return {str(number), number.hex, packed.casefold()}


def readable(text: str) -> str:
    """As it stands, and with what an address writes otherwise."""
    return f"{text}\n{urllib.parse.unquote_plus(text)}".casefold()
