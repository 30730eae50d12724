"""From the marked-up content of an item to plain text, saying what has no place in one."""

from __future__ import annotations

from lxml import etree

from questionnaires.exchange.faults import Findings
from questionnaires.exchange.vocabulary import QTI
from questionnaires.exchange.xml_source import line_of, local_name, namespace

_BLOCKS = {
    "p",
    "div",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "pre",
    "section",
    "article",
    "header",
    "footer",
}
_PLAIN = _BLOCKS | {"span", "br", "qti-content-body", "qti-prompt", "label", "bdi", "bdo"}
_FORMATTING = {
    "b",
    "strong",
    "em",
    "i",
    "u",
    "q",
    "cite",
    "code",
    "kbd",
    "samp",
    "small",
    "abbr",
    "dfn",
    "var",
    "mark",
    "time",
}
_UNUSED = {
    "math": "a formula (MathML)",
    "img": "a picture",
    "picture": "a picture",
    "svg": "a picture",
    "figure": "a picture",
    "audio": "a sound recording",
    "video": "a video",
    "object": "an embedded file",
    "iframe": "an embedded page",
    "table": "a table",
    "a": "a link",
    "sub": "lowered text",
    "sup": "raised text",
    "ruby": "ruby text",
    "qti-rubric-block": "a rubric block",
    "qti-feedback-inline": "feedback inside the text",
    "qti-feedback-block": "a feedback block",
    "qti-template-inline": "text that a template makes",
    "qti-template-block": "text that a template makes",
    "qti-printed-variable": "a variable printed into the text",
    "qti-hottext": "selectable text",
    "qti-stylesheet": "a style sheet inside the text",
}
REMEDY = "Say it in plain text, or leave the item out."


def plain_text(element: etree._Element, findings: Findings, leave_out: etree._Element | None = None) -> str:
    """Return what an element says, a line for each paragraph, with single spaces.

    Formatting is lost, which is noted; pictures, sounds, formulas, tables and links are faults.

    Parameters
    ----------
    element
        Any element of an item's content.
    findings
        Where faults and notes go.
    leave_out
        A descendant that does not belong to the text.
    """
    pieces: list[str] = []
    _collect(element, pieces, findings, leave_out)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: etree._Element, pieces: list[str], findings: Findings, leave_out: etree._Element | None) -> None:
    pieces.append(_flowing(element.text))
    for child in element:
        if isinstance(child.tag, str) and child is not leave_out:
            _collect_child(child, pieces, findings, leave_out)
        pieces.append(_flowing(child.tail))


def _collect_child(
    child: etree._Element, pieces: list[str], findings: Findings, leave_out: etree._Element | None
) -> None:
    name = local_name(child)
    if name in _UNUSED or namespace(child) not in ("", QTI):
        findings.fault(
            line_of(child), f"The text holds {_UNUSED.get(name, f'<{name}>')}, which is not used here.", REMEDY
        )
        return
    if name in _FORMATTING:
        findings.note(line_of(child), f"<{name}> becomes plain text.")
    elif name not in _PLAIN:
        findings.fault(line_of(child), f"The text holds <{name}>, which is not known here.", REMEDY)
        return
    around = "\n" if name in _BLOCKS or name == "br" else ""
    pieces.append(around)
    _collect(child, pieces, findings, leave_out)
    pieces.append(around if name != "br" else "")


def _flowing(text: str | None) -> str:
    """Return text between marks with its line breaks as spaces: only marks break lines."""
    return (text or "").replace("\n", " ").replace("\r", " ")
