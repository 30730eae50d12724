"""A package for candidates' own systems holds nothing that an answer could be read from."""

import json
import re

import pytest

from questionnaires import shelf
from questionnaires.exchange.exporting import export_package
from questionnaires.exchange.importing import import_qti
from questionnaires.exchange.vocabulary import COMPANION
from tests.unit.questionnaires.exchange.making import all_formats, unzipped

# Every mean and spread of the sample is written with four decimals at most and found nowhere else in it.
NUMBERS = [
    *("4.875", "2.125", "4.625", "0.375", "3.0625", "0.8125", "2.4375", "1.5625", "4.3125", "2.6875"),
    *("4.1875", "1.4375", "3.3125", "4.5625", "3.1875", "1.3125", "1.0625"),
]
WORDS = [
    *("KEY-", "mapped-value", "qti-mapping", "outcome", "processing", "generous", "facet", '"direction": -1'),
    *("balance", "thrift", "constancy", "reason", "spread", "history", "review", "ROLE-", "category"),
]


def all_text(*, with_key: bool) -> str:
    return "\n".join(data.decode() for data in unzipped(export_package(all_formats(), with_key=with_key)).values())


def test_no_value_of_the_key_is_in_the_package() -> None:
    text = all_text(with_key=False)
    assert [number for number in NUMBERS if number in text] == []
    assert [word for word in [*WORDS, "correct"] if word in text] == []


def test_the_search_finds_what_is_there_with_a_key() -> None:
    text = all_text(with_key=True)
    assert [number for number in NUMBERS if number not in text] == []
    assert [word for word in WORDS if word not in text] == []


def test_likert_directions_are_not_told() -> None:
    companion = json.loads(unzipped(export_package(all_formats(), with_key=False))[COMPANION])
    directions = {item.get("direction") for item in companion["questionnaire"]["items"]}
    assert directions == {None, 0}


def test_numbers_that_could_be_a_key_are_only_scales_and_counts() -> None:
    files = unzipped(export_package(all_formats(), with_key=False))
    items = [data.decode() for name, data in files.items() if name.startswith("items/")]
    inside = [re.sub(r"<[^>]*>|<\?[^>]*>", " ", text) for text in items]
    assert not [text for text in inside if re.search(r"\d\.\d", text)]


def test_it_comes_back_with_all_texts_and_no_key() -> None:
    ours = all_formats()
    back = import_qti(export_package(ours, with_key=False), "package.zip").questionnaire
    assert not any(item.keyed for item in back.items)
    assert [item.stems for item in back.items] == [item.stems for item in ours.items]
    assert back.forms == ours.forms
    assert back.titles == ours.titles


@pytest.mark.parametrize(("name", "version"), shelf.available())
def test_every_library_entry_comes_back_without_a_key(name: str, version: str) -> None:
    ours = shelf.get(name, version)
    package = export_package(ours, with_key=False)
    back = import_qti(package, "package.zip").questionnaire
    assert [item.stems for item in back.items] == [item.stems for item in ours.items]
    assert not any(item.keyed for item in back.items)
    text = "\n".join(data.decode() for data in unzipped(package).values())
    reasons = [reason for item in ours.items for o in item.options if o.key for reason in o.key.reason.values()]
    assert [reason for reason in reasons if reason in text] == []
    assert "qti-mapping" not in text
