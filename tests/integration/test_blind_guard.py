"""On a blind vacancy nothing that a recruiter can open names anybody: every address of the room is tried.

An address that is new is tried by itself; where it needs more than the values below, the test says so.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.factories.blind import BlindHouse, readable
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.records import Event
from webapp.security import unveiled, veiled
from webapp.services.blind.face import face_of

REASON = "Fits what the advertisement asks for."
Form = dict[str, Any]

# What the views need beside the address. A post that needs nothing is named too, so that nobody forgets to look.
FORMS: dict[str, Callable[[BlindHouse], Form]] = {
    "recruiter.invite": lambda house: {"pasted": "Somebody New <somebody.new@example.org>"},
    "recruiter.send_invitations": lambda house: {"people": '[[1, "New One", "new.one@example.org", ""]]'},
    "recruiter.remind_all": lambda house: {},
    "recruiter.new_vacancy": lambda house: {"title": ""},
    "recruiter.edit_vacancy": lambda house: {"title": ""},
    "recruiter.close_vacancy": lambda house: {},
    "recruiter.reopen_vacancy": lambda house: {},
    "recruiter.archive_vacancy": lambda house: {},
    "recruiter.unarchive_vacancy": lambda house: {},
    "recruiter.hide_names": lambda house: {},
    "recruiter.show_names": lambda house: {"reason": REASON},
    "recruiter.show_link": lambda house: {},
    "recruiter.remind": lambda house: {},
    "recruiter.withdraw": lambda house: {},
    "recruiter.ask_confirmation": lambda house: {},
    "recruiter.apply": lambda house: {"name": "Somebody Else", "email": "else@example.org", "language": "en"},
}
# In this order at the end: they change what the others find.
LAST = (
    "recruiter.withdraw",
    "recruiter.close_vacancy",
    "recruiter.archive_vacancy",
    "recruiter.unarchive_vacancy",
    "recruiter.reopen_vacancy",
)
# Addresses whose words belong to nobody of this vacancy, or are shown to the applicant alone.
ELSEWHERE = {"recruiter.apply", "recruiter.old_person"}
QUERIES = ("", "?stage=waiting", "?stage=unscored", "?stage=withdrawn", "?order=newest", "?order=oldest", "?sort=name")


class Watcher:
    """A recruiter who opens everything, and everything that was seen."""

    def __init__(self, app: Flask, client: FlaskClient, house: BlindHouse, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.client, self.house = app, client, house
        self.printed: list[str] = []
        self.seen: set[str] = set()
        self._listen(monkeypatch)
        sign_in(client, house.user)

    def _listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What goes to paper is read before it is set: in a PDF letters are numbers of a font."""
        import typst

        compile_ = typst.compile

        def listening(*args: Any, **kwargs: Any) -> Any:
            self.printed.append(json.dumps(json.loads(kwargs["sys_inputs"]["data"]), ensure_ascii=False))
            return compile_(*args, **kwargs)

        monkeypatch.setattr(typst, "compile", listening)

    @property
    def rules(self) -> list[Rule]:
        """Every address that recruiters may open."""
        allowed = ("role:recruiter", "signed_in")
        return [
            rule
            for rule in self.app.url_map.iter_rules()
            if rule.endpoint.startswith("recruiter.")
            or getattr(self.app.view_functions[rule.endpoint], "access_rule", "").startswith(allowed)
        ]

    def values(self) -> dict[str, list[str]]:
        """What an argument of an address can be; a hidden person with a result, and one who has none yet."""
        house = self.house
        codes = [face_of(house.vacancy, each).code for each in (house.done[1], house.waiting[0])]
        return {"vacancy_id": [str(house.vacancy.id)], "code": codes} | self._made()

    def _made(self) -> dict[str, list[str]]:
        """Rows that the posts have made by then."""
        session = self.house.session
        session.commit()
        found: dict[str, list[str]] = {}
        for argument, table in MADE.items():
            rows = session.query(table).filter_by(organisation_id=self.house.company.id).limit(3)
            found[argument] = [str(row.id) for row in rows]
        return found

    def addresses(self, rule: Rule) -> Iterator[str]:
        values = self.values() | ({"code": [self.house.public_code]} if rule.endpoint == "recruiter.apply" else {})
        unknown = rule.arguments - set(values)
        assert not unknown, f"{rule.endpoint}: say in MADE or values() what {unknown} may be"
        first, *more = sorted(rule.arguments) or [""]
        for number in range(max(len(values[name]) for name in rule.arguments) if first else 1):
            address = rule.rule
            for name in [first, *more] if first else []:
                if not values[name]:
                    break
                value = values[name][min(number, len(values[name]) - 1)]
                address = re.sub(rf"<(?:\w+(?:\([^)]*\))?:)?{name}>", value, address)
            else:
                yield address

    def get(self, address: str, spared: tuple[Any, ...] = ()) -> TestResponse:
        reply = self.client.get(address)
        assert reply.status_code < 500, address
        self.check(f"GET {address}", reply, spared)
        return reply

    def post(self, address: str, form: Form) -> None:
        self.client.get("/vacancies/new")
        reply = self.client.send(address, form, content_type="multipart/form-data")  # type: ignore[attr-defined]
        assert reply.status_code < 500, address
        self.check(f"POST {address}", reply)
        # What is said afterwards, and where it leads.
        if 300 <= reply.status_code < 400 and reply.location.startswith("/"):
            self.get(reply.location)

    def check(self, what: str, reply: TestResponse, spared: tuple[Any, ...] = ()) -> None:
        told = readable("\n".join([str(reply.headers), *texts_of(reply), *self.printed]))
        self.printed.clear()
        found = sorted(secret for secret in self.house.secrets(spared) if secret in told)
        assert not found, f"{what} tells {found}"
        self.seen.add(what.split("?")[0])


