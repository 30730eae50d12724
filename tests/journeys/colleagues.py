"""Simulated colleagues and experts: each follows the link of a mail over HTTP and answers its pages."""

from __future__ import annotations

import http.cookiejar
import random
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ASKED = re.compile(r'name="rate:([^"]+)"')
WAIT_SECONDS = 120


class Colleague:
    """Somebody with a browser of their own, without scripts."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        self.page, self.at = "", ""

    def open(self, path: str, data: dict[str, str] | None = None) -> str:
        sent = None
        if data is not None:
            found = TOKEN.search(self.page)
            assert found, f"a page without a form: {self.at}"
            sent = urllib.parse.urlencode({"csrf_token": found.group(1), **data}).encode()
        with self.opener.open(urllib.parse.urljoin(self.address, path), sent, timeout=60) as reply:
            self.page, self.at = reply.read().decode(), reply.url.removeprefix(self.address)
        return self.page

    def start(self, link: str) -> str:
        """Follow a personal link and press the button; the address of the overview."""
        self.open(link)
        self.open(f"{link}/start", {})
        return self.at

    def answer_from(self, path: str, pages: str, rate: Callable[[str], str]) -> int:
        """Rate what this page asks, then the page that follows it, while it is one of `pages`; how many ratings."""
        self.open(path)
        given = 0
        while pages in self.at:
            names = list(dict.fromkeys(ASKED.findall(self.page)))
            self.open(self.at, {f"rate:{name}": rate(name) for name in names})
            given += len(names)
        return given


def links(folder: Path, path: str, number: int) -> dict[str, str]:
    """The personal link that begins like this in the mail to each address, once there are so many."""
    until = time.monotonic() + WAIT_SECONDS
    found: dict[str, str] = {}
    while len(found) < number and time.monotonic() < until:
        time.sleep(0.2)
        found = {person: link for each in sorted(folder.glob("*.eml")) for person, link in link_in(each, path)}
    assert len(found) == number, f"{len(found)} of {number} mails came"
    return found


def link_in(mail: Path, path: str) -> list[tuple[str, str]]:
    message = message_from_bytes(mail.read_bytes(), _class=EmailMessage, policy=default)
    body = message.get_body(("plain",))
    found = re.search(rf"{path}[\w-]+", body.get_content()) if body else None
    return [(str(message["To"].addresses[0].addr_spec), found.group())] if found else []


def opinion(truth: float, severity: float, dice: random.Random) -> str:
    """A rating on the scale of five; now and then nothing could be observed."""
    if dice.random() < 0.05:
        return "not_observed"
    return str(min(5, max(1, round(truth - severity + dice.gauss(0, 0.6)))))
