"""Keeping models: as a folder or as one zip, checked in full before anything is believed.

Nothing is ever unpickled. skops builds only the types named here, and every file's SHA-256 stands in the
manifest, which is sealed by its own.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import skops.io

from models.artefact import EPOCH
from models.errors import ModelError
from models.manifest import FORMAT, READABLE, Manifest, canonical, digest
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from questionnaires.faults import QuestionnaireError
from questionnaires.loading import load_text
from questionnaires.words import say
from scoring.compiled.plain import to_plain
from scoring.errors import ScoringError
from scoring.ranking import rank_people
from scoring.stack import KeyAnchoredStack

TRUSTED = (
    "scoring.calibration.GaussianPredictive",
    "scoring.calibration.Sigmoid",
    "scoring.stack.KeyAnchoredStack",
)
MANIFEST, ARTEFACT, QUESTIONNAIRE, CARD = "manifest.json", "model.skops", "questionnaire.yaml", "card.md"
COMPILED, REFERENCE = "compiled.json", "reference.json"
_NAMES = {1: {MANIFEST, ARTEFACT, QUESTIONNAIRE, CARD}}
_NAMES[2] = {*_NAMES[1], COMPILED, REFERENCE}
LARGEST = 50_000_000
_RESTORE = say("Restore the model from a copy, or train it again.")
_MISFIT = "The estimator, the questionnaire and the manifest do not fit each other."
_CACHE_SIZE = 8
_cache: OrderedDict[str, TrainedModel] = OrderedDict()
_cache_lock = Lock()

Files = Mapping[str, bytes]


def save(model: TrainedModel, folder: str | Path) -> None:
    """Write a model to a folder, all or nothing; a folder that holds a model already is replaced.

    Raises
    ------
    ModelError
        Where the folder exists and holds something else, or cannot be written.
    """
    target = Path(folder)
    check_free(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise ModelError(f"The folder cannot be written: {error.strerror}.", str(target), "Choose another.") from error
    try:
        _write(_files_of(model), beside)
        _swap(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def load(folder: str | Path) -> TrainedModel:
    """Read a model from a folder.

    Raises
    ------
    ModelError
        Where a file is missing, added or changed, the format is unknown, or a type is not trusted.
    """
    path = Path(folder)
    if not path.is_dir():
        raise ModelError("There is no model folder.", str(path), "Give the folder that training has written.")
    return _assemble(_read_folder(path), str(path))


def pack(model: TrainedModel) -> bytes:
    """Return a model as one zip; the same model gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(_files_of(model).items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def unpack(data: bytes, sha256: str | None = None) -> TrainedModel:
    """Read a model from a zip that `pack` wrote.

    Parameters
    ----------
    data
        The zip.
    sha256
        What its SHA-256 has to be, in hexadecimal. A few models that were checked so are kept in memory.

    Raises
    ------
    ModelError
        As `load`; also where the hash differs or the zip is damaged, too large or holds odd names.
    """
    seal = digest(data)
    if sha256 is not None and seal != sha256:
        raise ModelError(say("The model is not the one that was stored (its hash differs)."), "model", _RESTORE)
    with _cache_lock:
        model = _cache.pop(seal, None)
    if model is None:
        model = _assemble(_read_zip(data), "model")
    with _cache_lock:
        _cache[seal] = model
        while len(_cache) > _CACHE_SIZE:
            _cache.popitem(last=False)
    return model


def _files_of(model: TrainedModel) -> dict[str, bytes]:
    files = {QUESTIONNAIRE: model.questionnaire.source.encode(), CARD: model.card().encode()}
    if model.artefact is not None:
        files[ARTEFACT] = model.artefact
    if model.format > 1:
        files |= _numbers_of(model)
    body = {
        "format": model.format,
        "model": model.manifest.to_plain(),
        "files": {name: digest(data) for name, data in files.items()},
    }
    return {**files, MANIFEST: canonical({**body, "seal": digest(canonical(body))})}


def _numbers_of(model: TrainedModel) -> dict[str, bytes]:
    """The files that format 2 adds."""
    files = {COMPILED: canonical(to_plain(model.compiled))}
    if model.reference is not None:
        files[REFERENCE] = canonical(dict(model.reference))
    return files


def _write(files: Files, folder: Path) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    folder.chmod(0o755)


def _swap(new: Path, target: Path) -> None:
    """Put the new folder in the target's place; the old one is there until the new one is complete."""
    if not target.exists():
        os.replace(new, target)
        return
    old = target.with_name(f"{new.name}-old")
    os.replace(target, old)
    os.replace(new, target)
    shutil.rmtree(old, ignore_errors=True)


def check_free(folder: str | Path) -> None:
    """Refuse a folder in whose place no model may be put, before the work of training one.

    Raises
    ------
    ModelError
        Where a file, or a folder with anything but a model, is there already.
    """
    target = Path(folder)
    if target.is_file() or (target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).exists()):
        raise ModelError("Something else is there already.", str(target), "Choose a new folder for the model.")


