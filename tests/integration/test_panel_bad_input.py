"""Panels that are closed, too small or in disagreement; addresses given twice; ratings that are none; two at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.loading import load_text
from tests.databases import SQLITE
from tests.factories import panels, people
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.errors import Conflict, Gone, Invalid, NotFound
from webapp.extensions import db
from webapp.jobs import panel_jobs, runtime
from webapp.records import ExpertPanel, ModelVersion, Outbox, PanelExpert, PanelRating, QuestionnaireVersion
from webapp.records.base import now
from webapp.services import install_company
from webapp.services.deliver_mail import MailRefused
from webapp.services.panel import expert_mail
from webapp.services.panel.close_panel import close_panel
from webapp.services.panel.figures import kept_figures
from webapp.services.panel.invite_experts import experts_of, invite_experts, remind_experts, withdraw_expert
from webapp.services.panel.make_panel import PanelPlan, make_panel, move_panel
from webapp.services.panel.rate_options import GivenRating, read_expert_sheet, save_panel_ratings
from webapp.services.read_invitation_list import Person


@pytest.fixture
def firm(session: Session) -> panels.Firm:
    return panels.firm(session)


def days(number: int) -> dt.date:
    return now().date() + dt.timedelta(days=number)


@SQLITE
def test_a_closed_panels_link_says_so_kindly(
    client: FlaskClient, session: Session, settings: Settings, firm: panels.Firm
) -> None:
    row = panels.panel(session, firm)
    expert = panels.asked(session, row, settings)[0]
    home = panels.walk_in(client, settings, expert)
    headers = {"X-CSRFToken": client.token}  # type: ignore[attr-defined]
    saved = {"name": "bill:a", "value": "4"}
    assert client.post(f"{home}/save", json=saved, headers=headers).get_json()["saved"] is True
    session.rollback()
    panels.close(session, row)
    assert close_panel(session, firm.company.id, row.id) is False, "the second closing changes nothing"
    session.commit()
    for address in (panels.link(settings, expert), home, f"{home}/situation/1", f"{home}/my-ratings.json"):
        ended = client.get(address)
        assert ended.status_code == 410, address
        assert "Thank you for your help" in ended.get_data(as_text=True)
    late = client.post(f"{home}/save", json=saved | {"value": "1"}, headers=headers)
    assert (late.status_code, late.get_json()["saved"]) == (410, False)
    for act in ("finish", "erase", "leave"):
        assert client.post(f"{home}/{act}", data={"csrf_token": client.token}).status_code == 410  # type: ignore[attr-defined]
    session.rollback()
    assert [each.value for each in session.scalars(select(PanelRating))] == [4]


def test_the_servers_clock_closes_before_the_job_comes(
    app: Flask, session: Session, settings: Settings, firm: panels.Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = panels.rated(session, settings, firm, closes_on=days(0))
    expert, end = experts_of(session, row)[0], row.closes_at
    session.commit()
    monkeypatch.setattr("webapp.records.base.clock.now", lambda: end)
    with pytest.raises(Gone, match="closed on"):
        save_panel_ratings(session, firm.company.id, expert.id, [GivenRating("bill", "a", 1)])
    with pytest.raises(Conflict, match="has closed"):
        move_panel(session, firm.company.id, row.id, days(9), user_id=firm.hr.id)
    session.rollback()
    runtime.enter(app)
    panel_jobs.look_after_panels()
    panel_jobs.look_after_panels()
    with db.scope() as other:
        closed = other.scalars(select(ExpertPanel)).one()
        assert (closed.state, closed.closed_at, closed.figures["experts"]) == ("closed", end, 8)


@SQLITE
def test_an_own_questionnaire_without_a_key_gets_its_first(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    firm = panels.firm(session, panels.WITHOUT_KEY)
    assert session.scalars(select(ModelVersion)).all() == [], "nothing scores before there is a key"
    row = panels.panel(session, firm, widest_spread=1.2)
    for place, expert in enumerate(panels.asked(session, row, settings, 6)):
        given = [
            GivenRating("parcel", option, value) for option, value in zip("abc", (5, 4 - place % 2, 1), strict=True)
        ]
        save_panel_ratings(session, firm.company.id, expert.id, given)
    session.commit()
    panels.close(session, row)
    sign_in(client, firm.hr)
    page = client.get(f"/hr/panels/{row.id}").get_data(as_text=True)
    assert "has no key for these actions; the panel's would be the first." in page
    for other in ("", "/models", "/staff/questionnaire", "/imports/answers/new", "/exposure", "/retakes"):
        assert client.get(f"/hr{other}").status_code == 200, "a questionnaire without a model breaks no page"
    session.rollback()
    made = load_text(panels.publish(session, firm, row).definition)
    assert session.scalars(select(ModelVersion.kind)).all() == ["key_only"]
    key = made.item("parcel").option("b").key
    assert key is not None
    assert (key.mean, key.spread) == (3.5, 0.55)
    assert client.get(f"/hr/panels/{row.id}").status_code == 200


@SQLITE
def test_who_left_options_out(client: FlaskClient, session: Session, settings: Settings, firm: panels.Firm) -> None:
    """Six of seven options are enough to count, two are not; nobody is counted as a rating of 0."""
    row = panels.rated(session, settings, firm, 5)
    new = [Person(1, "A", "a@example.org"), Person(2, "B", "b@example.org"), Person(3, "C", "c@example.org")]
    invite_experts(session, firm.company.id, row.id, new, settings, user_id=firm.hr.id)
    *_five, most, little, _nothing = experts_of(session, row)
    session.commit()
    sheet = read_expert_sheet(session, firm.company.id, most.id)
    everything = [GivenRating(item.id, option, 5) for item in sheet.items for option in item.option_ids]
    save_panel_ratings(session, firm.company.id, most.id, everything[1:])
    save_panel_ratings(session, firm.company.id, little.id, everything[:2])
    session.commit()
    home = panels.walk_in(client, settings, most)
    overview = client.get(home).get_data(as_text=True)
    assert "Finish with one rating open" in overview
    assert "3 of 4" in overview
    assert client.send(f"{home}/finish").location.endswith("/done")  # type: ignore[attr-defined]
    session.rollback()
    figures = kept_figures(panels.close(session, row))
    assert (figures.experts, figures.left_out) == (6, 1)
    assert [each.ratings for each in figures.options] == [5, 6, 6, 6, 6, 6, 6]
    assert figures.overall is not None
    sign_in(client, firm.hr)
    page = client.get(f"/hr/panels/{row.id}").get_data(as_text=True)
    assert "had rated less than four fifths, and do not count" in page


@SQLITE
def test_too_few_experts_make_no_figures(
    client: FlaskClient, session: Session, settings: Settings, firm: panels.Firm
) -> None:
    row = panels.close(session, panels.rated(session, settings, firm, 4))
    assert row.figures == {"experts": 4, "left_out": 0}
    with pytest.raises(Conflict, match="So few experts"):
        panels.publish(session, firm, row)
    session.rollback()
    sign_in(client, firm.hr)
    page = client.get(f"/hr/panels/{row.id}").get_data(as_text=True)
    assert "4 experts have rated four fifths" in page
    assert "Make the new version" not in page
    assert "ICC(" not in page


@SQLITE
def test_experts_who_disagree_about_everything(
    client: FlaskClient, session: Session, settings: Settings, firm: panels.Firm
) -> None:
    row = panels.panel(session, firm)
    for place, expert in enumerate(panels.asked(session, row, settings, 6)):
        sheet = read_expert_sheet(session, firm.company.id, expert.id)
        given = [GivenRating(item.id, each, 1 + 4 * (place % 2)) for item in sheet.items for each in item.option_ids]
        save_panel_ratings(session, firm.company.id, expert.id, given)
    session.commit()
    panels.close(session, row)
    with pytest.raises(Conflict, match="disagree so much"):
        panels.publish(session, firm, row)
    session.rollback()
    sign_in(client, firm.hr)
    page = client.get(f"/hr/panels/{row.id}").get_data(as_text=True)
    assert "No key can be made of it." in page
    assert len(session.scalars(select(QuestionnaireVersion)).all()) == 1


@SQLITE
def test_the_same_address_twice(client: FlaskClient, session: Session, firm: panels.Firm) -> None:
    row = panels.panel(session, firm)
    sign_in(client, firm.hr)
    address = f"/hr/panels/{row.id}"
    client.get(address)
    twice = {"people": "Ada <ada@example.org>\nADA@example.org", "language": "en"}
    refused = client.send(f"{address}/experts", twice)  # type: ignore[attr-defined]
    assert refused.status_code == 400
    assert "Line 2: ada@example.org is already on line 1." in refused.get_data(as_text=True)
    assert "Ada &lt;ada@example.org&gt;" in refused.get_data(as_text=True), "what was typed stays"
    for again in ("Ada <ada@example.org>", "ada@example.org\nBen, ben@example.org"):
        assert client.send(f"{address}/experts", {"people": again, "language": "en"}).status_code == 302  # type: ignore[attr-defined]
    page = client.get(address).get_data(as_text=True)
    assert "Already asked, and left as they were: ada@example.org." in page
    session.rollback()
    assert session.scalar(select(func.count()).select_from(PanelExpert)) == 2
    assert session.scalar(select(func.count()).select_from(Outbox)) == 2
    for wrong in ("", "nobody", "x" * 300 + "@example.org"):
        assert client.send(f"{address}/experts", {"people": wrong, "language": "en"}).status_code == 400  # type: ignore[attr-defined]
    assert client.send(f"{address}/experts", {"people": "c@example.org", "language": "de"}).status_code == 400  # type: ignore[attr-defined]


@SQLITE
def test_ratings_that_are_none(client: FlaskClient, session: Session, settings: Settings, firm: panels.Firm) -> None:
    row = panels.panel(session, firm)
    expert = panels.asked(session, row, settings, 1)[0]
    home = panels.walk_in(client, settings, expert)
    headers = {"X-CSRFToken": client.token}  # type: ignore[attr-defined]
    values = ("6", "0", "-1", "²", "4.5")
    wrong: dict[int, list[Any]] = {
        400: [*({"name": "bill:a", "value": each} for each in values), {"name": "bill", "value": "4"}, ["x"], None],
        404: [{"name": each, "value": "4"} for each in ("bill:z", "calm:1", ":")],
    }
    for status, sent in wrong.items():
        for each in sent:
            reply = client.post(f"{home}/save", json=each, headers=headers)
            assert (reply.status_code, reply.get_json()["saved"]) == (status, False), each
    assert client.get(f"{home}/situation/3").status_code == 404
    assert client.get(f"{home}/situation/0").status_code == 404
    session.rollback()
    assert session.scalar(select(func.count()).select_from(PanelRating)) == 0
    with pytest.raises(NotFound):
        read_expert_sheet(session, people.organisation(session).id, expert.id)


@SQLITE
def test_what_another_tab_saved_is_left_alone(
    client: FlaskClient, session: Session, settings: Settings, firm: panels.Firm
) -> None:
    row = panels.panel(session, firm)
    expert = panels.asked(session, row, settings, 1)[0]
    home = panels.walk_in(client, settings, expert)
    send = client.send  # type: ignore[attr-defined]
    page = f"{home}/situation/1"
    assert send(page, {"rate:bill:a": "5", "rate:bill:b": "3", "was:bill:a": "", "was:bill:b": ""}).status_code == 302
    # This tab was opened before the other one saved: it shows a as it was then, and changes b alone.
    save_panel_ratings(session, firm.company.id, expert.id, [GivenRating("bill", "a", 1)])
    session.commit()
    assert send(page, {"rate:bill:a": "5", "was:bill:a": "5", "rate:bill:b": "2", "was:bill:b": "3"}).status_code == 302
    taken_back = {"rate:bill:b": "2", "was:bill:b": "2", "clear": "bill:b"}
    assert send(page, taken_back).location.endswith("/situation/1")
    session.rollback()
    assert read_expert_sheet(session, firm.company.id, expert.id).ratings == {("bill", "a"): 1}
    own = client.get(f"{home}/my-ratings.json").get_json()
    assert own["ratings"] == [{"situation": "The bill", "action": "I take it down.", "rating": 1}]
    assert client.get(f"{home}/erase").status_code == 200
    assert send(f"{home}/erase").status_code == 302
    session.rollback()
    assert read_expert_sheet(session, firm.company.id, expert.id).done == 0
    assert send(f"{home}/leave").status_code == 200
    assert client.get(home).status_code == 404, "this browser has let go"


@SQLITE
def test_an_invitation_is_taken_back(
    client: FlaskClient, session: Session, settings: Settings, firm: panels.Firm
) -> None:
    row = panels.rated(session, settings, firm, 6)
    gone = experts_of(session, row)[0]
    session.commit()
    sign_in(client, firm.hr)
    client.get(f"/hr/panels/{row.id}")
    address = f"/hr/panels/{row.id}/experts/{gone.id}/take-back"
    assert client.send(address).status_code == 302  # type: ignore[attr-defined]
    assert client.send(address).status_code == 404, "twice is once"  # type: ignore[attr-defined]
    ended = client.get(panels.link(settings, gone))
    assert ended.status_code == 410
    assert "has taken this invitation back" in ended.get_data(as_text=True)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(PanelRating)) == 5 * 7
    assert len(experts_of(session, row)) == 5
    panels.close(session, row)
    with pytest.raises(Conflict):
        withdraw_expert(session, firm.company.id, row.id, experts_of(session, row)[0].id, user_id=firm.hr.id)


@SQLITE
def test_a_name_can_be_deleted_after_closing(
    client: FlaskClient, session: Session, settings: Settings, firm: panels.Firm
) -> None:
    row = panels.rated(session, settings, firm, 5)
    expert = experts_of(session, row)[2]
    session.commit()
    sign_in(client, firm.hr)
    client.get(f"/hr/panels/{row.id}")
    address = f"/hr/panels/{row.id}/experts/{expert.id}/forget-name"
    assert client.send(address).status_code == 409, "while it is open the invitation is taken back"  # type: ignore[attr-defined]
    session.rollback()
    panels.close(session, row)
    assert "Expert 03" in client.get(f"/hr/panels/{row.id}").get_data(as_text=True)
    assert client.send(address).status_code == 302  # type: ignore[attr-defined]
    page = client.get(f"/hr/panels/{row.id}").get_data(as_text=True)
    assert "Expert 03" not in page
    assert "(name deleted)" in page
    session.rollback()
    assert session.get_one(ExpertPanel, (firm.company.id, row.id)).figures["experts"] == 5


@SQLITE
def test_reminders_once_a_day_and_only_to_whom_they_help(
    app: Flask, session: Session, settings: Settings, firm: panels.Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = panels.panel(session, firm)
    one, two, three = panels.asked(session, row, settings, 3)
    one.finished_at = now()
    session.commit()

    def refuse(*_given: object) -> None:
        raise MailRefused(550)

    monkeypatch.setattr(expert_mail, "deliver_mail", refuse)
    with app.test_request_context():
        assert expert_mail.send_expert_mail(session, firm.company.id, two.id, settings, reminder=False) is False
    monkeypatch.undo()
    assert remind_experts(session, firm.company.id, row.id, user_id=firm.hr.id) == 1
    with pytest.raises(Conflict, match="less than a day"):
        remind_experts(session, firm.company.id, row.id, user_id=firm.hr.id)
    session.commit()
    asked = session.scalars(select(Outbox).where(Outbox.topic == "mail.panel_reminder")).one()
    assert asked.payload == {"expert_id": str(three.id)}
    assert expert_mail.send_expert_mail(session, firm.company.id, one.id, settings, reminder=True) is False
    panels.close(session, row)
    assert expert_mail.send_expert_mail(session, firm.company.id, three.id, settings, reminder=False) is False


@SQLITE
def test_plans_that_cannot_be(client: FlaskClient, session: Session, firm: panels.Firm) -> None:
    sample = panels.read(
        panels.SMALL.replace("three-scenes", "monitor").replace("format: 1\n", "format: 1\npurpose: survey\n")
    )
    survey = install_company.publish(session, firm.company.id, sample)
    foreign = panels.firm(session)
    faults = {
        "over already": {"closes_on": days(-1)},
        "at most": {"closes_on": days(400)},
        "limits": {"widest_spread": 9.0},
        "can be rated": {"questionnaire_id": survey.id},
        "whose options": {"questionnaire_id": foreign.version.id},
    }
    for words, values in faults.items():
        plan = {"questionnaire_id": firm.version.id, "title": "T", "closes_on": days(9)} | values
        with pytest.raises(Invalid, match=words):
            make_panel(session, firm.company.id, PanelPlan(**plan), user_id=firm.hr.id)  # type: ignore[arg-type]
    session.rollback()
    sign_in(client, firm.hr)
    client.get("/hr/panels/new")
    form = {"title": " ", "questionnaire": str(foreign.version.id), "closes_on": "soon", "widest_spread": "2"}
    assert client.send("/hr/panels/new", form).status_code == 400  # type: ignore[attr-defined]
