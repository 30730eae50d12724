"""What stands veiled in an address: this site alone reads it, and nobody else writes it."""

from __future__ import annotations

import pytest

from webapp.security import unveiled, veiled


@pytest.mark.parametrize("text", ["", "1~after~0x1.8p+1", "Ž" * 100, "1784030400000000.0"])
def test_what_is_veiled_comes_back(text: str) -> None:
    assert unveiled("secret", "list", veiled("secret", "list", text)) == text


def test_it_is_the_same_each_time_and_holds_nothing_of_the_text() -> None:
    veil = veiled("secret", "list", "1~after~0x1.8p+1")
    assert veil == veiled("secret", "list", "1~after~0x1.8p+1")
    assert "after" not in veil
    assert veil[:16] != veiled("secret", "list", "1~after~0x1.8p+2")[:16]


@pytest.mark.parametrize(
    "veil",
    [
        "",
        "x",
        "ä",
        "A" * 40,
        veiled("other", "list", "1"),
        veiled("secret", "other", "1"),
        veiled("secret", "list", "1") + "A",
        veiled("secret", "list", "1")[:-1],
    ],
)
def test_what_this_site_did_not_write_is_nothing(veil: str) -> None:
    assert unveiled("secret", "list", veil) is None
