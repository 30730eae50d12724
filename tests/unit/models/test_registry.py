"""Keeping models: what is written is what is read, and nothing else is believed."""

from __future__ import annotations

import io
import pickle
import warnings
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LinearRegression

from models import registry
from models.errors import ModelError
from models.manifest import digest
from models.registry import TRUSTED, load, pack, save, unpack
from models.training import key_only, train
from tests.unit.instruments import company, every_format, instrument_of
from tests.unit.models.sealed import FILES, replace_artefact, reseal, rezip


def test_a_folder_holds_exactly_these_files(folder):
    assert tuple(sorted(path.name for path in folder.iterdir())) == FILES


def test_scores_survive_to_the_last_bit(model, folder):
    sheets = company("strong", 60).applicant_sheets()
    assert load(folder).score(sheets) == model.score(sheets)
    assert unpack(pack(model)).score(sheets) == model.score(sheets)


def test_the_manifest_survives(model, folder):
    assert load(folder).manifest == model.manifest


def test_packing_is_deterministic_also_after_reading(model, folder):
    data = pack(model)
    assert pack(model) == data
    assert pack(unpack(data)) == data
    assert pack(load(folder)) == data


def test_a_model_that_was_checked_is_kept_in_memory(model):
    data = pack(model)
    assert unpack(data, digest(data)) is unpack(data)


def test_few_models_are_kept(model, monkeypatch):
    monkeypatch.setattr(registry, "_CACHE_SIZE", 1)
    data = pack(model)
    first = unpack(data)
    unpack(pack(key_only(every_format())))
    assert unpack(data) is not first


def test_a_key_only_model_has_no_estimator(tmp_path):
    save(key_only(every_format()), tmp_path / "key")
    assert not (tmp_path / "key" / "model.skops").exists()
    assert load(tmp_path / "key").estimator is None


def test_saving_again_replaces_the_model(model, folder):
    save(key_only(every_format()), folder)
    assert load(folder).manifest.kind == "key_only"
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_saving_never_overwrites_something_else(model, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("kept")
    with pytest.raises(ModelError, match="Something else is there"):
        save(model, tmp_path / "letters")
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["dear.txt"]


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes() + b"\n")
    if name == "manifest.json":
        changed = path.read_text().replace('"seed": 0', '"seed": 1')
        path.write_text(changed)
    with pytest.raises(ModelError, match="changed after training") as error:
        load(folder)
    assert name in error.value.where
    assert error.value.remedy


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match="missing") as error:
        load(folder)
    assert name in error.value.where


def test_an_extra_file_is_refused(folder):
    (folder / "helper.py").write_text("print('hello')")
    with pytest.raises(ModelError, match=r"does not belong") as error:
        load(folder)
    assert "helper.py" in error.value.where


def test_a_link_is_refused(folder, tmp_path):
    card = folder / "card.md"
    (tmp_path / "elsewhere.md").write_bytes(card.read_bytes())
    card.unlink()
    card.symlink_to(tmp_path / "elsewhere.md")
    with pytest.raises(ModelError, match="no plain file"):
        load(folder)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(ModelError, match="no model folder"):
        load(tmp_path / "nowhere")


def test_another_format_is_refused(folder):
    reseal(folder, lambda plain: plain.update(format=99))
    with pytest.raises(ModelError, match="format 99"):
        load(folder)


@pytest.mark.parametrize("data", [b"", b"{", b"[1, 2]", b"\xff\xfe", b"[" * 100_000])
def test_a_manifest_that_is_no_json_is_refused(folder, data):
    (folder / "manifest.json").write_bytes(data)
    with pytest.raises(ModelError, match="no readable JSON"):
        load(folder)


def test_a_manifest_without_its_fields_is_refused(folder):
    reseal(folder, lambda plain: plain["model"].pop("sed"))
    with pytest.raises(ModelError, match="sed"):
        load(folder)


def test_another_questionnaire_is_refused(folder):
    text = instrument_of("strong", 60).source.replace("mean: 3", "mean: 2", 1).encode()
    (folder / "questionnaire.yaml").write_bytes(text)
    reseal(folder, lambda plain: plain["files"].update({"questionnaire.yaml": digest(text)}))
    with pytest.raises(ModelError, match="not the one the model was trained for"):
        load(folder)


def test_a_pickle_is_never_opened(folder):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was opened",))

    replace_artefact(folder, pickle.dumps(Trap()))
    with pytest.raises(ModelError, match="cannot be trusted"):
        load(folder)


