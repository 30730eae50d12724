"""All texts of a questionnaire as a table for translators, and back into a new version that scores the same.

The table has a row for each text: where it stands (``path``), what it is (``note``), the text in the questionnaire's
first language as it was when the table was made (``source``), and a column for each language. ``source`` is not to be
changed: it shows whether the questionnaire has moved on since. The original itself is corrected in its own language
column. Only texts travel, so nothing that decides a score can change.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires.definition import STATEMENTS, Questionnaire
from questionnaires.exchange.document import document_of, yaml_text
from questionnaires.loading import load_text
from questionnaires.shelf import version_order
from questionnaires.table_faults import FaultList, TableError, refuse
from questionnaires.tables import Row, Table, read_table
from questionnaires.words import say

FIXED = ("path", "note", "source")
_STARTS = frozenset("=+-@|%＝＋－＠｜％﹦﹢﹣﹫﹪−'")
_OPENERS = frozenset('"`´‘’“”«»‹›„')
_GAP = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class TranslationRefused(ValueError):
    """A request that can not become a new version; the message says why."""


@dataclass(frozen=True)
class Slot:
    """Where one text stands: ``texts`` maps language to text, or, for labels of a scale, to texts by ``point``."""

    path: str
    note: str
    texts: dict[str, Any]
    point: str | None = None

    def get(self, language: str) -> str:
        """Return the text, "" where there is none."""
        found = self.texts.get(language, "" if self.point is None else {})
        return str(found if self.point is None else found.get(self.point, ""))

    def put(self, language: str, text: str) -> None:
        """Set the text."""
        if self.point is None:
            self.texts[language] = text
        else:
            self.texts.setdefault(language, {})[self.point] = text


@dataclass(frozen=True)
class Translated:
    """What came back: the new version, and how many texts in each language differ from the one before."""

    questionnaire: Questionnaire
    changed: Mapping[str, int]


def slots(document: Mapping[str, Any]) -> Iterator[Slot]:
    """Yield where every text of a questionnaire's document stands, in the order of the file."""
    yield from _own(document, "", (("title", "title"), ("description", "description")), "questionnaire")
    # What is written once, in no language in particular, is not for translators.
    said = tuple((name, name) for name in STATEMENTS if isinstance(document.get(name), dict))
    yield from _own(document, "", said, "questionnaire, front page")
    for facet, texts in document.get("facet_names", {}).items():
        yield Slot(f"facet_names.{facet}", "name of a facet", texts)
    for section in document.get("sections", ()):
        parts = (("title", "title"), ("introduction", "introduction"))
        yield from _own(section, f"sections.{section['id']}.", parts, "section")
    for kind in ("practice", "items"):
        for item in document.get(kind, ()):
            yield from _of_item(item, f"{kind}.{item['id']}.", "practice item" if kind == "practice" else "item")


def _own(holder: Mapping[str, Any], path: str, parts: tuple[tuple[str, str], ...], what: str) -> Iterator[Slot]:
    for field, name in parts:
        if field in holder:
            yield Slot(f"{path}{field}", f"{what}, {name}", holder[field])


def _of_item(item: Mapping[str, Any], path: str, what: str) -> Iterator[Slot]:
    about = "; ".join(str(item[name]) for name in ("touchpoint", "role") if item.get(name))
    what = f"{what} ({about})" if about else what
    names = (("title", "title"), ("scene", "scene"), ("stem", "stem"), ("not_observed", "“could not observe”"))
    yield from _own(item, path, names, what)
    for indicator in item.get("indicators", ()):
        yield Slot(f"{path}indicators.{indicator['id']}.text", "behaviour that can be observed", indicator["text"])
    for option in item.get("options", ()):
        yield from _of_option(option, f"{path}options.{option['id']}.")
    for field, name in (("labels", "label of a point of the scale"), ("anchors", "what is seen at this point")):
        texts = (item.get("scale") or {}).get(field, {})
        points = dict.fromkeys(point for by_point in texts.values() for point in by_point)
        for point in points:
            yield Slot(f"{path}scale.{field}.{point}", name, texts, point)


def _of_option(option: Mapping[str, Any], path: str) -> Iterator[Slot]:
    if "text" in option:
        yield Slot(f"{path}text", "option: what the person would do", option["text"])
    if (option.get("key") or {}).get("reason"):
        yield Slot(
            f"{path}reason", "reason of the key, for reviewers; candidates never see it", option["key"]["reason"]
        )


def places(questionnaire: Questionnaire) -> Iterator[Slot]:
    """Yield where every text of a questionnaire stands."""
    return slots(document_of(questionnaire))


