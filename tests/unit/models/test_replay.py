"""Any old score replays: artefacts kept by earlier releases load and say what they said, to the last bit.

The files in ``tests/data/models`` were written once, by the release that is named in their manifest, and are
never written again. Each has a table of answer sheets beside it, with the scores that this release gave.
"""

from __future__ import annotations

import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from models.registry import load, pack, save, unpack
from models.trained import Score, TrainedModel
from questionnaires.answers import AnswerSheet
from scoring.compiled.coding import code_answers
from scoring.compiled.many import BatchScorer
from scoring.compiled.model import CompiledModel, CompiledScore
from scoring.compiled.plain import from_plain, to_plain

KEPT = Path(__file__).parents[2] / "data" / "models"
FORMAT_1 = ("best_worst", "every_format", "binary_without_key", "key_only")
FORMAT_2 = ("format_2",)
EVERY = (*FORMAT_1, *FORMAT_2)


@cache
def kept(name: str) -> TrainedModel:
    return unpack((KEPT / f"{name}.zip").read_bytes())


@cache
def cases(name: str) -> list[dict[str, Any]]:
    return json.loads((KEPT / f"{name}.json").read_text())


def sheets(name: str) -> list[AnswerSheet]:
    return [AnswerSheet(**case["sheet"]) for case in cases(name)]


def said(name: str, field: str) -> list[Score]:
    return [Score(**{**case[field], "flags": tuple(case[field]["flags"])}) for case in cases(name)]


@pytest.mark.parametrize("name", EVERY)
def test_old_scores_replay_to_the_last_bit(name):
    assert kept(name).score(sheets(name)) == said(name, "score")
    assert kept(name).score(sheets(name), incomplete=True) == said(name, "incomplete")


@pytest.mark.parametrize("name", EVERY)
def test_a_person_replays_alone_as_among_others(name):
    alone = [kept(name).score([sheet], incomplete=True)[0] for sheet in sheets(name)]
    assert alone == said(name, "incomplete")


@pytest.mark.parametrize("name", EVERY)
def test_an_old_artefact_is_kept_as_it_was(name, tmp_path):
    """Its hash stands in databases and audit trails, so reading and writing it again must not change it."""
    assert pack(kept(name)) == (KEPT / f"{name}.zip").read_bytes()
    save(kept(name), tmp_path / "model")
    assert pack(load(tmp_path / "model")) == (KEPT / f"{name}.zip").read_bytes()


def test_each_artefact_is_of_the_format_that_it_stands_for():
    assert {kept(name).format for name in FORMAT_1} == {1}
    assert {kept(name).format for name in FORMAT_2} == {2}
    assert all(kept(name).reference is None for name in FORMAT_1)
    assert kept("format_2").reference["item_means"]


def test_the_kept_cases_are_not_all_alike():
    """Thresholds of a family, people without a score, a sigmoid and a key alone are all among them."""
    flags = {flag for name in FORMAT_1 for score in said(name, "score") for flag in score.flags}
    assert flags == {"incomplete", "pooled_family"}
    assert kept("best_worst").estimator.thresholds_
    assert kept("binary_without_key").manifest.binary
    assert kept("key_only").estimator is None
    assert all(len({score.score for score in said(name, "score")}) > 10 for name in FORMAT_1)


# --- without the estimator


def compiled_of(name: str) -> CompiledModel:
    """The compiled numbers, read as a program without skops and scikit-learn would read them."""
    with zipfile.ZipFile(KEPT / f"{name}.zip") as archive:
        if "compiled.json" in archive.namelist():
            return from_plain(json.loads(archive.read("compiled.json")))
    return from_plain(json.loads(json.dumps(to_plain(kept(name).compiled))))


@pytest.mark.parametrize("name", EVERY)
def test_old_scores_replay_through_the_compiled_numbers(name):
    """Within 1e-9: whatever libraries become, plain numbers say what was said."""
    model = compiled_of(name)
    for sheet, whole, any_share in zip(sheets(name), said(name, "score"), said(name, "incomplete"), strict=True):
        assert_close(model.score(sheet.answers, sheet.job_family), whole)
        assert_close(model.score(sheet.answers, sheet.job_family, incomplete=True), any_share)


def assert_close(ours: CompiledScore, said_once: Score) -> None:
    assert ours.flags == said_once.flags
    for field in ("score", "p_top_third", "expected_rating", "lower_90", "upper_90", "key_total"):
        own, kept_value = getattr(ours, field), getattr(said_once, field)
        assert (own is None) is (kept_value is None), field
        assert own is None or own == pytest.approx(kept_value, rel=0, abs=1e-9), field


@pytest.mark.parametrize("name", EVERY)
def test_many_old_scores_replay_at_once(name):
    model, people = compiled_of(name), sheets(name)
    codes = code_answers(model, [sheet.answers for sheet in people])
    found = BatchScorer(model).score(codes, [sheet.job_family for sheet in people])
    for row, score in enumerate(said(name, "score")):
        assert bool(found.enough[row]) is ("incomplete" not in score.flags)
        for field in ("score", "p_top_third", "lower_90", "upper_90", "key_total"):
            expected = getattr(score, field)
            expected = float("nan") if expected is None else expected
            assert getattr(found, field)[row] == pytest.approx(expected, rel=0, abs=1e-9, nan_ok=True), field
