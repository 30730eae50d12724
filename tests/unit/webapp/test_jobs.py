"""The small parts of background work that need no database."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from webapp.jobs.seats import FileSeats, first_free, name_of
from webapp.jobs.serializer import JsonSerializer, StepFailed
from webapp.services.training_data import TrainingData, fingerprint
from webapp.services.training_stages import SPANS, STAGES, overall, write_whole


def test_plain_values_come_back() -> None:
    codec = JsonSerializer()
    value = {"a": [1, 2.5, None, "Ž"], "b": {"c": True}}
    assert codec.deserialize(codec.serialize(value)) == value
    assert codec.deserialize(codec.serialize({"args": ("x",), "kwargs": {}})) == {"args": ["x"], "kwargs": {}}


def test_a_failure_comes_back_as_words() -> None:
    codec = JsonSerializer()
    error = codec.deserialize(codec.serialize(ValueError("no such unit")))
    assert isinstance(error, StepFailed)
    assert str(error) == "ValueError: no such unit"


def test_what_is_not_plain_is_refused() -> None:
    with pytest.raises(TypeError):
        JsonSerializer().serialize({"a": object()})


def test_each_worker_has_its_own_seat(tmp_path: Path) -> None:
    seats = FileSeats(tmp_path)
    first, second = first_free(seats), first_free(seats)
    assert (first.number, second.number) == (1, 2)
    assert seats.take(1) is None
    first.leave()
    again = first_free(seats)
    assert (again.number, again.held()) == (1, True)
    for seat in (second, again):
        seat.leave()
    assert name_of(3) == "worker-3"


def test_stages_follow_one_another_without_a_gap() -> None:
    ends = [SPANS[stage] for stage in STAGES]
    assert (ends[0][0], ends[-1][1]) == (0.0, 1.0)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(ends))
    assert overall("validate", 2.0) == SPANS["validate"][1]


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "job" / "data.json"
    write_whole(target, b"first")
    write_whole(target, b"second")
    assert target.read_bytes() == b"second"
    assert [path.name for path in target.parent.iterdir()] == ["data.json"]


def test_the_data_taken_down_come_back_alike() -> None:
    from questionnaires.answers import AnswerSheet
    from scoring.ratings import Rating

    data = TrainingData(
        (AnswerSheet("Ona", {"q1": {"best": "a", "worst": "b"}}, unit="Service", job_family="front", language="lt"),),
        (Rating("Ona", "Jonas", 4.0, "candour", "2026-03-31"),),
        (1.0, 5.0),
    )
    text = data.as_text()
    assert TrainingData.from_text(text) == data
    assert TrainingData.from_text(text).as_text() == text
    assert len(fingerprint(text)) == 64
