"""“Send me a new link”, and what mail scanners cannot do with a link."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, sittings
from webapp.config import Settings
from webapp.extensions import limiter
from webapp.records import AdjustmentRequest, Answer, Applicant, Event, Invitation, LinkRequest, Mail, Outbox, Sitting
from webapp.records.base import now
from webapp.services.links.answer_requests import answer_requests
from webapp.services.links.send_new_link import MOST_A_DAY, PAUSE

NONCE = re.compile(r'nonce="[^"]*"|value="[^"]{60,}"')


def ask(client: Any, email: str, **query: Any) -> Any:
    client.get("/new-link", query_string=query)
    return client.send("/new-link", {"email": email}, query_string=query)


def answered(session: Session, settings: Settings) -> list[Mail]:
    session.rollback()
    session.expire_all()
    answer_requests(session, settings)
    session.commit()
    assert session.scalars(select(LinkRequest)).all() == [], "what was typed is forgotten"
    return list(session.scalars(select(Mail).where(Mail.kind == "new_link").order_by(Mail.created_at)))


def expire(session: Session, someone: sittings.Invited) -> None:
    someone.invitation.expires_at = now() - dt.timedelta(days=1)
    session.commit()


def test_the_page_says_the_same_to_everybody_and_only_the_known_get_a_mail(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    someone = sittings.invited(session)
    pages = []
    for email in (someone.applicant.email.upper(), "nobody@example.org"):
        answer = ask(client, email)
        assert (answer.status_code, answer.location) == (302, "/new-link/asked")
        pages.append(NONCE.sub("", client.get(answer.location).text))
    assert pages[0] == pages[1]
    assert session.scalar(select(func.count()).select_from(LinkRequest)) == 2
    assert session.scalar(select(func.count()).select_from(Outbox)) == 0, "the request itself looks nobody up"
    (mail,) = answered(session, settings)
    assert (mail.applicant_id, mail.about_id) == (someone.applicant.id, someone.invitation.id)
    asked = session.scalars(select(Event.subject_id).where(Event.action == "link.requested")).all()
    assert asked == [someone.applicant.id]


def test_an_expired_link_is_followed_by_a_new_one_and_stays_what_it_was(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    someone = sittings.invited(session)
    expire(session, someone)
    page = client.get(someone.link)
    assert page.status_code == 410
    assert client.send(f"{someone.link}/new-link").location == "/new-link/asked"  # type: ignore[attr-defined]
    (mail,) = answered(session, settings)
    new = session.get_one(Invitation, (someone.organisation.id, mail.about_id))
    assert new.id != someone.invitation.id
    assert new.expires_at > now()
    session.refresh(someone.invitation)
    assert someone.invitation.withdrawn_at is None


@SQLITE
def test_a_link_that_still_opens_needs_no_new_one(client: FlaskClient, session: Session, settings: Settings) -> None:
    someone = sittings.invited(session)
    client.get(someone.link)
    assert client.send(f"{someone.link}/new-link").location == someone.link  # type: ignore[attr-defined]
    assert answered(session, settings) == []


@pytest.mark.parametrize(
    ("change", "mails"),
    [("withdrawn", 0), ("link withdrawn", 0), ("closed", 0), ("past, not begun", 0), ("past, begun", 1), ("done", 1)],
)
@SQLITE
def test_whom_a_new_link_reaches(
    client: FlaskClient, session: Session, settings: Settings, change: str, mails: int
) -> None:
    someone = sittings.invited(session)
    if change == "past, begun":
        sittings.walk_in(client, someone)
    expire(session, someone)
    if change == "link withdrawn":
        someone.invitation.withdrawn_at = now()
    if change in ("withdrawn", "done"):
        someone.applicant.state = change
    if change in ("closed", "done"):
        someone.vacancy.state = "closed"
    if change.startswith("past"):
        someone.vacancy.closes_at = now() - dt.timedelta(hours=1)
    session.commit()
    ask(client, someone.applicant.email)
    assert len(answered(session, settings)) == mails


@SQLITE
def test_nobodys_mailbox_is_flooded(client: FlaskClient, session: Session, settings: Settings) -> None:
    someone = sittings.invited(session)
    for _each in range(3):
        ask(client, someone.applicant.email)
    assert len(answered(session, settings)) == 1
    for number in range(1, MOST_A_DAY + 2):
        for mail in session.scalars(select(Mail)):
            mail.created_at -= PAUSE
        session.commit()
        ask(client, someone.applicant.email)
        assert len(answered(session, settings)) == min(number + 1, MOST_A_DAY)


@SQLITE
def test_a_company_answers_for_itself_alone(client: FlaskClient, session: Session, settings: Settings) -> None:
    mine = sittings.invited(session)
    theirs = sittings.invited(session, sittings.vacancy(session, people.organisation(session)))
    theirs.applicant.email = mine.applicant.email
    session.commit()
    ask(client, mine.applicant.email, company=mine.organisation.id)
    assert [mail.organisation_id for mail in answered(session, settings)] == [mine.organisation.id]
    ask(client, mine.applicant.email, company="5f4dcc3b-5aa7-65d6-1d83-27deb882cf99")
    ask(client, mine.applicant.email)
    assert {mail.organisation_id for mail in answered(session, settings)} == {
        mine.organisation.id,
        theirs.organisation.id,
    }


@pytest.mark.parametrize("wrong", ["", "ona", "ona@", "a@b.org\nBcc: all@example.org", "x" * 300 + "@example.org"])
@SQLITE
def test_what_is_no_address_is_said(client: FlaskClient, session: Session, wrong: str) -> None:
    assert ask(client, wrong).status_code == 400
    assert session.scalars(select(LinkRequest)).all() == []


@SQLITE
def test_askers_are_slowed_by_address_and_by_where_they_are(limited: FlaskClient) -> None:
    assert [ask(limited, "nobody@example.org").status_code for _each in range(7)] == [302] * 6 + [429]
    limiter.reset()
    limited.get("/new-link")
    send = limited.send  # type: ignore[attr-defined]
    room = [send("/new-link", {"email": f"n{n}@example.org"}).status_code for n in range(121)]
    assert room == [302] * 120 + [429], "a room full of people stands behind one address"


# --- mail scanners


class Forms(HTMLParser):
    """What a machine sees of a page's forms: addresses, fields with the values they have, buttons."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[tuple[str, str]]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in given}
        if tag == "form" and values.get("method", "").lower() == "post":
            self.found.append((values.get("action", ""), {}, []))
        elif tag == "input" and self.found and values.get("name"):
            if values.get("type") not in ("checkbox", "radio") or "checked" in values:
                self.found[-1][1][values["name"]] = values.get("value", "")
        elif tag == "button" and self.found and values.get("name"):
            self.found[-1][2].append((values["name"], values.get("value", "")))


