"""A questionnaire as a QTI 3.0 content package."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

from questionnaires.definition import Questionnaire
from questionnaires.exchange.document import document_of, without_key
from questionnaires.exchange.faults import ExchangeError, ExchangeFault
from questionnaires.exchange.forms_writing import form_xml
from questionnaires.exchange.item_writing import item_xml
from questionnaires.exchange.key_writing import can_score
from questionnaires.exchange.manifest_writing import manifest_xml
from questionnaires.exchange.vocabulary import COMPANION, MANIFEST, form_path, item_path

COMPANION_FORMAT = 1
_STAMP = (1980, 1, 1, 0, 0, 0)


def export_package(questionnaire: Questionnaire, *, with_key: bool = True) -> bytes:
    """Return a questionnaire as a QTI 3.0 package: items and forms in every language, and companion data.

    Parameters
    ----------
    questionnaire : Questionnaire
        With texts and with its source.
    with_key : bool
        False for systems that candidates could look into: no key, reasons, facets or scoring are exported.

    Returns
    -------
    bytes
        A zip; the same questionnaire always gives the same bytes.

    Raises
    ------
    ExchangeError
        Where texts are withheld, or a text holds characters that XML does not allow.
    """
    _refuse_untold(questionnaire)
    try:
        files = dict(_files(questionnaire, with_key))
    except ValueError as error:
        message = f"A text cannot be written as XML: {error}."
        name = f"{questionnaire.name} {questionnaire.version}"
        raise ExchangeError([ExchangeFault(name, 0, message, "Remove its control characters.")]) from error
    return _packed(files)


def without_processing(questionnaire: Questionnaire) -> list[str]:
    """Return the ids of keyed items whose key QTI cannot express: it travels in the companion data only."""
    return [item.id for item in questionnaire.items if item.keyed and not can_score(item)]


def _refuse_untold(questionnaire: Questionnaire) -> None:
    name = f"{questionnaire.name} {questionnaire.version}"
    withheld = [item for item in (*questionnaire.practice, *questionnaire.items) if item.withheld]
    message, remedy = "its texts are withheld, so a player has nothing to show.", "Export a version with texts."
    faults = [ExchangeFault(name, 0, f"Item {item.id}: {message}", remedy) for item in withheld]
    if not questionnaire.source:
        faults.append(ExchangeFault(name, 0, "The questionnaire does not hold its source.", "Load it from its file."))
    if faults:
        raise ExchangeError(faults)


def _files(questionnaire: Questionnaire, with_key: bool) -> Iterator[tuple[str, bytes]]:
    yield MANIFEST, manifest_xml(questionnaire)
    for language in questionnaire.languages:
        for form in questionnaire.forms:
            yield form_path(form.id, language), form_xml(questionnaire, form, language, with_key=with_key)
        for item in questionnaire.items:
            yield item_path(item.id, language), item_xml(item, language, with_key=with_key)
        for item in questionnaire.practice:
            yield item_path(item.id, language), item_xml(item, language, with_key=False)
    yield COMPANION, companion_json(questionnaire, with_key=with_key)


def companion_json(questionnaire: Questionnaire, *, with_key: bool) -> bytes:
    """Return the companion data: the whole definition, or as much of it as tells nothing of the key."""
    document = document_of(questionnaire)
    companion = {
        "makings_companion": COMPANION_FORMAT,
        "with_key": with_key,
        "questionnaire": document if with_key else without_key(document),
    }
    return (json.dumps(companion, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _packed(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, _STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, data)
    return stream.getvalue()
