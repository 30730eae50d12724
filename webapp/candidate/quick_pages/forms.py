"""What the form of a question sends, where it is the usual: an answer without a mistake, or a skip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask_wtf.csrf import same_origin
from werkzeug.wsgi import get_host

from webapp.candidate.forms import read_revision
from webapp.candidate.quick_save import Unusual
from webapp.services.read_response import read_answer
from webapp.services.save_answer import GivenAnswer
from webapp.services.saving.glance import Course
from webapp.services.show_item import order_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_FIELDS = 200
KIND = "application/x-www-form-urlencoded"


def fields_in(body: bytes) -> dict[str, str]:
    """Of fields with one name the first counts, as in Flask."""
    if b"%00" in body or b"\0" in body:
        raise Unusual
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    return dict(reversed(pairs))


def given_in(sent: Mapping[str, str], course: Course, number: int) -> GivenAnswer:
    """What is to be saved; raises where the page has to say or to ask something first."""
    item, revision = course.items[number - 1], read_revision(sent)
    order = order_of(item, course.seed)
    if sent.get("action") == "undo" or "go_on" in sent:
        raise Unusual
    if sent.get("action") == "skip":
        return GivenAnswer(item.id, None, revision, order)
    answer, faults = read_answer(item, sent)
    if faults:
        raise Unusual
    return GivenAnswer(item.id, answer, revision, order)


def next_page(sent: Mapping[str, str], number: int, total: int) -> str:
    """Where an answer to this question leads, under the sitting's address."""
    return "review" if sent.get("from") == "review" or number == total else f"question/{number + 1}"


def check_referrer(environ: WSGIEnvironment) -> None:
    """Over TLS a form comes from a page of ours, and says so."""
    if environ["wsgi.url_scheme"] == "https":
        host = get_host(environ)
        if not same_origin(environ["HTTP_REFERER"], f"https://{host}/"):
            raise Unusual