def scan(client: Any, address: str, seen: set[str]) -> None:
    """Open the page and press every button on it, and so on wherever that leads."""
    if address in seen:
        return
    seen.add(address)
    page = client.get(address, follow_redirects=True)
    here = page.request.path
    for action, fields, presses in Forms(page.text).found:
        for name, value in presses or [("", "")]:
            answer = client.post(action or here, data=fields | ({name: value} if name else {}))
            if answer.status_code in (302, 303):
                scan(client, answer.location, seen)


@pytest.mark.parametrize("cookies", [True, False])
@SQLITE
def test_a_scanner_that_presses_everything_burns_nothing(
    app: Flask, client: FlaskClient, session: Session, cookies: bool
) -> None:
    someone = sittings.invited(session)
    scanner = app.test_client(use_cookies=cookies)
    for headers in ({}, {"Sec-Purpose": "prefetch;prerender"}, {"User-Agent": "Slackbot-LinkExpanding 1.0"}):
        assert scanner.get(someone.link, headers=headers).status_code == 200
        assert scanner.head(someone.link, headers=headers).status_code == 200
        assert scanner.options(someone.link, headers=headers).status_code == 200
    assert session.scalars(select(Sitting)).all() == []
    seen: set[str] = set()
    scan(scanner, someone.link, seen)
    assert any(address.endswith("/notice") for address in seen) is cookies, "with cookies it comes as far as this"
    session.rollback()
    session.refresh(someone.applicant)
    assert (someone.applicant.state, someone.applicant.language) == ("invited", "")
    assert session.scalar(select(func.count()).select_from(Answer)) == 0
    assert "sitting.started" not in session.scalars(select(Event.action)).all()
    client.get(someone.link)
    assert client.send(f"{someone.link}/start").location.endswith("/language"), "from the beginning"  # type: ignore[attr-defined]
    base = sittings.walk_in(client, someone, "lt")
    session.rollback()
    session.refresh(someone.applicant)
    assert (someone.applicant.state, someone.applicant.language) == ("started", "lt")
    assert client.get(f"{base}/question/1").status_code == 200


def state_of(session: Session) -> list[Any]:
    """What a scanner might have changed of a begun sitting: state, language, clock, answers, skips, sending."""
    session.rollback()
    session.expire_all()
    sittings_now = session.execute(select(*Sitting.__table__.columns)).all()
    answers = session.execute(select(*Answer.__table__.columns).order_by(Answer.item_id)).all()
    return [sittings_now, answers, session.scalars(select(Applicant.state)).all()]


