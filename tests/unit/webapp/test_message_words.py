"""What can be put in a message, and the messages that come with the program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from webapp.config import LANGUAGES
from webapp.errors import Invalid
from webapp.records.message import PURPOSES
from webapp.services.messages.placeholders import LATE, OF_A_RESULT, PLACEHOLDERS, faults_in, fill, fill_early, used_in
from webapp.services.messages.shipped import BLANK, SHIPPED
from webapp.services.messages.templates import checked

VALUES = dict.fromkeys(PLACEHOLDERS, "x")


@pytest.fixture(autouse=True, scope="module")
def words() -> Iterator[None]:
    application = Flask(__name__)
    Babel(application)
    with application.test_request_context("/"):
        yield


def test_the_shipped_messages_are_whole_in_every_language() -> None:
    assert set(SHIPPED) == set(PURPOSES) - {"free"}
    for texts in (*SHIPPED.values(), BLANK):
        assert set(texts) == set(LANGUAGES)
        assert checked(texts) == texts
        assert len({frozenset(used_in(*each.values())) for each in texts.values()}) == 1, "the same in each language"


def test_no_shipped_message_holds_a_figure_or_promises_a_day() -> None:
    for texts in SHIPPED.values():
        assert not any(sign.isdigit() for each in texts.values() for words in each.values() for sign in words)


def test_whoever_is_declined_is_told_where_to_ask() -> None:
    for each in SHIPPED["declined"].values():
        assert "{my_page}" in each["text"]


@pytest.mark.parametrize("name", sorted(OF_A_RESULT))
def test_there_is_no_placeholder_for_a_result(name: str) -> None:
    assert name not in PLACEHOLDERS
    (fault,) = faults_in(f"one\ntwo {{{name}}}")
    assert fault.line == 2
    assert "no figures of a result" in fault.words


def test_every_fault_names_its_line() -> None:
    text = "{name}\n{nmae} }\n\n{ {company}"
    assert [each.line for each in faults_in(text)] == [2, 2, 4]
    with pytest.raises(Invalid):
        fill(text, VALUES)


def test_braces_are_written_twice() -> None:
    assert fill("{{name}} is {name}", {"name": "Ona"}) == "{name} is Ona"


@given(st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), st.text(max_size=20)))
def test_what_is_put_in_is_never_taken_for_a_placeholder(given_values: dict[str, str]) -> None:
    """A vacancy may be called “{name}”, and a person “{my_page}”: both stay words."""
    values = VALUES | given_values
    text = "{{x}} " + " ".join(f"<{{{name}}}>" for name in PLACEHOLDERS)
    early = fill_early(text, {name: value for name, value in values.items() if name not in LATE})
    assert fill(early, {name: values[name] for name in LATE}) == fill(text, values)
