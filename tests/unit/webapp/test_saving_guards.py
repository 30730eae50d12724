"""What stands before the saving door keeps only what it must."""

from __future__ import annotations

import pytest

from webapp.candidate import saving_guards


def test_pairs_that_fit_are_forgotten_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving_guards, "MOST_PAIRS", 2)
    fitting = saving_guards.Fitting()
    for n in "123":
        fitting.add("s", n, n)
    assert [fitting.has("s", n, n) for n in "123"] == [False, False, True]
    fitting.add("s", "4", "")
    assert not fitting.has("s", "4", "")
