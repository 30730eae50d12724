"""A whole round over HTTP: HR prepares and opens it, twelve simulated colleagues rate, it closes and forgets."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import Iterable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import rounds
from tests.factories.signing import sign_in
from tests.site import PageClient
from webapp.config import Settings
from webapp.extensions import db
from webapp.jobs import rating_jobs, runtime
from webapp.records import CollectedRating, Event, Outbox, RatingRound, RoundPair, RoundRater
from webapp.records.base import now
from webapp.services.rounds.read_for_training import read_for_training
from webapp.services.rounds.send_rating_mail import send_rating_mail, send_round_notice

COMPETENCES = ["needs", "candour", "internal"]


def mails(settings: Settings) -> dict[str, str]:
    """The link in the newest mail to each address."""
    found = {}
    for path in sorted(settings.mail_folder.glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
        body = message.get_body(("plain",))
        assert body is not None
        if link := re.search(r"/r/[\w-]+", body.get_content()):
            found[str(message["To"].addresses[0].addr_spec)] = link.group()
    return found


def post_all(app: Flask, session: Session, topic: str) -> int:
    """Do what the queue would do with the mails of this topic."""
    runtime.enter(app)
    rows = session.scalars(select(Outbox).where(Outbox.topic == topic, Outbox.dispatched_at.is_(None))).all()
    session.commit()
    sent = 0
    for row in rows:
        with runtime.work_scope() as other:
            rater = uuid.UUID(row.payload["rater_id"])
            reminder = topic == "mail.rating_reminder"
            sent += send_rating_mail(other, row.organisation_id, rater, runtime.settings(), reminder=reminder)
    return sent


def rate_everybody(client: FlaskClient, link: str, dice: random.Random) -> int:
    """One simulated rater: half by the script's way, half by the plain form; then finish."""
    client.get(link)
    home = client.send(f"{link}/start").location
    client.get(home)
    given = 0
    for number in range(1, len(COMPETENCES) + 1):
        address = f"{home}/competence/{number}"
        page = client.get(address).get_data(as_text=True)
        names = list(dict.fromkeys(re.findall(r'name="rate:([^"]+)"', page)))
        values = {name: dice.choice(["1", "2", "3", "4", "5", "4", "not_observed"]) for name in names}
        given += len(values)
        if number % 2:
            reply = client.send(address, {f"rate:{name}": value for name, value in values.items()})
            assert reply.status_code == 302
        else:
            for name, value in values.items():
                reply = client.post(
                    f"{home}/save", json={"name": name, "value": value}, headers={"X-CSRFToken": client.token}
                )
                assert reply.get_json()["saved"] is True
    assert client.get(f"{home}/review").status_code == 200
    assert client.send(f"{home}/finish").location.endswith("/done")
    assert client.get(f"{home}/done").status_code == 200
    return given


def prepare(client: FlaskClient) -> str:
    """HR plans a round of one day, looks at it and opens it; returns its address."""
    assert client.get("/hr/rounds").status_code == 200
    today = now().date().isoformat()
    client.get("/hr/rounds/new")
    plan = {
        "title": "How we work for each other",
        "kind": "regular",
        "opens_on": today,
        "closes_on": today,
        "competences": COMPETENCES,
        "reminder_days": ["7"],
        "repeat_months": "3",
    }
    made = client.send("/hr/rounds/new", plan)
    assert made.status_code == 302, made.get_data(as_text=True)
    page = client.get(made.location).get_data(as_text=True)
    assert "12 people would rate 12 colleagues on 3 competences." in page
    assert client.send(f"{made.location}/open").status_code == 302
    assert finished(client, made.location) == 0
    return str(made.location)


def finished(client: FlaskClient, address: str) -> int:
    """How many of the twelve have finished, as the page of the round says it."""
    found = re.search(r"(\d+) of 12 people have finished\.", client.get(address).get_data(as_text=True))
    assert found
    return int(found.group(1))


def all_rate(app: Flask, client: FlaskClient, address: str, links: Iterable[str], patch: pytest.MonkeyPatch) -> int:
    """Everybody rates in a browser of their own; returns how many ratings they gave."""
    dice, given = random.Random(6), 0
    for index, link in enumerate(links):
        if index == 2:  # the pages of two people keep the rules; the others' are the same
            patch.setattr("tests.site.check_page", lambda _response: None)
        if index == 7:
            assert finished(client, address) == index
        given += rate_everybody(PageClient(app, app.response_class), link, dice)
    patch.undo()
    return given


def check_forgotten(session: Session) -> uuid.UUID:
    """Who rated whom is gone with the round's key; returns the round."""
    session.rollback()
    row = session.scalars(select(RatingRound)).one()
    assert row.state == "closed"
    assert row.key_salt is None
    assert session.scalar(select(func.count()).select_from(RoundPair)) == 0
    assert not session.scalar(select(func.count()).select_from(RoundRater).where(RoundRater.finished))
    return row.id


def check_collected(session: Session, house: rounds.House, round_id: uuid.UUID) -> None:
    """Training reads ratings of everybody by everybody, and that it did so is written down."""
    collected = read_for_training(session, house.company.id, "training")
    assert len({each.rater_key for each in collected}) == 12
    assert {each.performer_id for each in collected} == {person.id for person in house.staff}
    closing, read = session.scalars(select(Event).where(Event.action == "ratings.read").order_by(Event.id)).all()
    assert closing.detail["purpose"] == "figures", "closing counts who has three raters"
    assert read.detail == {"purpose": "training", "rounds": [str(round_id)], "number": len(collected)}


def check_events_name_no_rater(session: Session) -> None:
    everything = json.dumps(
        [[e.action, e.subject, str(e.subject_id), e.detail] for e in session.scalars(select(Event))]
    )
    raters = session.scalars(select(RoundRater)).all()
    assert not [r for r in raters if str(r.id) in everything or str(r.staff_member_id) in everything]


def test_a_whole_round(
    app: Flask, client: FlaskClient, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = rounds.house(session)
    sign_in(client, house.hr)
    address = prepare(client)
    assert post_all(app, session, "mail.rating_invitation") == 12
    links = mails(settings)
    assert len(links) == 12
    given = all_rate(app, client, address, links.values(), monkeypatch)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(CollectedRating)) == given == 12 * 4 * 3
    assert read_for_training(session, house.company.id, "training") == [], "an open round gives nothing"

    assert client.send(f"{address}/close").status_code == 302
    assert finished(client, address) == 12
    check_collected(session, house, check_forgotten(session))
    check_events_name_no_rater(session)


def test_the_worker_tells_hr_and_goes_on_by_itself(app: Flask, session: Session, settings: Settings) -> None:
    house = rounds.house(session)
    rounds.opened(session, house, settings)
    session.commit()
    runtime.enter(app)
    rating_jobs.look_after_rounds()
    with db.scope() as other:
        assert other.scalars(select(RatingRound.state)).all() == ["open"]
    row = session.scalars(select(RatingRound)).one()
    session.commit()
    with runtime.work_scope() as other:
        assert send_round_notice(other, house.company.id, row.id, house.hr.id, "closed", settings)
    assert len(list(settings.mail_folder.glob("*.eml"))) == 1
