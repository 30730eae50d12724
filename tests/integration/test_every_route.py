"""Every address of the site, asked by people who may not: strangers, other roles, other organisations."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import people, sittings
from tests.factories.routes import SCRIPTS, asked, keep_token, rows, ruled, rules
from tests.factories.signing import sign_in
from tests.factories.whole_house import ROLES, House

OPEN = {
    "account.home",
    "account.sign_in",
    "account.language",
    "candidate.address",
    "candidate.check_receipt",
    "candidate.decide_address",
    "candidate.erase_unbegun",
    "candidate.erased",
    "candidate.erased_file",
    "candidate.confirm_code",
    "candidate.new_link",
    "candidate.new_link_asked",
    "candidate.open_rights",
    "candidate.renew",
    "candidate.reuse",
    "candidate.rights",
    "candidate.rights_file",
    "candidate.welcome",
    "candidate.staff_start",
    "candidate.staff_take_back",
    "candidate.staff_welcome",
    "candidate.start",
    "candidate.worker",
    "candidate.saving_js",
    "rater.answer_as_owner",
    "rater.monitor_ballot",
    "rater.monitor_welcome",
    "rater.panel_start",
    "rater.panel_welcome",
    "rater.take_note_back",
    "rater.voice_board",
    "rater.voice_own",
    "rater.write_note",
    "rater.write_signed_note",
    "rater.welcome",
    "rater.start",
    "recruiter.apply",
}


@pytest.fixture
def ours(session: Session) -> House:
    return House(session)


@pytest.fixture
def theirs(session: Session) -> House:
    return House(session)


def test_no_two_addresses_look_the_same(app: Flask) -> None:
    """The first of them would be the only one that anybody reaches."""
    seen: dict[tuple[str, str], str] = {}
    for rule in app.url_map.iter_rules():
        shape = re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: f"<{found.group(1) or 'text'}>", rule.rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            assert (shape, method) not in seen, f"{rule.endpoint} and {seen[shape, method]}: {shape}"
            seen[shape, method] = rule.endpoint


def test_every_view_says_who_may_see_it(app: Flask) -> None:
    said = {rule.endpoint: ruled(app, rule) for rule in rules(app)}
    assert {endpoint for endpoint, rule in said.items() if rule == "public"} == OPEN
    allowed = {"public", "signed_in", "sitting_holder", "rating_holder", *(f"role:{role}" for role in ROLES)}
    assert set(said.values()) <= allowed


def test_who_is_not_signed_in_is_led_to_the_door(
    app: Flask, client: FlaskClient, session: Session, ours: House
) -> None:
    keep_token(client, "/sign-in")
    before = rows(session)
    for rule in rules(app):
        if ruled(app, rule) == "signed_in" or ruled(app, rule).startswith("role:"):
            for what, status in asked(client, ours, rule, "/sign-in"):
                assert status == 302, what
        elif ruled(app, rule) in ("sitting_holder", "rating_holder"):
            for what, status in asked(client, ours, rule):
                assert status == SCRIPTS.get(rule.endpoint, 404), what
    assert rows(session) == before


def test_nobody_reaches_the_rows_of_another_organisation(
    app: Flask, client: FlaskClient, session: Session, ours: House, theirs: House
) -> None:
    sign_in(client, ours.user)
    keep_token(client, "/vacancies/new")
    before, seen = rows(session), 0
    for rule in rules(app):
        if any(name.endswith("_id") for name in rule.arguments):
            for what, status in asked(client, theirs, rule):
                assert status == SCRIPTS.get(rule.endpoint, 404), what
                seen += 1
    assert seen > 30
    assert rows(session) == before


def test_the_same_addresses_open_for_their_own_people(
    app: Flask, client: FlaskClient, session: Session, ours: House
) -> None:
    """The test above would pass with addresses that nobody can open."""
    sign_in(client, ours.user)
    names = {"vacancy_id", "applicant_id", "model_id", "job_id", "batch_id", "round_id", "competence_id"}
    names |= {"request_id", "score_id", "panel_id", "unit_id", "member_id", "monitor_id", "note_id"}
    names |= {"set_aside_id", "item_id", "draft_id", "made_id", "reason_id"}
    # A card is there where a model is sound, a table where it has such figures, a way back after a promotion; a merger
    # asks into which unit; an owner comes by a link; what stood elsewhere leads on; a
    # message is to somebody, and a comparison of two.
    others = {
        "hr.roll_back",
        "hr.model_card",
        "hr.model_table",
        "hr.merge_unit",
        "hr.results_sheet",
        "rater.answer_as_owner",
        "recruiter.old_person",
        "recruiter.message",
        "recruiter.compare",
    }
    for rule in rules(app):
        if rule.arguments & names and "GET" in (rule.methods or set()) and rule.endpoint not in others:
            assert client.get(ours.address(rule)).status_code == 200, rule.rule


@pytest.mark.parametrize("role", ["recruiter", "hr", "adjustments", "administrator"])
def test_a_role_opens_its_own_rooms_only(
    app: Flask, client: FlaskClient, session: Session, ours: House, role: str
) -> None:
    user = people.user(session, ours.company, role)
    session.commit()
    sign_in(client, user)
    keep_token(client, "/password")
    for rule in rules(app):
        if ruled(app, rule).startswith("role:") and ruled(app, rule) != f"role:{role}":
            for what, status in asked(client, ours, rule):
                assert status == 403, what


def test_ids_in_forms_cannot_name_what_is_another_organisations(
    client: FlaskClient, session: Session, ours: House, theirs: House
) -> None:
    sign_in(client, ours.user)
    keep_token(client, "/vacancies/new")
    before = rows(session)
    foreign = str(theirs.vacancy.questionnaire_id)
    vacancy = {"title": "T", "instrument": str(theirs.model.id), "languages": "en", "target": "1"}
    answers = {"file": (io.BytesIO(b"person\nA1\n"), "a.csv"), "questionnaire": foreign}
    send = client.send  # type: ignore[attr-defined]
    assert send("/vacancies/new", vacancy).status_code == 400
    assert send("/hr/imports/answers/new", answers, content_type="multipart/form-data").status_code == 400
    assert send(f"/hr/models/{ours.model.id}/promote", {"vacancies": str(theirs.vacancy.id)}).status_code == 400
    assert send("/hr/models/retrain", {"questionnaire": foreign, "criterion": ""}).status_code == 302
    assert client.get(f"/hr/imports/answers/template.csv?questionnaire={foreign}").status_code == 404
    assert rows(session) == before


def test_a_browser_holds_only_the_sitting_that_it_opened(app: Flask, client: FlaskClient, session: Session) -> None:
    place = sittings.vacancy(session, people.organisation(session))
    mine, other = sittings.invited(session, place), sittings.invited(session, place)
    base = sittings.walk_in(client, mine)
    neighbour = app.test_client()
    foreign = sittings.walk_in(neighbour, other)
    assert client.get(f"{base}/question/1").status_code == 200
    for address in (foreign, f"{foreign}/question/1", f"{foreign}/receipt", f"/sitting/{uuid.uuid4()}/review"):
        assert client.get(address).status_code == 404, address
    assert client.send(f"{foreign}/submit").status_code == 404  # type: ignore[attr-defined]


def test_a_cookie_with_a_foreign_sitting_opens_nothing(
    app: Flask, client: FlaskClient, session: Session, ours: House, theirs: House
) -> None:
    """An id alone never names the organisation, whatever a cookie pairs it with."""
    keep_token(client, "/sign-in")
    with client.session_transaction() as cookie:
        cookie["sittings"] = {str(theirs.sitting.id): str(ours.company.id)}
    before = rows(session)
    for rule in rules(app):
        if ruled(app, rule) == "sitting_holder" and rule.endpoint not in SCRIPTS:
            for what, status in asked(client, theirs, rule):
                assert status == 404, what
    base, token = f"/sitting/{theirs.sitting.id}", {"X-CSRFToken": client.token}  # type: ignore[attr-defined]
    saved = {"item": "composure-queue", "value": None, "revision": 0, "order": [], "key": str(uuid.uuid4())}
    assert client.get(f"{base}/state").status_code == 403
    assert client.post(f"{base}/answers", json=saved, headers=token).status_code == 403
    assert client.post(f"{base}/heartbeat", json={}, headers=token).status_code in (403, 404)
    assert rows(session) == before


def test_a_secret_that_nobody_gave_out_opens_nothing(app: Flask, client: FlaskClient, session: Session) -> None:
    keep_token(client, "/sign-in")
    before, tried = rows(session), 0
    for rule in rules(app):
        if rule.arguments & {"token", "code"}:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                address = rule.rule.replace("<token>", "a-secret").replace("<code>", "a-secret")
                form = {"agree": "y", "sure": "y"}
                reply = client.get(address) if method == "GET" else client.send(address, form)  # type: ignore[attr-defined]
                tried += 1
                # 410: a link for one use says that it was used, whether it ever was or not.
                assert reply.status_code in (404, 410), (method, address)
    assert tried >= 10
    assert rows(session) == before
