"""Candidates who answer over HTTP and remember what they were told is saved."""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

PATIENCE_SECONDS = 180.0
BETWEEN_SECONDS = 0.12
LOST = (OSError, http.client.HTTPException)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
VALUES = [{"best": best, "worst": worst} for best in "abcd" for worst in "abcd" if best != worst]


@dataclass
class Reply:
    """What came back; status 0: nothing did."""

    status: int
    text: str = ""
    headers: Any = None

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", "")) if self.headers else ""


class Browser:
    """Keeps cookies; each request has a connection of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = ""

    def ask(self, method: str, path: str, body: str = "", kind: str = "", **headers: str) -> Reply:
        """One try; a reply that never came is status 0."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body or None, self.headers(kind) | headers)
            answer = connection.getresponse()
            reply = Reply(answer.status, answer.read().decode(), answer.headers)
        except LOST:
            return Reply(0)
        finally:
            connection.close()
        self.remember(reply)
        return reply

    def headers(self, kind: str) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Connection": "close", "Cookie": cookie} | ({"Content-Type": kind} if kind else {})

    def remember(self, reply: Reply) -> None:
        for line in reply.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
        if found := TOKEN.search(reply.text):
            self.token = found.group(1)

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)

    def post(self, path: str, **fields: Any) -> Reply:
        body = urlencode({"csrf_token": self.token} | fields)
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")

    def post_json(self, path: str, sent: Any) -> Reply:
        return self.ask("POST", path, json.dumps(sent), "application/json", **{"X-CSRFToken": self.token})


@dataclass(frozen=True)
class Acknowledged:
    """What the site said is saved. The form says neither code nor time."""

    item: str
    revision: int
    value: str
    code: str = ""
    saved_at: str = ""


def as_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@dataclass
class Visitor:
    """One candidate with a sitting, and everything that they sent and heard."""

    browser: Browser
    base: str
    items: Sequence[str]
    door: str = "json"
    acknowledged: list[Acknowledged] = field(default_factory=list)
    sent: set[tuple[str, str]] = field(default_factory=set)
    heard: Counter[int] = field(default_factory=Counter)
    revisions: Counter[str] = field(default_factory=Counter)
    last: dict[str, Any] = field(default_factory=dict)

    @property
    def sitting_id(self) -> uuid.UUID:
        return uuid.UUID(self.base.rsplit("/", 1)[1])

    def send(self, item: str, value: Any, revision: int, key: str = "", **more: Any) -> Reply:
        """One try through the person's door; what is acknowledged is remembered."""
        self.sent.add((item, as_text(value)))
        reply = (self._json if self.door == "json" else self._form)(item, value, revision, key, more)
        self.heard[reply.status] += 1
        return reply

    def _json(self, item: str, value: Any, revision: int, key: str, more: dict[str, Any]) -> Reply:
        sent = {"item": item, "value": value, "revision": revision, "order": [], "key": key or str(uuid.uuid4())}
        reply = self.browser.post_json(f"{self.base}/answers", sent | {"seconds": None, "away": None} | more)
        if reply.status == 200:
            said = reply.said
            self.note(Acknowledged(item, said["revision"], as_text(value), said["code"], said["saved_at"]))
        return reply

    def _form(self, item: str, value: Any, revision: int, _key: str, _more: dict[str, Any]) -> Reply:
        path = f"{self.base}/question/{self.items.index(item) + 1}"
        fields = {"action": "skip"} if value is None else {"action": "save", **value}
        reply = self.browser.post(path, revision=revision, **fields)
        if reply.status == 302 and re.search(r"/(question/\d+|review)$", reply.location):
            self.note(Acknowledged(item, revision + 1, as_text(value)))
        return reply

    def note(self, told: Acknowledged) -> None:
        self.acknowledged.append(told)
        self.revisions[told.item] = max(self.revisions[told.item], told.revision)

    def persist(self, item: str, value: Any) -> Reply:
        """Send one answer, the same one again and again, until the site says yes or no."""
        key, until = str(uuid.uuid4()), time.monotonic() + PATIENCE_SECONDS
        while True:
            reply = self.send(item, value, self.revisions[item], key)
            if reply.status not in (0, 429, 500, 502, 503):
                return reply
            assert time.monotonic() < until, f"no answer could be saved for so long: {self.heard}"
            time.sleep(0.2)

    def another(self, item: str, chance: random.Random) -> Any:
        """A value that this question does not have yet."""
        value = chance.choice([each for each in VALUES if each != self.last.get(item)])
        self.last[item] = value
        return value

    def go_on(self, stop: threading.Event, seed: int) -> None:
        """Answer and answer anew at a person's pace times ten, until told to stop or told that it is over."""
        chance = random.Random(seed)
        while not stop.is_set():
            item = chance.choice(self.items)
            if self.persist(item, self.another(item, chance)).status in (409, 410):
                return
            stop.wait(BETWEEN_SECONDS)


class Crowd:
    """Several of them at once."""

    def __init__(self, visitors: Sequence[Visitor]) -> None:
        self.visitors = visitors

    @property
    def count(self) -> int:
        return sum(len(each.acknowledged) for each in self.visitors)

    @property
    def heard(self) -> Counter[int]:
        return sum((each.heard for each in self.visitors), Counter[int]())

    def wait_for(self, more: int) -> None:
        """Until so many more answers are acknowledged."""
        wanted, until = self.count + more, time.monotonic() + PATIENCE_SECONDS
        while self.count < wanted:
            assert time.monotonic() < until, f"nothing is saved any more: {self.heard}"
            time.sleep(0.02)


def together(works: Sequence[Any]) -> list[threading.Thread]:
    """Start all of them at one moment; what one of them raises, the test hears of (`finish`)."""
    threads = [Failing(work) for work in works]
    for thread in threads:
        thread.start()
    return list(threads)


class Failing(threading.Thread):
    """A thread that remembers why it died."""

    def __init__(self, work: Any) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:
            self.error = error


def finish(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.join(2 * PATIENCE_SECONDS)
        assert not thread.is_alive(), "somebody still waits"
    for thread in threads:
        if isinstance(thread, Failing) and thread.error:
            raise thread.error


@contextmanager
def under_load(visitors: Sequence[Visitor]) -> Iterator[Crowd]:
    """Everybody answers meanwhile; at the end each brings the save that was under way to its end."""
    stop = threading.Event()
    threads = together([lambda v=v, n=n: v.go_on(stop, n) for n, v in enumerate(visitors)])
    try:
        yield Crowd(visitors)
    finally:
        stop.set()
        finish(threads)
