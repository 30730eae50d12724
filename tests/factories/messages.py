"""A vacancy whose people can be written to, and the worker's part of sending."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, shortlists
from webapp.config import Settings
from webapp.extensions import db
from webapp.records import Applicant, Mail, Message, MessageSending, Organisation, User, Vacancy
from webapp.services.mails.hand_out import hand_out_due
from webapp.services.messages.plan_sending import Wording, chosen_people
from webapp.services.messages.send_messages import Order, send_messages
from webapp.services.send_mail import send_mail

TEXTS = {
    "en": {"subject": "About {vacancy}", "text": "Hello {name},\n\n{company} writes. {{sic}}\n\n{my_page}"},
    "ru": {"subject": "О вакансии {vacancy}", "text": "Здравствуйте, {name}!\n\n{my_page}"},
}


@dataclass
class Writing:
    """Somebody who writes, from one vacancy."""

    session: Session
    vacancy: Vacancy
    user: User

    def person(self, **values: Any) -> Applicant:
        return shortlists.applicant(self.session, self.vacancy, **{"state": "done", "language": "en"} | values)

    def send(self, *chosen: Applicant, **order: Any) -> MessageSending:
        found = chosen_people(self.session, self.vacancy, [each.code for each in chosen], None)
        wording = order.pop("wording", Wording(TEXTS))
        order = {"token": uuid.uuid4().hex} | order
        return send_messages(self.session, found, wording, Order(**order), self.user.id)

    def mails(self) -> list[Mail]:
        self.session.commit()
        self.session.expire_all()
        return list(self.session.scalars(select(Mail).where(Mail.kind == "message").order_by(Mail.id)))

    def message(self) -> Message:
        self.session.expire_all()
        return self.session.scalars(select(Message)).one()


def writing(session: Session, **values: Any) -> Writing:
    vacancy = shortlists.vacancy(session, **{"title": "Service adviser {x}"} | values)
    user = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "recruiter")
    session.commit()
    return Writing(session, vacancy, user)


def make_due(desk: Writing) -> int:
    """Let the time pass in which messages can be taken back, and do what the worker does then."""
    for sending in desk.session.scalars(select(MessageSending)):
        sending.due_at -= dt.timedelta(days=2)
    for mail in desk.session.scalars(select(Mail).where(Mail.kind == "message", Mail.state == "waiting")):
        if mail.next_try_at is not None:
            mail.next_try_at -= dt.timedelta(days=2)
    number = hand_out_due(desk.session)
    desk.session.commit()
    return number


def post(app: Flask, desk: Writing, settings: Settings) -> list[str]:
    """Send every mail once; the states that follow."""
    ids = [(each.organisation_id, each.id) for each in desk.mails()]
    desk.session.commit()
    states = []
    for owner, number in ids:
        with db.scope() as other, app.test_request_context("/"):
            states.append(send_mail(other, owner, number, settings))
    return states
