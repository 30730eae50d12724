"""Kept models that were tampered with: no byte of what is read can change unseen."""

from __future__ import annotations

import io
import json
import os
import subprocess
import warnings
import zipfile

import numpy as np
import pytest
import skops.io

from models import registry
from models.errors import ModelError
from models.manifest import digest
from models.registry import load, pack, unpack
from tests.unit.instruments import company
from tests.unit.models.sealed import FILES, replace_artefact, rezip


@pytest.mark.parametrize("name", FILES)
def test_no_byte_of_any_file_can_change(folder, name):
    path = folder / name
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for place in {0, len(whole) - 1, *rng.integers(len(whole), size=40).tolist()}:
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(bytes(spoilt))
        with pytest.raises(ModelError):
            load(folder)


def test_no_byte_of_a_zip_can_change_under_its_hash(model):
    whole = pack(model)
    rng = np.random.default_rng(1)
    for place in rng.integers(len(whole), size=200).tolist():
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << int(rng.integers(8))
        with pytest.raises(ModelError, match="hash differs"):
            unpack(bytes(spoilt), digest(whole))


def test_a_changed_zip_is_refused_or_says_the_same(model):
    """Without a hash, bytes that only describe the archive may differ; what is read may not."""
    whole = pack(model)
    sheets = company("strong", 60).applicant_sheets()[:3]
    expected = model.score(sheets)
    rng = np.random.default_rng(2)
    refused = 0
    for place in rng.integers(len(whole), size=150).tolist():
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << int(rng.integers(8))
        try:
            read = unpack(bytes(spoilt))
        except ModelError:
            refused += 1
        else:
            assert read.manifest == model.manifest
            assert read.score(sheets) == expected
    assert refused > 100


def test_a_zip_cut_short_is_refused(model):
    whole = pack(model)
    for length in {0, 1, 4, 30, len(whole) - 1, *range(100, len(whole), len(whole) // 25)}:
        with pytest.raises(ModelError):
            unpack(whole[:length])


@pytest.mark.parametrize("name", FILES)
def test_a_zip_without_one_of_its_files_is_refused(model, name):
    with pytest.raises(ModelError, match="missing"):
        unpack(rezip(pack(model), lambda files: files.pop(name)))


@pytest.mark.parametrize("name", FILES)
def test_a_zip_with_a_longer_file_is_refused(model, name):
    with pytest.raises(ModelError, match="changed after training"):
        unpack(rezip(pack(model), lambda files: files.update({name: files[name] + b" "})))


def test_a_file_that_is_there_twice_is_refused(model):
    out = io.BytesIO(pack(model))
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("card.md", "another card")
    with pytest.raises(ModelError, match="do not belong there"):
        unpack(out.getvalue())


@pytest.mark.parametrize(
    "name", ["CARD.MD", "card.md/", "./card.md", "..\\evil", "sub/", "card.md\u202e", "manifest.json "]
)
def test_names_that_only_look_right_are_refused(model, name):
    with pytest.raises(ModelError, match="do not belong there"):
        unpack(rezip(pack(model), lambda files: files.update({name: b"x"})))


def test_a_locked_zip_is_refused(model):
    data = bytearray(pack(model))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    data[6] |= 1
    with pytest.raises(ModelError, match="no readable zip"):
        unpack(bytes(data))


def test_an_estimator_cut_short_is_refused(folder):
    whole = (folder / "model.skops").read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        replace_artefact(folder, whole[:length])
        with pytest.raises(ModelError, match="cannot be trusted or read"):
            load(folder)


@pytest.mark.parametrize("stranger", [os.system, eval, open, subprocess.Popen], ids=lambda each: each.__name__)
def test_what_could_run_a_program_is_never_built(folder, stranger):
    replace_artefact(folder, skops.io.dumps({"a": stranger}))
    with pytest.raises(ModelError, match=r"cannot be trusted|no fitted estimator"):
        load(folder)


def test_the_reference_and_numbers_cannot_swell_either(model, monkeypatch):
    monkeypatch.setattr(registry, "LARGEST", 100_000)
    with pytest.raises(ModelError, match="far more"):
        unpack(rezip(pack(model), lambda files: files.update({"reference.json": b" " * 1_000_000})))


@pytest.mark.parametrize("place", ["seed", "sed", "figures"])
@pytest.mark.parametrize("text", ["NaN", "-Infinity", '"\\ud800"', "[" * 2000 + "]" * 2000])
def test_a_manifest_with_what_json_does_not_know_is_refused(folder, place, text):
    plain = json.loads((folder / "manifest.json").read_bytes())
    plain["model"][place] = "HERE"
    (folder / "manifest.json").write_text(json.dumps(plain).replace('"HERE"', text))
    with pytest.raises(ModelError):
        load(folder)


def test_a_manifest_that_says_something_twice_is_refused(folder):
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"{", b'{"format": 1, ', 1))
    with pytest.raises(ModelError, match="changed after training"):
        load(folder)
