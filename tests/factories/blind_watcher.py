"""A recruiter who opens every address of the room and posts every form, and watches for what names somebody."""

from __future__ import annotations

import itertools
import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.factories.blind import BlindHouse, readable
from tests.factories.signing import sign_in
from tests.site import texts_of
from webapp.records import (
    ApplicantNote,
    Decision,
    DecisionBatch,
    Job,
    ListExport,
    MessageSending,
    ReviewSample,
    SavedView,
    VacancyNotice,
)
from webapp.services.blind.face import face_of

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
    "recruiter.stop_reminding": lambda house: [NOTHING],
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