@pytest.mark.parametrize("sent", [False, True])
@SQLITE
def test_a_scanner_changes_nothing_of_a_sitting_that_has_begun(
    app: Flask, client: FlaskClient, session: Session, sent: bool
) -> None:
    someone = sittings.invited(session)
    base = sittings.walk_in(client, someone, "lt")
    client.get(f"{base}/question/1")
    client.send(f"{base}/question/1", {"revision": "0", "best": "a", "worst": "b", "action": "save"})  # type: ignore[attr-defined]
    if sent:
        client.get(f"{base}/review")
        client.send(f"{base}/submit")  # type: ignore[attr-defined]
    before = state_of(session)
    assert len(before[1]) == 1
    scanner = app.test_client(use_cookies=True)
    seen: set[str] = set()
    for door in (someone.link, f"{someone.link}/rights"):
        scan(scanner, door, seen)
    assert seen == {f"{someone.link}{end}" for end in ("", "?me=missing", "/rights", "/rights?me=missing")}
    for page in ("", "/question/1", "/question/2", "/review", "/receipt", "/withdraw", "/my-data"):
        assert scanner.get(f"{base}{page}").status_code == 404, page
    assert state_of(session) == before
    client.get(someone.link)
    onward = client.send(f"{someone.link}/start").location  # type: ignore[attr-defined]
    assert onward == f"{base}/{'receipt' if sent else 'question/2'}", "the person's own browser needs no tick"


@SQLITE
def test_a_scanner_can_go_on_once_it_holds_a_sitting(app: Flask, client: FlaskClient, session: Session) -> None:
    """The scanner of these tests does harm where nothing stops it: with the tick, the sitting would change."""
    someone = sittings.invited(session)
    base = sittings.walk_in(client, someone, "lt")
    client.get(f"{base}/question/1")
    client.send(f"{base}/question/1", {"revision": "0", "best": "a", "worst": "b", "action": "save"})  # type: ignore[attr-defined]
    before = state_of(session)
    scanner: Any = app.test_client(use_cookies=True)
    scanner.get(someone.link)
    scan(scanner, scanner.send(f"{someone.link}/start", {"me": "y"}).location, set())
    assert state_of(session) != before


def holding(client: Any, someone: sittings.Invited) -> str:
    """What a scanner has after it pressed Start: the sitting's address, open in its own browser."""
    client.get(someone.link)
    base: str = client.send(f"{someone.link}/start").location.removesuffix("/language")
    return base


@SQLITE
def test_a_scanner_that_pressed_start_can_withdraw_nothing_and_undo_nothing(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    someone = sittings.invited(session)
    scanner, late = (cast(Any, app.test_client(use_cookies=True)) for _each in range(2))
    base = holding(scanner, someone)
    assert holding(late, someone) == base
    client.get(someone.link)
    client.send(f"{someone.link}/start")  # type: ignore[attr-defined]
    client.get(f"{base}/adjustment")
    client.send(f"{base}/adjustment", {"wanted": ["time"], "words": ""})  # type: ignore[attr-defined]
    seen: set[str] = set()
    for page in ("withdraw", "adjustment"):
        scan(scanner, f"{base}/{page}", seen)
    session.rollback()
    session.refresh(someone.applicant)
    assert someone.applicant.state == "invited"
    assert session.scalars(select(AdjustmentRequest.state)).all() == ["open"]
    assert f"{base}/withdraw?me=missing" in seen

    client.get(f"{base}/withdraw")
    assert client.send(f"{base}/withdraw").location == f"{base}/my-data", "who asked for more time is a person"  # type: ignore[attr-defined]
    scan(late, f"{base}/my-data", seen)
    session.rollback()
    session.refresh(someone.applicant)
    assert someone.applicant.state == "withdrawn"
    assert f"{base}/my-data?me=missing" in seen


@SQLITE
def test_the_tick_lets_a_person_withdraw_and_undo_in_a_new_browser(client: FlaskClient, session: Session) -> None:
    someone, browser = sittings.invited(session), cast(Any, client)
    base = holding(browser, someone)
    browser.get(f"{base}/withdraw")
    missing = browser.send(f"{base}/withdraw").location
    assert missing == f"{base}/withdraw?me=missing"
    assert 'id="me-error"' in browser.get(missing).text
    assert browser.send(f"{base}/withdraw", {"me": "y"}).location == f"{base}/my-data"
    assert 'name="me"' not in browser.get(f"{base}/my-data").text, "said once in this browser"
    assert browser.send(f"{base}/withdraw/undo").status_code == 302
    session.rollback()
    session.refresh(someone.applicant)
    assert someone.applicant.state == "invited"
    browser.get(f"{base}/language")
    browser.send(f"{base}/leave")
    with browser.session_transaction() as cookie:
        assert cookie["people"] == [], "the next person at this computer is asked again"
