"""The benchmark of response quality, small."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import quality


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(quality, "APPLICANTS", 60)
    monkeypatch.setattr(quality, "STAFF", (40,))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_kind_of_applicant_is_judged(small):
    lines = list(quality.detection(1, staff=60))
    found = {cells(line)[0]: dict(zip(cells(lines[0].splitlines()[0]), cells(line), strict=True)) for line in lines[1:]}
    assert set(found) == set(quality.KINDS)
    assert found["same place on the screen"]["longest_run"].startswith("100")
    assert found["assisted: the key"]["key_agreement"].startswith("100")
    assert found["assisted: the key, even pace"]["even_pace"] != found["assisted: the key"]["even_pace"]


def test_false_alarms_are_listed_for_every_world(small):
    lines = list(quality.false_alarms(1))
    assert [cells(line)[0] for line in lines[1:]] == ["pessimistic, 40", "typical, 40", "strong, 40"]


def test_a_pool_without_assisted_people_has_nobody_to_find(small):
    lines = list(quality.shares(1, staff=60))
    assert cells(lines[1])[:2] == ["0%, all items", "none"]
    assert cells(lines[-2])[1].startswith("100")


def test_confirmation_finds_more_where_form_a_was_assisted(small):
    lines = [cells(line) for line in quality.confirmations(2)][1:]
    drops = [float(line[1].split()[0]) for line in lines]
    assert drops[0] < drops[2]


def test_recalibration_repairs_the_mean_with_many_outcomes():
    lines = {cells(line)[0]: cells(line) for line in list(quality.recalibrations(20))[1:]}
    before, after = (float(cell.split()[0]) for cell in lines["-0.8, 1000"][1:3])
    assert after < before / 4
    assert lines["0, 10"][1].startswith("0.0")
    assert lines["0, 10"][2].startswith("0.0")


def test_shares_are_shown_with_two_standard_errors():
    assert quality.shown([0.1, 0.3]) == "20.0 ± 20.0"
    assert quality.shown([]) == "none"
    assert quality.shown(np.array([0.5])) == "50.0 ± 0.0"
