"""A whole expert panel over HTTP: HR makes it, eight simulated experts rate, it closes, and the key is made."""

from __future__ import annotations

import json
import random
import re
import uuid
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.loading import load_text
from tests.databases import SQLITE
from tests.factories import panels
from tests.factories.signing import sign_in
from tests.site import PageClient
from webapp.config import Settings
from webapp.jobs import runtime
from webapp.records import (
    Event,
    ExpertPanel,
    ModelVersion,
    Outbox,
    PanelExpert,
    PanelRating,
    QuestionnaireVersion,
    Vacancy,
)
from webapp.records.base import now
from webapp.services.find_instrument import instruments
from webapp.services.panel.expert_mail import send_expert_mail

NAMES = [f"Expert {number}" for number in range(1, 9)]


def post_all(app: Flask, session: Session, topic: str) -> int:
    """Do what the queue would do with the mails of this topic."""
    runtime.enter(app)
    rows = session.scalars(select(Outbox).where(Outbox.topic == topic, Outbox.dispatched_at.is_(None))).all()
    session.commit()
    sent = 0
    for row in rows:
        with runtime.work_scope() as other:
            expert, reminder = uuid.UUID(row.payload["expert_id"]), topic == "mail.panel_reminder"
            sent += send_expert_mail(other, row.organisation_id, expert, runtime.settings(), reminder=reminder)
    return sent


