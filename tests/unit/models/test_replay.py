"""Any old score replays: artefacts kept by earlier releases load and say what they said, to the last bit.

The files in ``tests/data/models`` were written once, by the release that is named in their manifest, and are
never written again. Each has a table of answer sheets beside it, with the scores that this release gave.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from models.registry import load, pack, save, unpack
from models.trained import Score, TrainedModel
from questionnaires.answers import AnswerSheet

KEPT = Path(__file__).parents[2] / "data" / "models"
FORMAT_1 = ("best_worst", "every_format", "binary_without_key", "key_only")


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


@pytest.mark.parametrize("name", FORMAT_1)
def test_old_scores_replay_to_the_last_bit(name):
    assert kept(name).score(sheets(name)) == said(name, "score")
    assert kept(name).score(sheets(name), incomplete=True) == said(name, "incomplete")


@pytest.mark.parametrize("name", FORMAT_1)
def test_a_person_replays_alone_as_among_others(name):
    alone = [kept(name).score([sheet], incomplete=True)[0] for sheet in sheets(name)]
    assert alone == said(name, "incomplete")


@pytest.mark.parametrize("name", FORMAT_1)
def test_an_old_artefact_is_kept_as_it_was(name, tmp_path):
    """Its hash stands in databases and audit trails, so reading and writing it again must not change it."""
    assert pack(kept(name)) == (KEPT / f"{name}.zip").read_bytes()
    save(kept(name), tmp_path / "model")
    assert pack(load(tmp_path / "model")) == (KEPT / f"{name}.zip").read_bytes()


def test_the_kept_cases_are_not_all_alike():
    """Thresholds of a family, people without a score, a sigmoid and a key alone are all among them."""
    flags = {flag for name in FORMAT_1 for score in said(name, "score") for flag in score.flags}
    assert flags == {"incomplete", "pooled_family"}
    assert kept("best_worst").estimator.thresholds_
    assert kept("binary_without_key").manifest.binary
    assert kept("key_only").estimator is None
    assert all(len({score.score for score in said(name, "score")}) > 10 for name in FORMAT_1)
