"""Kept models, format 2: compiled numbers and a reference, and the same bytes from the same training."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
import skops.io

from models.artefact import dump_estimator
from models.errors import ModelError
from models.registry import TRUSTED, load, pack, unpack
from models.training import train
from scoring.compiled.plain import from_plain
from tests.unit.instruments import company, instrument_of
from tests.unit.models.sealed import change_json, drop, replace_file, reseal


def test_the_compiled_numbers_are_the_model(model, folder):
    kept = from_plain(json.loads((folder / "compiled.json").read_bytes()))
    assert kept == model.compiled == load(folder).compiled
    sheet = company("strong", 60).applicant_sheets()[0]
    assert kept.score(sheet.answers).score == pytest.approx(model.score([sheet])[0].score, rel=0, abs=1e-9)


def test_the_reference_survives(model, folder):
    assert load(folder).reference == model.reference
    assert set(model.reference["item_means"]) == {item.id for item in model.questionnaire.items}


def test_a_reference_may_hold_more(model):
    further = replace(model, reference={**model.reference, "quality": {"limits": [1.5, None], "note": "žodžiai"}})
    assert unpack(pack(further)).reference == further.reference
    assert unpack(pack(replace(model, reference=None))).reference is None


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.update(intercept=plain["intercept"] + 1e-12),
        lambda plain: plain["items"][3]["weights"].__setitem__(0, 9.0),
        lambda plain: plain["calibration"].update(threshold=0.0),
        lambda plain: plain["means"].update(q01=0.0),
        lambda plain: plain.update(required_share=0.1),
        lambda plain: plain.update(extra=1),
        lambda plain: plain.update(version=2),
        lambda plain: plain["items"].reverse(),
    ],
)
def test_compiled_numbers_of_another_model_are_refused(folder, change):
    change_json(folder, "compiled.json", change)
    with pytest.raises(ModelError, match="not those of the estimator") as error:
        load(folder)
    assert "compiled.json" in error.value.where


@pytest.mark.parametrize("data", [b"", b"{", b"null", b"\xff"])
def test_compiled_numbers_that_are_no_json_are_refused(folder, data):
    replace_file(folder, "compiled.json", data)
    with pytest.raises(ModelError, match="not those of the estimator"):
        load(folder)


def test_format_2_without_compiled_numbers_is_refused(folder):
    drop(folder, "compiled.json")
    with pytest.raises(ModelError, match="missing") as error:
        load(folder)
    assert "compiled.json" in error.value.where


def test_a_model_whose_estimator_was_taken_out_is_refused(folder):
    drop(folder, "model.skops")
    with pytest.raises(ModelError, match="estimator is missing"):
        load(folder)


def test_means_without_their_reference_are_refused(folder):
    drop(folder, "reference.json")
    with pytest.raises(ModelError, match="not those of the estimator"):
        load(folder)


def test_format_1_knows_no_compiled_numbers(folder):
    reseal(folder, lambda plain: plain.update(format=1))
    with pytest.raises(ModelError, match="does not belong"):
        load(folder)


@pytest.mark.parametrize("value", [True, 1.0, "2", None, [2], 0, 3])
def test_formats_that_are_none_are_refused(folder, value):
    reseal(folder, lambda plain: plain.update(format=value))
    with pytest.raises(ModelError, match="this program reads formats 1 and 2"):
        load(folder)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"a": NaN}', b'{ "a": 1}', b'{"item_means": {}, "item_means": {}}', b"\xff"]
)
def test_a_reference_that_is_no_plain_json_is_refused(folder, data):
    replace_file(folder, "reference.json", data)
    with pytest.raises(ModelError, match="reference is no readable JSON"):
        load(folder)


@pytest.mark.parametrize("means", [3, {}, {"q01": 1.0}, "many", [1.0]])
def test_a_reference_that_does_not_fit_is_refused(folder, means):
    change_json(folder, "reference.json", lambda plain: plain.update(item_means=means))
    with pytest.raises(ModelError, match="do not fit each other"):
        load(folder)


# --- the same training gives the same bytes


def test_the_same_training_gives_the_same_bytes(model):
    simulation = company("strong", 60)
    again = train(instrument_of("strong", 60), simulation.staff_sheets(), simulation.rating_list())
    assert again is not model
    assert again.artefact == model.artefact
    assert pack(replace(again, manifest=model.manifest)) == pack(model)


def test_another_process_gives_the_same_bytes(model):
    program = (
        "import sys, time\n"
        "from models.artefact import dump_estimator\n"
        "from models.registry import TRUSTED\n"
        "import skops.io\n"
        "waste = [object() for _ in range(1000)]\n"
        "estimator = skops.io.loads(sys.stdin.buffer.read(), trusted=list(TRUSTED))\n"
        "sys.stdout.buffer.write(dump_estimator(estimator))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=model.artefact,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert done.stdout == dump_estimator(skops.io.loads(model.artefact, trusted=list(TRUSTED)))


def test_an_estimator_without_traces_scores_as_it_did(model):
    plainly = skops.io.loads(skops.io.dumps(model.estimator), trusted=list(TRUSTED))
    kept = skops.io.loads(dump_estimator(model.estimator), trusted=list(TRUSTED))
    X = model.encoder.encode(company("strong", 60).applicant_sheets()).X
    assert kept.predict(X).tolist() == plainly.predict(X).tolist() == model.estimator.predict(X).tolist()
    assert vars(kept).keys() == vars(model.estimator).keys()


def test_no_trace_of_time_or_memory_is_kept(model):
    with zipfile.ZipFile(io.BytesIO(model.artefact)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        names = sorted(archive.namelist())
    assert all(len(name) <= len("schema.json") for name in names)