def test_types_outside_the_list_are_refused(folder):
    replace_artefact(folder, skops.io.dumps({"call": np.linalg.LinAlgError, "with": Trap()}))
    with pytest.raises(ModelError, match="cannot be trusted"):
        load(folder)


class Trap:
    """A type of nobody's list."""


def test_a_trusted_type_of_the_wrong_kind_is_refused(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stranger = skops.io.dumps(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]))
    replace_artefact(folder, stranger)
    with pytest.raises(ModelError, match="no fitted estimator"):
        load(folder)


def test_an_estimator_for_other_columns_is_refused(model, folder):
    other = company("typical", 60, seed=2)
    small = train(every_format_like(), other.staff_sheets(), other.rating_list())
    assert small.artefact is not None
    replace_artefact(folder, small.artefact)
    with pytest.raises(ModelError, match="do not fit each other"):
        load(folder)


def every_format_like():
    """The other company's instrument, cut to its first six items."""
    from questionnaires.loading import load_text

    text = instrument_of("typical", 60, 2).source
    return load_text(text[: text.index("  - id: q07")])


@pytest.mark.parametrize(
    ("field", "value"), [("sed", "wide"), ("scale", ["a", 2]), ("scale", [1, 2, 3]), ("form", "Z"), ("form", ["A"])]
)
def test_a_manifest_with_values_of_the_wrong_kind_is_refused(folder, field, value):
    reseal(folder, lambda plain: plain["model"].update({field: value}))
    with pytest.raises(ModelError, match="do not fit each other"):
        load(folder)


@pytest.mark.parametrize("part", ["files", "model"])
def test_a_manifest_whose_parts_are_no_mappings_is_refused(folder, part):
    reseal(folder, lambda plain: plain.update({part: 3}))
    with pytest.raises(ModelError, match="does not hold what it should"):
        load(folder)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda estimator: delattr(estimator, "predictive_"),
        lambda estimator: setattr(estimator, "coef_", estimator.coef_[:3]),
        lambda estimator: setattr(estimator, "coef_", estimator.coef_ * np.nan),
    ],
)
def test_an_estimator_that_cannot_score_is_refused(folder, spoil):
    estimator = skops.io.load(folder / "model.skops", trusted=list(TRUSTED))
    spoil(estimator)
    replace_artefact(folder, skops.io.dumps(estimator))
    with pytest.raises(ModelError, match="do not fit each other"):
        load(folder)


def test_the_list_of_trusted_types_is_what_a_model_needs(model):
    assert set(skops.io.get_untrusted_types(data=model.artefact)) <= set(registry.TRUSTED)
    assert all(name.startswith("scoring.") for name in registry.TRUSTED)


def test_a_wrong_hash_is_refused(model):
    with pytest.raises(ModelError, match="hash differs"):
        unpack(pack(model), "0" * 64)


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 40])
def test_what_is_no_zip_is_refused(data):
    with pytest.raises(ModelError, match="no readable zip"):
        unpack(data)


def test_a_damaged_zip_is_refused(model):
    data = bytearray(pack(model))
    middle = len(data) // 3
    data[middle : middle + 20] = bytes(20)
    with pytest.raises(ModelError):
        unpack(bytes(data))


@pytest.mark.parametrize("name", ["../evil.md", "/etc/evil", "sub/card.md", "helper.py"])
def test_strange_names_in_a_zip_are_refused(model, name):
    with pytest.raises(ModelError, match="do not belong there") as error:
        unpack(rezip(pack(model), lambda files: files.update({name: b"x"})))
    assert error.value.where == name


def test_a_zip_that_swells_is_refused(model, monkeypatch):
    monkeypatch.setattr(registry, "LARGEST", 100_000)
    with pytest.raises(ModelError, match="far more"):
        unpack(rezip(pack(model), lambda files: files.update({"card.md": b" " * 1_000_000})))


def test_an_artefact_that_swells_is_refused(folder, monkeypatch):
    """skops files are zips themselves: a small one may hold a bomb."""
    monkeypatch.setattr(registry, "LARGEST", 300_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b" " * 1_000_000)
    replace_artefact(folder, out.getvalue())
    with pytest.raises(ModelError, match="far more"):
        load(folder)


def test_a_huge_file_is_not_even_read(folder, monkeypatch):
    monkeypatch.setattr(registry, "LARGEST", 1000)
    with pytest.raises(ModelError, match="far too large"):
        load(folder)
