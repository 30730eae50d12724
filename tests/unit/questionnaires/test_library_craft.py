"""The whole library is held to its own standard; what a newer version has superseded is not held to later rules."""

from __future__ import annotations

import pytest

from questionnaires import shelf
from questionnaires.craft.advice import check
from questionnaires.craft.forms import differences
from questionnaires.craft.standard import against_standard

HELD_FROM = {"customer-orientation": "2.0.0"}
"""The first version of an entry that was written to the standard; those before it are kept as they were."""


def newest() -> list[tuple[str, str]]:
    last = dict(shelf.available())
    return [
        (name, version)
        for name, version in last.items()
        if shelf.version_order(version) >= shelf.version_order(HELD_FROM.get(name, "0.0.0"))
    ]


def test_something_is_held_to_the_standard() -> None:
    assert len(newest()) >= 3


@pytest.mark.parametrize(("name", "version"), newest())
def test_the_newest_version_meets_the_standard(name: str, version: str) -> None:
    loaded = shelf.get(name, version)
    found = [*check(loaded), *against_standard(loaded)]
    assert [f"{each.where}: {each.message}" for each in found if each.severity != "note"] == []


@pytest.mark.parametrize(("name", "version"), newest())
def test_forms_are_matched(name: str, version: str) -> None:
    assert differences(shelf.get(name, version)) == []


def test_the_first_twelve_items_would_not_meet_it() -> None:
    """The exception above is needed, and the rules tell the old version from the new."""
    assert against_standard(shelf.get("customer-orientation", "1.0.0"))
