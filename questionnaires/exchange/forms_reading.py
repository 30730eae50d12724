"""Reading a QTI assessment test: its sections, the items in them, and what is said before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from questionnaires.exchange.faults import Findings
from questionnaires.exchange.manifest_reading import resolved
from questionnaires.exchange.text_reading import plain_text
from questionnaires.exchange.vocabulary import LANGUAGE, QTI
from questionnaires.exchange.xml_source import children, line_of, local_name, namespace, parse

_NOT_KEPT = {
    "qti-selection": "the choice of items by chance",
    "qti-ordering": "the order by chance",
    "qti-pre-condition": "a condition for asking it",
    "qti-branch-rule": "a jump to another place",
    "qti-test-feedback": "feedback to the test",
}


@dataclass(frozen=True)
class ReadSection:
    """One section: the paths of its items, and whether they are for practice."""

    identifier: str
    title: str
    introduction: str
    paths: tuple[str, ...]
    practice: bool


@dataclass(frozen=True)
class ReadForm:
    """One assessment test."""

    file: str
    identifier: str
    title: str
    language: str | None
    sections: tuple[ReadSection, ...]


def read_form(data: bytes, findings: Findings) -> ReadForm | None:
    """Return what an assessment test says; None, with faults, where it is none of QTI 3.0."""
    root = parse(data, findings.file)
    if local_name(root) != "qti-assessment-test" or namespace(root) != QTI:
        findings.fault(
            line_of(root), f"<{local_name(root)}> is not a QTI 3.0 assessment test.", "Convert it to QTI 3.0."
        )
        return None
    for name in _NOT_KEPT:
        for each in root.iter(f"{{{QTI}}}{name}"):
            findings.note(line_of(each), f"{_NOT_KEPT[name]} is left out.")
    sections = tuple(_sections(root, findings))
    identifier, title = root.get("identifier", ""), root.get("title", "")
    return ReadForm(findings.file, identifier, title, root.get(LANGUAGE), sections)


def _sections(root: etree._Element, findings: Findings) -> Iterator[ReadSection]:
    """Yield every section that has items of its own, in the order asked; nested ones are laid side by side."""
    for part in children(root, "qti-test-part"):
        for section in part.iter(f"{{{QTI}}}qti-assessment-section"):
            references = children(section, "qti-assessment-item-ref")
            if references:
                practice = part.get("identifier") == "practice"
                yield _section(section, references, practice, findings)


def _section(
    section: etree._Element, references: list[etree._Element], practice: bool, findings: Findings
) -> ReadSection:
    said = [plain_text(block, findings) for block in children(section, "qti-rubric-block")]
    folder = str(PurePosixPath(findings.file).parent)
    paths = [(each, resolved("" if folder == "." else folder, each.get("href", ""))) for each in references]
    for each, path in paths:
        if path is None:
            message = f'"{each.get("href")}" points outside the package; nothing is fetched.'
            findings.fault(line_of(each), message, "Put the item into the package.")
    return ReadSection(
        identifier=section.get("identifier", ""),
        title=section.get("title", ""),
        introduction="\n".join(each for each in said if each),
        paths=tuple(path for _each, path in paths if path is not None),
        practice=practice,
    )
