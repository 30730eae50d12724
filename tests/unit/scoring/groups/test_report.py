"""The group report: everything that the data allows, as plain values, and nothing else."""

from __future__ import annotations

import json

import numpy as np
import pytest

from questionnaires.words import Sentence
from scoring.errors import ScoringError
from scoring.groups.report import GroupData, group_report, top_scores
from tests.unit.scoring.groups.answering import ITEMS, OPTIONS, answers


def staff(seed=0, n=500):
    responses, sex = answers(seed, n=n, uniform=(2,), size=2.5)
    rng = np.random.default_rng(seed)
    score = responses.scores.mean(axis=1)
    return {
        "attributes": {"sex": sex, "race": rng.choice(["a", "b"], n)},
        "references": {"sex": "reference"},
        "scores": score,
        "criterion": 3 + 2 * score + rng.normal(size=n),
        "responses": responses,
        "language": np.where(rng.random(n) < 0.4, "ru", "en"),
        "answers": responses.choices,
        "column_items": np.repeat(np.arange(ITEMS), OPTIONS),
        "local_law": ("sex", "race"),
    }


@pytest.fixture(scope="module")
def report():
    return group_report(GroupData(**staff()), repeats=1)


def test_every_part_is_there_and_plain(report):
    assert json.loads(json.dumps(report, allow_nan=False))["n"] == 500
    sex = report["attributes"]["sex"]
    assert sex["impact"]["of"] == "top_scores"
    assert sex["impact"]["against_named"][0]["compared_with"] == "reference"
    assert sex["prediction"][0]["focal"] == "focal"
    assert len(sex["dif"][0]["items"]) == ITEMS
    assert [each["by"] for each in report["local_law_144"][0]["tables"]] == ["sex", "race_ethnicity", "intersection"]
    assert report["languages"][0]["language"] == "ru"


def test_items_that_differ_are_left_out_of_one_point(report):
    removed = report["attributes"]["sex"]["front"][-1]
    assert removed["kind"] == "without_differing"
    assert removed["columns_removed"] >= OPTIONS


def test_notes_are_sentences(report):
    assert all(isinstance(note, Sentence) for note in report["notes"])
    assert "A report only" in report["notes"][0]


def test_decisions_alone():
    given = staff()
    found = group_report(GroupData(attributes=given["attributes"], selected=top_scores(given["scores"], 0.3)))
    sex = found["attributes"]["sex"]
    assert sex["impact"]["of"] == "decisions"
    assert (sex["prediction"], sex["dif"], sex["front"]) == (None, None, None)
    assert (found["local_law_144"], found["languages"]) == (None, None)


def test_a_front_that_lacks_people_is_left_out_and_said():
    given = staff(n=90)
    found = group_report(GroupData(**given))
    assert found["attributes"]["sex"]["front"] is None
    assert any("A front needs 100 people" in note for note in found["notes"])


def test_one_language_is_no_comparison():
    found = group_report(GroupData(**(staff(n=120) | {"language": ["en"] * 120, "answers": None})))
    assert found["languages"] == []


def test_ties_at_the_cut_are_all_in():
    assert top_scores(np.array([3.0, 2, 2, 2, 1, 0]), 1 / 3).sum() == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"attributes": {}}, "needs groups"),
        ({"attributes": {"sex": ["f"] * 120}, "local_law": None, "references": {}}, "Only one group"),
        ({"attributes": {"sex": ["f", "m"]}, "local_law": None, "references": {}}, "2 group labels for 120"),
        ({"criterion": [1.0]}, "shape 1"),
        ({"selected": np.full(120, 0.5)}, "neither 0 nor 1"),
        ({"scores": np.full(120, np.nan)}, "person 1 is missing"),
        ({"local_law": ("sex", "religion")}, "no attribute “religion”"),
        ({"column_items": [0]}, "64 columns of answers"),
        ({"answers": np.zeros((3, 64))}, "shape 3 x 64"),
    ],
)
def test_bad_input_is_refused(change, told):
    with pytest.raises(ScoringError, match=told):
        group_report(GroupData(**(staff(n=120) | change)))


def test_nothing_to_report_on():
    with pytest.raises(ScoringError, match="needs groups"):
        group_report(GroupData(attributes={"sex": ["f", "m"]}))
