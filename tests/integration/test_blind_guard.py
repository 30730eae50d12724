"""On a blind vacancy nothing that a recruiter can open names anybody: every address of the room is tried.

An address that is new is tried by itself; where it needs more than the values below, the test says so.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.factories import people
from tests.factories.blind import BlindHouse, readable
from tests.factories.signing import sign_in
from tests.site import texts_of
from webapp.config import Settings
from webapp.jobs import export_job, runtime
from webapp.records import (
    ApplicantNote,
    Decision,
    DecisionBatch,
    Event,
    Job,
    ListExport,
    MessageSending,
    ReviewSample,
    SavedView,
    VacancyNotice,
)
from webapp.records.base import now
from webapp.services.blind.face import face_of
from webapp.services.decisions.decide import Why, decide
from webapp.services.decisions.undo import undo_batch
from webapp.services.promotion.stop_scores import stop_scores

REASON = "Fits what the advertisement asks for."
Form = dict[str, Any]
NOTHING: Form = {}


def codes(house: BlindHouse, *numbers: int) -> list[str]:
    return [face_of(house.vacancy, house.done[each]).code for each in numbers]


def letter(house: BlindHouse, step: str) -> Form:
    words = {f"{part}_{code}": "{name}, {vacancy}" for part in ("subject", "text") for code in ("en", "ru", "lt")}
    return {"step": step, "person": codes(house, 0, 3), "instead_unknown": "en"} | words


# What the views need beside the address, in the order in which it is posted: what makes a row comes before what
# changes it. A post that needs nothing is named too, so that nobody forgets to look.
POSTS: dict[str, Callable[[BlindHouse], list[Form]]] = {
    "recruiter.new_vacancy": lambda house: [{"title": ""}],
    "recruiter.edit_vacancy": lambda house: [{"title": ""}],
    "recruiter.hide_names": lambda house: [NOTHING],
    "recruiter.show_names": lambda house: [{"reason": REASON}],
    "recruiter.keep_view": lambda house: [{"asked": "flagged=no", "name": "Mine"}, {"asked": "", "name": ""}],
    "recruiter.change_view": lambda house: [{"name": "Others"}],
    "recruiter.set_cut": lambda house: [{"people": "1"}, {"people": "3"}, {"people": "x"}],
    "recruiter.compare_chosen": lambda house: [{"person": codes(house, 0, 1)}, NOTHING],
    "recruiter.ask_export": lambda house: [NOTHING],
    "recruiter.add_note": lambda house: [{"text": "A good talk by telephone."}, NOTHING],
    "recruiter.edit_note": lambda house: [{"text": "A very good talk by telephone."}],
    "recruiter.decide": lambda house: [
        {"person": codes(house, 0, 2), "to": "1"},
        {"whom": "view", "to": "1"},
        {"whom": "below", "cut": "3", "seq": "1"},
        NOTHING,
    ],
    "recruiter.draft": lambda house: [{"to": "1", "reason": "", "text": ""}, {"to": "1", "reason": "", "text": REASON}],
    "recruiter.draft_look": lambda house: [NOTHING, {"tie_reason": REASON}],
    "recruiter.drop_draft": lambda house: [NOTHING],
    "recruiter.move": lambda house: [{"token": str(uuid.uuid4()), "to": "1", "reason": "", "text": REASON}],
    "recruiter.undo_move": lambda house: [NOTHING],
    "recruiter.resume_decision": lambda house: [NOTHING],
    "recruiter.stop_decision": lambda house: [NOTHING],
    "recruiter.undo_decision": lambda house: [NOTHING],
    "recruiter.message": lambda house: [letter(house, "edit"), letter(house, "preview"), letter(house, "send")],
    "recruiter.withdraw_messages": lambda house: [NOTHING],
    "recruiter.invite": lambda house: [{"pasted": "Somebody New <somebody.new@example.org>"}],
    "recruiter.send_invitations": lambda house: [{"people": '[[1, "New One", "new.one@example.org", ""]]'}],
    "recruiter.mend_address": lambda house: [{"address": "x@example.org", "right": "y@example.org"}, NOTHING],
    "recruiter.take_back": lambda house: [{"address": "x@example.org"}],
    "recruiter.remind_all": lambda house: [NOTHING],
    "recruiter.show_link": lambda house: [NOTHING],
    "recruiter.remind": lambda house: [NOTHING],
    "recruiter.ask_confirmation": lambda house: [NOTHING],
    "recruiter.apply": lambda house: [{"name": "Somebody Else", "email": "else@example.org", "language": "en"}],
    "recruiter.draw_sample": lambda house: [NOTHING],
    "recruiter.review_sampled": lambda house: [NOTHING, {"verdict": "again", "note": REASON}],
    "recruiter.record_notice": lambda house: [
        {"notice-given_on": "2026-01-05", "notice-how": "page", "notice-version": "A"},
        NOTHING,
    ],
    "recruiter.set_notice_places": lambda house: [{"places-places": []}],
    "recruiter.take_back_notice": lambda house: [NOTHING],
    # From here on they take away what the others have made.
    "recruiter.cancel_export": lambda house: [NOTHING],
    "recruiter.remove_note": lambda house: [NOTHING],
    "recruiter.take_cut_away": lambda house: [NOTHING],
    "recruiter.delete_view": lambda house: [NOTHING],
    "recruiter.withdraw": lambda house: [NOTHING],
    "recruiter.close_vacancy": lambda house: [NOTHING],
    "recruiter.archive_vacancy": lambda house: [NOTHING],
    "recruiter.unarchive_vacancy": lambda house: [NOTHING],
    "recruiter.reopen_vacancy": lambda house: [NOTHING],
}
FIRST_TO_TAKE_AWAY = "recruiter.cancel_export"
# Rows that an address may name and that a post makes, by the argument.
MADE: dict[str, Any] = {
    "applicant_note_id": ApplicantNote,
    "draft_id": DecisionBatch,
    "made_id": DecisionBatch,
    "decision_id": Decision,
    "export_id": ListExport,
    "job_id": Job,
    "notice_id": VacancyNotice,
    "sample_id": ReviewSample,
    "sending_id": MessageSending,
    "view_id": SavedView,
}
# Pages that cannot be reached here: an old address has to lead nowhere, and a demo has a mailbox of its own.
UNREACHED = {"recruiter.old_person", "account.demo_mailbox", "account.demo_mail", "account.sign_out"}
QUERIES = ("?stage=waiting", "?stage=unscored", "?stage=withdrawn", "?order=newest", "?order=oldest", "?sort=name")


class Watcher:
    """A recruiter who opens everything, and everything that was seen."""

    def __init__(self, app: Flask, client: FlaskClient, house: BlindHouse, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.client, self.house = app, client, house
        self.printed: list[str] = []
        self.seen: set[str] = set()
        self.reached: set[str] = set()
        self._listen(monkeypatch)
        # Other tests read every page's grammar; of hundreds of pages that takes a minute.
        monkeypatch.setattr("tests.site.check_page", lambda response: None)
        sign_in(client, house.user)
        client.get("/vacancies/new")

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
        known = {"vacancy_id": [str(house.vacancy.id)], "ending": ["csv", "xlsx", "pdf"]}
        tried = (house.done[4], house.waiting[0])
        return known | {"code": [face_of(house.vacancy, each).code for each in tried]} | self._made()

    def _made(self) -> dict[str, list[str]]:
        """Rows that the posts have made by then, the newest first."""
        session = self.house.session
        session.commit()
        found: dict[str, list[str]] = {}
        for argument, table in MADE.items():
            rows = session.query(table).filter_by(organisation_id=self.house.company.id)
            found[argument] = [str(row.id) for row in rows.order_by(table.id.desc()).limit(3)]
        return found

    def addresses(self, rule: Rule) -> list[str]:
        values = self.values() | ({"code": [self.house.public_code]} if rule.endpoint == "recruiter.apply" else {})
        unknown = rule.arguments - set(values)
        assert not unknown, f"{rule.endpoint}: say in MADE or values() what {unknown} may be"
        chosen = [[(name, value) for value in values[name]] for name in sorted(rule.arguments)]
        return [written(rule, dict(each)) for each in itertools.product(*chosen)]

    def get(self, address: str, spared: tuple[Any, ...] = ()) -> TestResponse:
        reply = self.client.get(address)
        assert reply.status_code < 500, address
        if reply.status_code == 200:
            self.reached.add(reply.request.path)
        self.check(f"GET {address}", reply, spared)
        return reply

    def post(self, address: str, form: Form, spared: tuple[Any, ...] = ()) -> None:
        form = form | self.shown(address)
        reply = self.client.send(address, form, content_type="multipart/form-data")  # type: ignore[attr-defined]
        assert reply.status_code < 500, address
        self.check(f"POST {address}", reply, spared)
        # What is said afterwards, and where it leads.
        if 300 <= reply.status_code < 400 and reply.location.startswith("/"):
            self.get(reply.location)

    def shown(self, address: str) -> Form:
        """A decision counts for what its page showed: the page is opened before."""
        if not address.endswith(("/look", "/move")):
            return NOTHING
        page = self.client.get(address.removesuffix("/move")).get_data(as_text=True)
        return {"mark": found[1]} if (found := re.search(r'name="mark"[^>]*value="([^"]*)"', page)) else NOTHING

    def check(self, what: str, reply: TestResponse, spared: tuple[Any, ...] = ()) -> None:
        told = readable("\n".join([str(reply.headers), *texts_of(reply), *self.printed]))
        self.printed.clear()
        codes = {face_of(self.house.vacancy, each).code.casefold() for each in spared}
        found = sorted(secret for secret in self.house.secrets(spared) | codes if secret in told)
        assert not found, f"{what} tells {found}"
        self.seen.add(what.split("?")[0])


def written(rule: Rule, values: dict[str, str]) -> str:
    """The address of this rule with these values."""
    address = rule.rule
    for name, value in values.items():
        address = re.sub(rf"<(?:\w+(?:\([^)]*\))?:)?{name}>", value, address)
    return address


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


# Pages that name somebody of whom nothing else is told: the undelivered are mended by their address.
SPARED = {"recruiter.undelivered", "recruiter.mend_address"}


def spared_on(endpoint: str, house: BlindHouse) -> tuple[Any, ...]:
    return (house.undelivered,) if endpoint in SPARED else ()


def open_everything(watcher: Watcher) -> set[str]:
    """The endpoints of which no page was shown."""
    missed = set()
    for rule in watcher.rules:
        if "GET" not in methods(rule) or rule.endpoint in UNREACHED:
            continue
        spared = spared_on(rule.endpoint, watcher.house)
        opened = [
            watcher.get(address + query, spared).status_code
            for address in watcher.addresses(rule)
            for query in queries(watcher.house, rule.endpoint)
        ]
        if 200 not in opened:
            missed.add(rule.endpoint)
    return missed


def queries(house: BlindHouse, endpoint: str) -> list[str]:
    three = "&".join(f"person={each}" for each in codes(house, 0, 1, 2))
    special = {
        "recruiter.compare": [f"?{three}"],
        "recruiter.message": [f"?{three}&template=invitation", f"?{three}"],
    }
    lists = {"recruiter.vacancy", "recruiter.unranked"}
    return special.get(endpoint, [""]) + (list(QUERIES) if endpoint in lists else [])


def post_everything(watcher: Watcher) -> Iterator[str]:
    """Names each endpoint before it is posted to."""
    rules = {rule.endpoint: rule for rule in watcher.rules if "POST" in methods(rule)}
    forgotten = {each for each in rules if each.startswith("recruiter.")} - set(POSTS)
    assert not forgotten, f"say in POSTS what is posted to {forgotten}"
    for endpoint, forms in POSTS.items():
        yield endpoint
        for form in forms(watcher.house):
            for address in watcher.addresses(rules[endpoint]):
                watcher.post(address, form, spared_on(endpoint, watcher.house))


def test_nothing_that_a_recruiter_opens_names_anybody(watcher: Watcher, app: Flask) -> None:
    for endpoint in post_everything(watcher):
        if endpoint == FIRST_TO_TAKE_AWAY:
            write_exports(watcher.house, app)
            watcher.house.look_again()
            assert open_everything(watcher) == set()
    assert watcher.house.session.query(Event).count() > 20


def write_exports(house: BlindHouse, app: Flask) -> None:
    """What the worker writes."""
    runtime.enter(app)
    house.session.commit()
    asked = house.session.query(Job).filter_by(kind="export").all()
    assert len(asked) == 3
    for job in asked:
        export_job.Run(str(house.company.id), str(job.id)).write()


def test_what_is_shown_is_shown_by_code(watcher: Watcher) -> None:
    """Else the test above might pass with empty pages. A name finds nobody, and an old address leads nowhere."""
    house = watcher.house
    base = f"/vacancies/{house.vacancy.id}"
    page = watcher.get(base).get_data(as_text=True)
    assert house.revealed.name in page
    assert all(code in page for code in codes(house, *range(len(house.done))))
    (code,) = codes(house, 2)
    assert found_by(watcher, base, code) == {code}
    some = (house.done[0], house.done[2], house.done[5], house.waiting[0])
    sought = {part for each in some for part in (*each.name.split(), each.email, each.name[:3])}
    for address in (base, f"{base}/unranked"):
        nobody = found_by(watcher, address, "Nobodynamedso")
        for word in sought:
            assert found_by(watcher, address, word) == nobody, (address, word)
    assert watcher.client.get(f"/applicants/{house.done[0].id}").status_code == 404


def found_by(watcher: Watcher, address: str, word: str) -> set[str]:
    """The codes on the page: what was typed stands in its field, and nothing else follows from it."""
    page = watcher.client.get(address, query_string={"search": word}).get_data(as_text=True)
    assert "<h1" in page
    return {code for each in watcher.house.hidden if (code := face_of(watcher.house.vacancy, each).code) in page}


def test_a_link_and_a_code_are_never_seen_together(watcher: Watcher) -> None:
    """Whoever gave the list would see each name with its link: the link would name the code."""
    base = f"/vacancies/{watcher.house.vacancy.id}"
    invited = {"people": '[[1, "New One", "new.one@example.org", ""]]'}
    page = watcher.client.send(f"{base}/invite/send", invited).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "The list is taken" in page
    assert "/i/" not in page
    (code,) = codes(watcher.house, 1)
    assert watcher.client.send(f"{base}/people/{code}/link").status_code == 403  # type: ignore[attr-defined]


def test_what_tells_of_an_earlier_time_is_hidden_too(watcher: Watcher) -> None:
    """Days of answers, and that a result was reused: it stands beside a name in an earlier vacancy."""
    house = watcher.house
    base, (code, other) = f"/vacancies/{house.vacancy.id}", codes(house, 1, 0)
    pages = [
        base,
        f"{base}/people/{code}",
        f"{base}/people/{code}/guide",
        f"{base}/compare?person={code}&person={other}",
    ]
    day = now().date().isoformat()
    for page in pages:
        told = watcher.client.get(page).get_data(as_text=True)
        assert code in told
        assert not [sign for sign in ("2019", "reused", "earlier result was handed") if sign in told], page
    assert day not in watcher.client.get(pages[1]).get_data(as_text=True)
    flagged = watcher.client.get(f"{base}?flagged=yes").get_data(as_text=True)
    assert "/people/" not in flagged, "a filter by flags does not pick the reused one out"


@pytest.mark.parametrize("stopped", [False, True])
def test_files_hold_no_day_of_a_hidden_person(watcher: Watcher, stopped: bool) -> None:
    house = watcher.house
    if stopped:
        hr = people.user(house.session, house.company, "hr")
        stop_scores(house.session, house.company.id, "A misprint.", hr.id)
        house.session.commit()
    base = f"/vacancies/{house.vacancy.id}"
    rows = list(csv.DictReader(io.StringIO(watcher.client.get(f"{base}/export.csv").data.decode("utf-8-sig"))))
    days = {row["code"]: {row.get(each) or "" for each in ("answered_on", "scored_on")} for row in rows}
    shown = days.pop(face_of(house.vacancy, house.revealed).code)
    assert set(days) == set(codes(house, *range(len(house.done))))
    assert set().union(*days.values()) == {""}
    assert shown >= {f"{now():%Y-%m-%d}"}
    assert not any("reused" in row.get("flags", "") for row in rows)
    book = CalamineWorkbook.from_filelike(io.BytesIO(watcher.client.get(f"{base}/export.xlsx").data))
    dated = [row for row in book.get_sheet_by_index(0).to_python() if f"{now():%Y-%m-%d}" in map(str, row[-6:-1])]
    assert len(dated) <= 1
    watcher.printed.clear()
    assert watcher.client.get(f"{base}/export.pdf").status_code == 200
    (paper,) = watcher.printed
    hidden = [row for row in json.loads(paper)["rows"] if house.revealed.name not in row]
    assert {row[-1] for row in hidden} == {""}


def a_file(house: BlindHouse) -> uuid.UUID:
    """Written, and waiting to be fetched for a day."""
    owner, session = house.company.id, house.session
    job = Job(organisation_id=owner, kind="export", user_id=house.user.id, state="done", parameters={})
    session.add(job)
    session.flush()
    row = ListExport(
        organisation_id=owner,
        job_id=job.id,
        vacancy_id=house.vacancy.id,
        kind="csv",
        file_name="list",
        names_hidden=True,
        with_scores=True,
        ready_at=now(),
        expires_at=now() + dt.timedelta(hours=24),
    )
    session.add(row)
    session.flush()
    return row.id


def test_a_file_with_a_name_goes_when_the_name_is_hidden_again(house: BlindHouse, app: Flask) -> None:
    session, person, owner, me = house.session, house.done[5], house.company.id, house.user.id
    outcome = decide(session, owner, house.vacancy.id, [person.id], 2, Why(text=REASON), user_id=me)
    assert outcome.is_decided
    session.expire_all()
    assert person.revealed_at is not None
    file = a_file(house)
    assert undo_batch(session, owner, outcome.batch.id, user_id=me).hidden_again == 1
    session.expire_all()
    assert person.revealed_at is None
    assert session.get(ListExport, (house.company.id, file)) is None


# Ids, and what stands for one in the address of a page of somebody.
TOKEN = re.compile(r"\b\w{8}-\w{4}-\w{4}-\w{4}-\w{12}\b|(?<=/)[A-Za-z0-9_-]{40,}(?=[/\"\n])")


@pytest.mark.parametrize("hats", [("hr",), ("hr", "adjustments")])
def test_two_hats_join_no_code_to_a_name(
    app: Flask, client: FlaskClient, house: BlindHouse, monkeypatch: pytest.MonkeyPatch, hats: tuple[str, ...]
) -> None:
    """Each page of HR and of adjustments, by every link and by every id that a page tells."""
    monkeypatch.setattr("tests.site.check_page", lambda response: None)
    user = people.user(house.session, house.company, "recruiter", *hats, name="Two Hats")
    house.session.commit()
    sign_in(client, user)
    pages = dict(walk(app, client, house))
    named, coded = beside(house, pages)
    joined = {token for token in named.keys() & coded.keys() if named[token] & coded[token]}
    joined -= common(house, pages)
    assert not joined, [page for page, text in pages.items() if any(each in text for each in joined)]
    for page, text in pages.items():
        both = [each.name for each in house.hidden if each.name in text and face_of(house.vacancy, each).code in text]
        assert not both, page
    assert (house.done[0] in set().union(*named.values())) is ("adjustments" in hats or "hr" in hats)
    assert house.done[0] in set().union(*coded.values())
    assert any("/hr/confirmations/" in page for page in pages) is ("hr" in hats)


def walk(app: Flask, client: FlaskClient, house: BlindHouse) -> Iterator[tuple[str, str]]:
    """Pages with their addresses: lists without arguments, what they link to, and a person's own pages by the id."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("hr.") and "GET" in methods(rule)]
    todo = [rule.rule for rule in rules if not rule.arguments]
    todo += [f"/hr/adjustments?name={house.done[0].name.split()[0]}", f"/vacancies/{house.vacancy.id}"]
    for rule in rules:
        if rule.arguments in ({"applicant_id"}, {"score_id"}):
            todo += [written(rule, {name: str(each) for name in rule.arguments}) for each in some_ids(house)]
    seen: set[str] = set()
    while todo:
        address = todo.pop(0)
        if address in seen or not address.startswith(("/hr", "/vacancies/")):
            continue
        seen.add(address)
        reply = client.get(address)
        assert reply.status_code < 500, address
        if reply.status_code == 200 and reply.mimetype == "text/html":
            text = reply.get_data(as_text=True)
            yield address, f"{address}\n{text}"
            links = re.findall(r'(?:href|action)="(/hr/(?:adjustments|retakes|confirmations|requests)/[^"#?]*)"', text)
            todo += links
    assert len(seen) > 15


def some_ids(house: BlindHouse) -> list[uuid.UUID]:
    return [each for person in house.done[:2] for each in house.ids_of(person)]


def beside(house: BlindHouse, pages: dict[str, str]) -> tuple[dict[str, set[Any]], dict[str, set[Any]]]:
    """By each id that pages hold: who is named on one of them, and whose code stands on one."""
    named: dict[str, set[Any]] = {}
    coded: dict[str, set[Any]] = {}
    for text in pages.values():
        for token in set(TOKEN.findall(text)):
            named.setdefault(token, set()).update(each for each in house.hidden if each.name in text)
            coded.setdefault(token, set()).update(
                each for each in house.hidden if face_of(house.vacancy, each).code in text
            )
    return named, coded


def common(house: BlindHouse, pages: dict[str, str]) -> set[str]:
    """Ids of no person: the vacancy's, and those that stand where nobody is told of."""
    secrets = [word for each in house.hidden for word in (each.name, face_of(house.vacancy, each).code)]
    nobodys = [text for text in pages.values() if not any(secret in text for secret in secrets)]
    own = {str(each) for person in house.hidden for each in house.ids_of(person)}
    return {str(house.vacancy.id), *(token for text in nobodys for token in TOKEN.findall(text))} - own