def _read_folder(path: Path) -> dict[str, bytes]:
    try:
        return {each.name: _read_file(each) for each in sorted(path.iterdir())}
    except OSError as error:
        raise ModelError(f"A file cannot be read: {error.strerror}.", str(path), _RESTORE) from error


def _read_file(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        raise ModelError("The model folder holds something that is no plain file.", str(path), "Remove it.")
    if path.stat().st_size > LARGEST:
        raise ModelError("The file is far too large for a model.", str(path), _RESTORE)
    return path.read_bytes()


def _read_zip(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise ModelError("The model is damaged: it is no readable zip.", "model", _RESTORE) from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    odd = [name for name in names if name not in _NAMES[FORMAT]]
    if odd or len(set(names)) != len(names):
        where = odd[0] if odd else "model"
        raise ModelError("The model's zip holds files that do not belong there.", where, _RESTORE)
    _check_swelling(entries, "model")


def _check_swelling(entries: list[zipfile.ZipInfo], where: str) -> None:
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise ModelError("It unpacks to far more than a model holds.", where, _RESTORE)


def _assemble(files: Files, where: str) -> TrainedModel:
    plain = _sealed_manifest(files, where)
    if not isinstance(plain["files"], dict) or not isinstance(plain["model"], dict):
        raise ModelError("The manifest does not hold what it should (files, model).", f"{where}: {MANIFEST}", _RESTORE)
    _check_names(plain["format"], plain["files"], where)
    _check_files(files, plain["files"], where)
    manifest = Manifest.from_plain(plain["model"], f"{where}: {MANIFEST}")
    questionnaire = _questionnaire(files[QUESTIONNAIRE], manifest, where)
    artefact = files.get(ARTEFACT)
    if (manifest.kind == "trained") != (artefact is not None):
        raise ModelError("The estimator is missing, or does not belong there.", f"{where}: {ARTEFACT}", _RESTORE)
    estimator = None if artefact is None else _estimator(artefact, f"{where}: {ARTEFACT}")
    card, reference = _card(files[CARD], where), _reference(files.get(REFERENCE), f"{where}: {REFERENCE}")
    model = TrainedModel(manifest, questionnaire, estimator, artefact, card, reference, plain["format"])
    _check_scoring(model, where)
    _check_compiled(model, files.get(COMPILED), where)
    return model


def _sealed_manifest(files: Files, where: str) -> dict[str, Any]:
    place = f"{where}: {MANIFEST}"
    if MANIFEST not in files:
        raise ModelError("The manifest is missing.", place, _RESTORE)
    plain = _json(files[MANIFEST], place)
    if type(plain.get("format")) is not int or plain["format"] not in READABLE:
        known = " and ".join(map(str, READABLE))
        what = f"The model has format {plain.get('format')!r}; this program reads formats {known}."
        raise ModelError(what, place, "Train the model again with this program.")
    body = {name: value for name, value in plain.items() if name != "seal"}
    if not _is_sealed(plain, body, files[MANIFEST]) or set(body) != {"format", "model", "files"}:
        raise ModelError("The manifest was changed after training.", place, _RESTORE)
    return body


def _is_sealed(plain: Mapping[str, Any], body: Mapping[str, Any], data: bytes) -> bool:
    """Whether the seal is that of the body, and all is written in the one way in which it is kept."""
    try:
        return plain.get("seal") == digest(canonical(body)) and canonical(plain) == data
    except (ValueError, RecursionError):  # numbers and texts that JSON does not know
        return False


def _json(data: bytes, place: str, subject: str = "manifest") -> dict[str, Any]:
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"The {subject} is no readable JSON.", place, _RESTORE) from error
    if not isinstance(plain, dict):
        raise ModelError(f"The {subject} is no readable JSON.", place, _RESTORE)
    return plain


def _reference(data: bytes | None, place: str) -> dict[str, Any] | None:
    """What is known of the training staff; written in the one way only, so that it can be packed again."""
    if data is None:
        return None
    plain = _json(data, place, "reference")
    try:
        same = canonical(plain) == data
    except (ValueError, RecursionError):  # numbers and texts that JSON does not know
        same = False
    if not same:
        raise ModelError("The reference is no readable JSON.", place, _RESTORE)
    return plain


def _check_names(format_: int, expected: Mapping[str, str], where: str) -> None:
    """Refuse a manifest that lists files which its format does not know, or not those that it cannot do without."""
    for name in sorted(set(expected) - _NAMES[format_]):
        raise ModelError("This file does not belong to the model.", f"{where}: {name}", "Remove it.")
    if format_ > 1 and COMPILED not in expected:
        raise ModelError("A file of the model is missing.", f"{where}: {COMPILED}", _RESTORE)


def _check_files(files: Files, expected: Mapping[str, str], where: str) -> None:
    for name in sorted({QUESTIONNAIRE, CARD, *expected} - set(files)):
        raise ModelError("A file of the model is missing.", f"{where}: {name}", _RESTORE)
    for name in sorted(set(files) - set(expected) - {MANIFEST}):
        raise ModelError("This file does not belong to the model.", f"{where}: {name}", "Remove it.")
    for name, wanted in sorted(expected.items()):
        if digest(files[name]) != wanted:
            raise ModelError("The file was changed after training.", f"{where}: {name}", _RESTORE)


def _questionnaire(data: bytes, manifest: Manifest, where: str) -> Any:
    place = f"{where}: {QUESTIONNAIRE}"
    try:
        questionnaire = load_text(data.decode("utf-8"), place)
    except (QuestionnaireError, UnicodeDecodeError) as error:
        raise ModelError("The model's questionnaire cannot be read.", place, _RESTORE) from error
    if questionnaire.scoring_identity != manifest.scoring_identity:
        raise ModelError("The questionnaire is not the one the model was trained for.", place, _RESTORE)
    return questionnaire


def _card(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ModelError("The model's card cannot be read.", f"{where}: {CARD}", _RESTORE) from error


def _estimator(data: bytes, place: str) -> KeyAnchoredStack:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_swelling(archive.infolist(), place)
        estimator = skops.io.loads(data, trusted=list(TRUSTED))
    except ModelError:
        raise
    except Exception as error:  # skops raises many kinds of error for files made to mislead it
        what = "The estimator cannot be trusted or read."
        raise ModelError(what, place, _RESTORE) from error
    if not isinstance(estimator, KeyAnchoredStack) or not hasattr(estimator, "coef_"):
        raise ModelError("The file holds no fitted estimator.", place, _RESTORE)
    return estimator


def _check_scoring(model: TrainedModel, where: str) -> None:
    """Score an empty sheet, so that parts that do not fit each other are found now, not amid people's scores."""
    nobody = AnswerSheet("nobody", {})
    try:
        fits = model.estimator is None or model.estimator.n_features_in_ == model.encoder.n_columns
        found = model.score([nobody], incomplete=True)[0].score if fits else None
        rank_people([0.0, 1.0], model.manifest.sed)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ModelError(_MISFIT, where, _RESTORE) from error
    if model.estimator is not None and found is None:
        raise ModelError(_MISFIT, where, _RESTORE)


def _check_compiled(model: TrainedModel, data: bytes | None, where: str) -> None:
    """The compiled numbers must be those of the estimator: whoever scores with either gets the same."""
    if data is None:
        return
    try:
        ours = canonical(to_plain(model.compiled))
    except (ScoringError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ModelError(_MISFIT, where, _RESTORE) from error
    if data != ours:
        raise ModelError("The compiled numbers are not those of the estimator.", f"{where}: {COMPILED}", _RESTORE)