def mails(settings: Settings) -> dict[str, str]:
    """The newest mail to each address, as plain text."""
    found = {}
    for path in sorted(settings.mail_folder.glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
        body = message.get_body(("plain",))
        assert body is not None
        found[str(message["To"].addresses[0].addr_spec)] = body.get_content()
    return found


def link_in(text: str) -> str:
    found = re.search(r"/p/[\w-]+", text)
    assert found
    return found.group()


def rate_everything(client: FlaskClient, link: str, place: int) -> None:
    """One simulated expert: one situation by the script's way, the other by the plain form; then finish."""
    client.get(link)
    home = client.send(f"{link}/start").location
    client.get(home)
    dice = random.Random(place)
    for number in (1, 2):
        address = f"{home}/situation/{number}"
        page = client.get(address).get_data(as_text=True)
        names = list(dict.fromkeys(re.findall(r'name="rate:([^"]+)"', page)))
        values = {name: str(panels.opinion(*name.split(":"), place, dice)) for name in names}
        if number == 1:
            assert client.send(address, {f"rate:{name}": each for name, each in values.items()}).status_code == 302
            continue
        for name, value in values.items():
            token = {"X-CSRFToken": client.token}
            reply = client.post(f"{home}/save", json={"name": name, "value": value}, headers=token)
            assert reply.get_json()["saved"] is True
    assert client.send(f"{home}/finish").location.endswith("/done")
    assert "7 ratings are saved." in client.get(f"{home}/done").get_data(as_text=True)


def make_and_ask(client: FlaskClient, where: panels.Firm) -> str:
    """HR's part until the links are out; returns the address of the panel."""
    assert "No panel yet" in client.get("/hr/panels").get_data(as_text=True)
    client.get("/hr/panels/new")
    form = {"title": "What good service looks like", "questionnaire": str(where.version.id)}
    made = client.send("/hr/panels/new", form | {"closes_on": now().date().isoformat(), "widest_spread": "1.0"})
    assert made.status_code == 302, made.get_data(as_text=True)
    address: str = made.location
    assert "Nobody has been asked yet." in client.get(address).get_data(as_text=True)
    lines = "\n".join(f"{name} <e{number}@example.org>" for number, name in enumerate(NAMES))
    assert client.send(f"{address}/experts", {"people": lines, "language": "lt"}).status_code == 302
    assert "0 of 8 experts have finished." in client.get(address).get_data(as_text=True)
    return address


def running_vacancy(session: Session, where: panels.Firm) -> Vacancy:
    model = session.scalars(select(ModelVersion)).one()
    row = Vacancy(
        organisation_id=where.company.id,
        title="At the desk",
        questionnaire_id=where.version.id,
        form=model.form,
        model_version_id=model.id,
    )
    session.add(row)
    session.commit()
    return row


def eight_rate(
    app: Flask,
    client: FlaskClient,
    session: Session,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    """Each expert by the link of their own mail; HR looks in and reminds on the way."""
    assert post_all(app, session, "mail.panel_invitation") == 8
    sent = mails(settings)
    assert len({link_in(text) for text in sent.values()}) == 8
    for place, text in enumerate(sent.values()):
        if place == 1:  # the pages of one expert keep the rules; the others' are the same
            monkeypatch.setattr("tests.site.check_page", lambda _response: None)
        if place == 5:
            assert "5 of 8 experts have finished." in client.get(address).get_data(as_text=True)
            client.send(f"{address}/remind")
            assert post_all(app, session, "mail.panel_reminder") == 3
        expert = PageClient(app, app.response_class)
        expert.get("/sign-in?language=en")
        rate_everything(expert, link_in(text), place)
    monkeypatch.undo()


@SQLITE
def test_a_whole_panel(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = panels.firm(session)
    vacancy = running_vacancy(session, where)
    before = (vacancy.questionnaire_id, vacancy.model_version_id, vacancy.form, where.version.definition)
    session.commit()
    sign_in(client, where.hr)
    address = make_and_ask(client, where)
    eight_rate(app, client, session, settings, monkeypatch, address)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(PanelRating)) == 8 * 7

    opened = client.get(address).get_data(as_text=True)
    assert "8 of 8 experts have finished." in opened
    assert "ICC(" not in opened, "no figure while it is open"
    assert client.send(f"{address}/publish").status_code == 409
    client.get(address)
    assert client.send(f"{address}/close").status_code == 302
    closed = client.get(address).get_data(as_text=True)
    assert "ICC(2,1)" in closed
    assert "dropped: they disagree" in closed
    assert "One vacancy uses three-scenes 1.0.0." in closed
    assert forgotten(session)

    assert client.send(f"{address}/publish").status_code == 302
    assert client.send(f"{address}/publish").status_code == 302, "the second press finds what the first one made"
    session.rollback()
    first, second = session.scalars(select(QuestionnaireVersion).order_by(QuestionnaireVersion.created_at)).all()
    made = load_text(second.definition)
    day = now().date().isoformat()
    assert (made.name, made.version) == ("three-scenes", f"1.0.{day.replace('-', '')}")
    assert made.item("bill").key_set_by == f"panel of 8 experts, {day}"
    assert made.item("bill").option_ids == ("a", "b", "d"), "the option about which they disagree is gone"
    assert "Its key says: panel of 8 experts" in client.get(address).get_data(as_text=True)
    vacancy = session.get_one(Vacancy, (vacancy.organisation_id, vacancy.id))
    after = (vacancy.questionnaire_id, vacancy.model_version_id, vacancy.form, first.definition)
    assert after == before, "a running vacancy goes on as it was"
    served = session.scalars(select(ModelVersion).where(ModelVersion.questionnaire_id == second.id)).one()
    assert (served.kind, served.state) == ("key_only", "serving")
    assert made.version in {each.version for each in instruments(session, where.company.id)}, "new vacancies may use it"


def forgotten(session: Session) -> bool:
    """Nothing ties a rating to a name any more, and no event ever did."""
    session.rollback()
    experts = session.scalars(select(PanelExpert)).all()
    assert len(experts) == 8
    assert {(each.expert_code, each.email) for each in experts} == {(None, None)}
    panel = session.scalars(select(ExpertPanel)).one()
    kept = json.dumps(panel.figures)
    events = json.dumps([[each.action, str(each.subject_id), each.detail] for each in session.scalars(select(Event))])
    assert not [each for each in experts if each.name in kept + events or str(each.id) in kept + events]
    return True
