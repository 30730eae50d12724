"""From a QTI 3.0 package or a single QTI item to a questionnaire."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from questionnaires.definition import Questionnaire
from questionnaires.exchange.assembling import assemble
from questionnaires.exchange.companion import import_own
from questionnaires.exchange.document import Document, yaml_text
from questionnaires.exchange.faults import ExchangeError, ExchangeFault, Findings, as_exchange
from questionnaires.exchange.forms_reading import ReadForm, read_form
from questionnaires.exchange.item_reading import ReadItem, read_item
from questionnaires.exchange.manifest_reading import Manifest, read_manifest
from questionnaires.exchange.package import Package, is_package
from questionnaires.faults import QuestionnaireError
from questionnaires.loading import load_text


@dataclass(frozen=True)
class Imported:
    """A questionnaire read from QTI.

    ``yaml`` is its file, which loads to the same questionnaire; ``notes`` say what was changed or left out, and
    ``left_out`` why items were.
    """

    questionnaire: Questionnaire
    yaml: str
    notes: tuple[str, ...] = ()
    left_out: tuple[ExchangeFault, ...] = ()


@dataclass
class _Reading:
    """What has been read of a foreign package so far."""

    items: dict[str, ReadItem]
    faults: list[ExchangeFault]
    notes: list[str]


def import_qti(data: bytes, name: str, *, language: str | None = None, skip: bool = False) -> Imported:
    """Return the questionnaire in a QTI 3.0 package, or in a single item.

    A package with our companion data comes back as it was exported. Of others, choice of one, order, match with a
    scale and extended text are read; their scoring is not a key in our sense and is not taken over.

    Parameters
    ----------
    data : bytes
        A zip, or the XML of one assessment item.
    name : str
        The file's name, for messages and as the questionnaire's name.
    language : str, optional
        The language of items that do not say theirs.
    skip : bool
        Leave out items that cannot be used, instead of refusing the whole package.

    Raises
    ------
    ExchangeError
        With everything that is wrong, by file and line.
    """
    if not is_package(data):
        return _foreign(_read_files({name: data}, language), [[name]], [], PurePath(name).stem, skip)
    package = Package(data, name)
    manifest = read_manifest(package)
    if manifest.companion:
        document, notes = import_own(package, manifest)
        return _finished(document, name, notes, [])
    reading = _read_files({path: package.read(path) for path in manifest.items.values()}, language)
    forms = _read_forms(package, manifest, reading)
    groups = [[manifest.items[resource] for resource in group] for group in manifest.groups()]
    return _foreign(reading, groups, forms, PurePath(name).stem, skip)


def _read_files(files: dict[str, bytes], language: str | None) -> _Reading:
    reading = _Reading({}, [], [])
    for path, data in files.items():
        findings = Findings(path)
        try:
            item = read_item(data, findings, language)
        except ExchangeError as error:
            item = None
            reading.faults += error.faults
        reading.faults += findings.faults
        if item is not None:
            reading.items[path] = item
            reading.notes += findings.notes
    return reading


def _read_forms(package: Package, manifest: Manifest, reading: _Reading) -> list[ReadForm]:
    forms = []
    for path in manifest.tests.values():
        findings = Findings(path)
        try:
            form = read_form(package.read(path), findings)
        except ExchangeError as error:
            raise ExchangeError([*reading.faults, *error.faults]) from error
        if findings.faults:
            raise ExchangeError([*reading.faults, *findings.faults])
        forms += [form] if form else []
        reading.notes += findings.notes
    return forms


def _foreign(reading: _Reading, groups: list[list[str]], forms: list[ReadForm], name: str, skip: bool) -> Imported:
    if reading.faults and not (skip and reading.items):
        raise ExchangeError(reading.faults)
    kept = [[reading.items[path] for path in group if path in reading.items] for group in groups]
    made = assemble([group for group in kept if group], forms, name)
    if made.faults:
        raise ExchangeError([*reading.faults, *made.faults])
    return _finished(made.document, name, [*reading.notes, *made.notes], reading.faults)


def _finished(document: Document, name: str, notes: list[str], left_out: list[ExchangeFault]) -> Imported:
    text = yaml_text(document)
    try:
        questionnaire = load_text(text, name)
    except QuestionnaireError as error:
        raise as_exchange(error, name, "Mend it where the package comes from.") from error
    return Imported(questionnaire, text, tuple(dict.fromkeys(notes)), tuple(left_out))