def export(questionnaire: Questionnaire, more_languages: tuple[str, ...] = ()) -> str:
    """Return the table as CSV text; further languages get an empty column.

    Cells that a spreadsheet could take for a formula begin with an apostrophe, which `read` takes off again.
    """
    languages = (*questionnaire.languages, *(each for each in more_languages if each not in questionnaire.languages))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow((*FIXED, *languages))
    for slot in places(questionnaire):
        texts = (slot.get(questionnaire.languages[0]), *(slot.get(language) for language in languages))
        writer.writerow((slot.path, slot.note, *map(guarded, texts)))
    return stream.getvalue()


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, and that `unguarded` turns back into the text."""
    return f"'{text}" if _like_a_formula(text) else text


def unguarded(cell: str) -> str:
    """Return the text of a cell that `guarded` made; other cells as they are."""
    return cell[1:] if cell.startswith("'") and _like_a_formula(cell[1:]) else cell


def _like_a_formula(text: str) -> bool:
    """Leading blanks, quotation marks and invisible signs do not hide a formula: later copies drop them."""
    for sign in text:
        if sign in _STARTS:
            return True
        if sign not in _OPENERS and not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc"}:
            return False
    return False


def read(questionnaire: Questionnaire, data: bytes, version: str, date: str, note: str) -> Translated:
    """Return the next version of a questionnaire, with the texts of a translators' table (CSV or XLSX).

    Parameters
    ----------
    questionnaire
        The version for which the table was made.
    data
        The file.
    version, date, note
        What the change history says; the version must be later than the questionnaire's.

    Raises
    ------
    TableError
        With everything that is wrong with the table.
    QuestionnaireError
        Where the new texts make a questionnaire with faults.
    TranslationRefused
        Where the version is not later, or something other than texts would change.
    """
    if version_order(version) <= version_order(questionnaire.version):
        raise TranslationRefused(
            f"{version} is not later than {questionnaire.version}; a published version never changes."
        )
    document = document_of(questionnaire)
    changed = _put_texts(document, questionnaire.languages, read_table(data))
    document["version"] = version
    document["history"] = [*document.get("history", ()), {"version": version, "date": date, "note": note}]
    loaded = load_text(yaml_text(document), f"{questionnaire.name} {version}")
    if loaded.scoring_identity != questionnaire.scoring_identity:
        raise TranslationRefused("More than texts would change; nothing was made of this table.")
    return Translated(loaded, changed)


def _put_texts(document: dict[str, Any], known: tuple[str, ...], table: Table) -> Counter[str]:
    """Put the table's texts into the document; raise everything that is wrong with the table, at once."""
    languages = _languages(table, known)
    faults = FaultList()
    known_places = {slot.path: slot for slot in slots(document)}
    texts = {}
    for row, slot in _matched(table, known_places, faults):
        _check_source(row, slot, known[0], faults)
        texts[slot.path] = {each: _text(row, slot, each, faults, new=each not in known) for each in languages}
    faults.raise_any()
    _check_gaps(table, texts, known[0], faults)
    faults.raise_any()
    document["languages"] = [*known, *(each for each in languages if each not in known)]
    return _put(known_places, texts)


def _put(places: Mapping[str, Slot], texts: Mapping[str, Mapping[str, str]]) -> Counter[str]:
    changed: Counter[str] = Counter()
    for path, by_language in texts.items():
        for language, text in by_language.items():
            if text and text != places[path].get(language):
                places[path].put(language, text)
                changed[language] += 1
    return changed


def _languages(table: Table, known: tuple[str, ...]) -> list[str]:
    missing = [name for name in ("path", "source", *known) if name not in table.columns]
    if missing:
        remedy = say("Keep the columns of the table as they were written.")
        raise refuse(say("There is no column %(names)s.", names=", ".join(missing)), remedy)
    found = [name for name in table.columns if name not in FIXED]
    strange = [name for name in found if not _LANGUAGE.fullmatch(name)]
    if strange:
        remedy = say("Name a column after its language, such as lt, or take it out.")
        raise refuse(say("%(names)s is no language code.", names=", ".join(strange)), remedy, 1)
    return found


def _matched(table: Table, places: Mapping[str, Slot], faults: FaultList) -> Iterator[tuple[Row, Slot]]:
    """Yield every row with its place; tell of rows without a place, places twice and places without a row."""
    seen: dict[str, int] = {}
    for row in table.rows:
        path = unguarded(row.values["path"])
        if path not in places:
            remedy = say("Write the path as it was in the exported table, or take the row out.")
            faults.add(row.number, "path", say('"%(path)s" is no text of this questionnaire.', path=path[:80]), remedy)
        elif path in seen:
            message = say("%(path)s stands in row %(row)s already.", path=path, row=seen[path])
            faults.add(row.number, "path", message, say("Keep one of the two rows."))
        else:
            seen[path] = row.number
            yield row, places[path]
    for path in places:
        if path not in seen:
            message = say("The row of %(path)s is missing.", path=path)
            faults.add(None, "path", message, say("Bring it back from the exported table."))


def _check_source(row: Row, slot: Slot, original: str, faults: FaultList) -> None:
    if unguarded(row.values["source"]).split() != slot.get(original).split():
        remedy = say("Export the table again; to correct the original, write into the column %(name)s.", name=original)
        message = say("This is not the text of this version of the questionnaire.")
        faults.add(row.number, "source", message, remedy)


def _text(row: Row, slot: Slot, language: str, faults: FaultList, *, new: bool) -> str:
    """Return a text; what was empty may stay so, and so may the reasons of a language that is new."""
    before = slot.get(language)
    cell = row.values.get(language, "")
    if before and cell == guarded(before).strip():
        return before
    text = unguarded(cell).replace("\r\n", "\n")
    needed = bool(before) or (new and not slot.path.endswith(".reason"))
    if needed and not text:
        message = say("There is no text for %(path)s.", path=slot.path)
        faults.add(row.number, language, message, say("Translate the text in source."))
    return text


def _check_gaps(table: Table, texts: Mapping[str, Mapping[str, str]], original: str, faults: FaultList) -> None:
    """A gap such as {name} is filled later and must stand in every language as in the original."""
    rows = {unguarded(row.values["path"]): row.number for row in table.rows}
    for path, by_language in texts.items():
        wanted = Counter(_GAP.findall(by_language[original]))
        for language, text in by_language.items():
            if text and Counter(_GAP.findall(text)) != wanted:
                remedy = (
                    say("Write %(gaps)s, letter by letter as in %(name)s.", gaps=", ".join(wanted), name=original)
                    if wanted
                    else say("Write no gaps, as in %(name)s.", name=original)
                )
                faults.add(rows[path], language, say("The gaps differ from those of the original."), remedy)


__all__ = [
    "Slot",
    "TableError",
    "Translated",
    "TranslationRefused",
    "export",
    "guarded",
    "places",
    "read",
    "slots",
    "unguarded",
]
