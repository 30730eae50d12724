"""Packages and items as other tools write them, put together small."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from questionnaires.definition import Questionnaire
from questionnaires.exchange.exporting import export_package
from questionnaires.loading import load
from tests.unit.questionnaires.samples_folder import NAMES, sample

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGING = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
EXTENSION = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_extensionv1p2"
SAMPLES = Path(__file__).parent / "samples"
WITHHELD = {"two-forms", "withheld"}
WITH_TEXTS = [name for name in NAMES if name not in WITHHELD]


def all_formats() -> Questionnaire:
    return load(SAMPLES / "all-formats.yaml")


def with_texts() -> dict[str, Questionnaire]:
    return {name: sample(name) for name in WITH_TEXTS} | {"all-formats": all_formats()}


_CHOSEN = '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"/>'


def item(body: str, *, declared: str = "", lang: str = ' xml:lang="en-US"', extra: str = "", after: str = "") -> str:
    response = (
        declared or '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"/>'
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="{QTI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="{QTI} https://example.invalid/qti.xsd"
  identifier="one" title="One" adaptive="false" time-dependent="false"{lang}{extra}>
{response}
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-item-body>{body}</qti-item-body>
{after}
</qti-assessment-item>
"""


CHOICE = """<p>Some say so.</p>
<qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
<qti-prompt>Which one?</qti-prompt>
<qti-simple-choice identifier="A">First</qti-simple-choice>
<qti-simple-choice identifier="B">Second</qti-simple-choice>
</qti-choice-interaction>"""


def manifest(*resources: str) -> str:
    return (
        f'<?xml version="1.0"?>\n<manifest xmlns="{PACKAGING}" xmlns:cpx="{EXTENSION}" identifier="m">'
        f"<organizations/><resources>{''.join(resources)}</resources></manifest>"
    )


def resource(identifier: str, href: str, kind: str = "imsqti_item_xmlv3p0", inside: str = "") -> str:
    return f'\n<resource identifier="{identifier}" type="{kind}" href="{href}"><file href="{href}"/>{inside}</resource>'


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def unzipped(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(questionnaire: Questionnaire, changes: Mapping[str, tuple[str, str] | None]) -> bytes:
    """Export a questionnaire and change texts in its files; None takes a file away."""
    files = unzipped(export_package(questionnaire))
    for name, change in changes.items():
        if change is None:
            del files[name]
            continue
        before, after = change
        text = files[name].decode()
        assert before in text, f"{name} does not say {before}"
        files[name] = text.replace(before, after).encode()
    return zipped(files)


def without_companion(package: bytes) -> bytes:
    """Return one of our packages with nothing but the QTI in it."""
    files = unzipped(package)
    del files["makings/companion.json"]
    listed = files["imsmanifest.xml"].decode()
    start = listed.index('<resource identifier="makings.companion"')
    files["imsmanifest.xml"] = (listed[:start] + listed[listed.index("</resources>") :]).encode()
    return zipped(files)
