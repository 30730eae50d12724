"""Rules that every page keeps, checked on every page that a test opens."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections import Counter
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

NONCE = re.compile(r"script-src 'nonce-([^']+)'")
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[\w.-]+(?=")')
# A test that waits for a fault finds it each time: only what is sound is remembered.
FOUND_SOUND: set[bytes] = set()


def parse(text: str) -> tuple[Element, list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(text)
    return tree, [f"line {position[0]}: {code}" for position, code, _data in parser.errors]


def check_page(response: TestResponse) -> None:
    """A page that is the same as one that was found sound, but for its tokens, is not read again."""
    mark = without_tokens(response)
    if mark not in FOUND_SOUND:
        read_page(response)
        FOUND_SOUND.add(mark)


def without_tokens(response: TestResponse) -> bytes:
    """What stands for the page and its policy: the nonce goes from both, so that it must be the same in both."""
    text, policy = response.get_data(as_text=True), response.headers.get("Content-Security-Policy", "")
    if named := NONCE.search(policy):
        text, policy = (told.replace(named[1], "nonce") for told in (text, policy))
    return hashlib.sha256(f"{policy}\n{TOKEN.sub('token', text)}".encode()).digest()


def read_page(response: TestResponse) -> None:
    text = response.get_data(as_text=True)
    tree, faults = parse(text)
    assert not faults, f"invalid HTML: {faults}"
    assert len(tree.findall(".//h1")) == 1, "a page has one h1"
    twice = [name for name, n in Counter(e.get("id") for e in tree.iter() if e.get("id")).items() if n > 1]
    assert not twice, f"ids used twice: {twice}"
    html = tree if tree.tag == "html" else tree.find(".//html")
    assert html is not None
    assert html.get("lang"), "the page names its language"
    title = tree.find(".//title")
    assert title is not None
    assert (title.text or "").strip(), "the page has a title"
    check_policy(response, tree, text)


def check_policy(response: TestResponse, tree: Element, text: str) -> None:
    policy = response.headers.get("Content-Security-Policy", "")
    assert policy.startswith("default-src 'none'; "), "the page has a content security policy"
    assert "unsafe" not in policy, "the policy lets nothing in by its name"
    named = NONCE.search(policy)
    for script in tree.iter("script"):
        if script.get("type") not in ("application/json",):
            assert named, "the policy names a nonce"
            assert script.get("nonce") == named.group(1), "a script without this page's nonce would not run"
    for element in tree.iter():
        assert element.get("style") is None, f"<{element.tag} style> is refused by the policy"
        assert not [a for a in element.keys() if a.startswith("on")], f"<{element.tag}> has an inline handler"
    for form in tree.iter("form"):
        if (form.get("method") or "get").lower() == "post":
            assert any(i.get("name") == "csrf_token" for i in form.iter("input")), "a form without its token"