# Rows that an address may name and that a post makes, by the argument.
MADE: dict[str, Any] = {}


def texts_of(reply: TestResponse) -> list[str]:
    """What a reply says, be it a page, a table or a workbook."""
    data = reply.get_data()
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return [data.decode("utf-8", "replace")]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What these pages ask of the database other tests ask of PostgreSQL too."""
    return sqlite_url


@pytest.fixture
def house(app: Flask, session: Session, settings: Settings) -> BlindHouse:
    return BlindHouse(session, settings)


@pytest.fixture
def watcher(app: Flask, client: FlaskClient, house: BlindHouse, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    return Watcher(app, client, house, monkeypatch)


def methods(rule: Rule) -> set[str]:
    return set(rule.methods or ())


def open_everything(watcher: Watcher) -> None:
    for rule in watcher.rules:
        if "GET" in methods(rule) and rule.endpoint != "recruiter.old_person":
            spared = SPARED.get(rule.endpoint, lambda house: ())(watcher.house)
            for address in watcher.addresses(rule):
                for query in QUERIES if rule.endpoint.startswith("recruiter.") else ("",):
                    watcher.get(address + query, spared)


# Pages that name somebody of whom nothing else is told: the undelivered are mended by their address.
SPARED: dict[str, Callable[[BlindHouse], tuple[Any, ...]]] = {
    "recruiter.undelivered": lambda house: (house.undelivered,),
}


def test_nothing_that_a_recruiter_opens_names_anybody(watcher: Watcher) -> None:
    open_everything(watcher)
    posts = [rule for rule in watcher.rules if "POST" in methods(rule) and rule.endpoint.startswith("recruiter.")]
    posts.sort(key=lambda rule: LAST.index(rule.endpoint) if rule.endpoint in LAST else -1)
    for rule in posts:
        assert rule.endpoint in FORMS, f"{rule.endpoint}: say in FORMS what is posted there"
        for address in watcher.addresses(rule):
            watcher.post(address, FORMS[rule.endpoint](watcher.house))
    open_everything(watcher)
    assert len(watcher.seen) > 20
    assert watcher.house.session.query(Event).count() > 5


def test_who_was_decided_on_is_named(watcher: Watcher) -> None:
    """Else the test above might pass with empty pages."""
    page = watcher.get(f"/vacancies/{watcher.house.vacancy.id}").get_data(as_text=True)
    assert watcher.house.revealed.name in page
    assert all(face_of(watcher.house.vacancy, each).code in page for each in watcher.house.done)


def test_a_name_finds_nobody(watcher: Watcher) -> None:
    """What was typed stands in the field; beside it the page is the same as for a word that is nobody's name."""
    house = watcher.house
    sought = {part for each in house.hidden for part in (*each.name.split(), each.email, each.name[:3], each.email[:4])}
    for base in (f"/vacancies/{house.vacancy.id}", f"/vacancies/{house.vacancy.id}/unranked"):
        nobody = found_by(watcher, base, "Nobodynamedso")
        for word in sought:
            assert found_by(watcher, base, word) == nobody, (base, word)


def found_by(watcher: Watcher, base: str, word: str) -> set[str]:
    """The codes on the page."""
    page = watcher.client.get(base, query_string={"search": word}).get_data(as_text=True)
    assert "<h1" in page
    return {code for each in watcher.house.hidden if (code := face_of(watcher.house.vacancy, each).code) in page}


def test_the_code_finds_its_person(watcher: Watcher) -> None:
    house = watcher.house
    code = face_of(house.vacancy, house.done[2]).code
    assert found_by(watcher, f"/vacancies/{house.vacancy.id}", code) == {code}


def test_an_old_address_leads_nowhere(watcher: Watcher) -> None:
    assert watcher.client.get(f"/applicants/{watcher.house.done[0].id}").status_code == 404


def test_a_link_and_a_code_are_never_seen_together(watcher: Watcher) -> None:
    """Whoever gave the list saw each name with its link: the link would name the code."""
    base = f"/vacancies/{watcher.house.vacancy.id}"
    invited = {"people": '[[1, "New One", "new.one@example.org", ""]]'}
    watcher.client.get(f"{base}/invite")
    page = watcher.client.send(f"{base}/invite/send", invited).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "/i/" not in page


def test_addresses_of_pages_tell_no_moment(watcher: Watcher) -> None:
    """A way on names somebody's score, and in an order by day the microsecond; only this site reads it."""
    assert unveiled("k", "list", veiled("k", "list", "1~after~Ž")) == "1~after~Ž"
    assert veiled("k", "list", "1~after") == veiled("k", "list", "1~after")
    for wrong in ("", "x", "ä", veiled("other", "list", "1"), veiled("k", "other", "1"), veiled("k", "list", "1") + "A"):
        assert unveiled("k", "list", wrong) is None
