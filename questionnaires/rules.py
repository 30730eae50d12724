"""What a schema cannot say: names that must agree, texts that must exist in every language.

Each rule reads the document as it was written and skips whatever has the wrong shape, so that one
mistake never hides another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from questionnaires.definition import FACETS, STATEMENTS, Purpose
from questionnaires.faults import Path
from questionnaires.yaml_source import Source

Found = Iterator[tuple[Path, str]]
PERSON_COLUMNS = ("person", "unit", "job_family", "language")
_TEXT_FIELDS = {"title", "description", "introduction", "scene", "stem", "text", "not_observed", *STATEMENTS}
_BY_POINT = {"labels", "anchors"}


def check_rules(source: Source) -> None:
    """Add a fault for everything in the document that does not agree with the rest of it."""
    document = _fields(source.value)
    for rule in _RULES:
        for path, message in rule(document):
            source.fault(path, message)


def _fields(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _entries(document: dict[str, Any], *names: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every well-formed entry of the named lists with its path."""
    for name in names:
        for place, entry in enumerate(_list(document.get(name))):
            if isinstance(entry, dict):
                yield (name, place), entry


def _options(item: dict[str, Any], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for inner, option in _entries(item, "options"):
        yield (*path, *inner), option


def _items(document: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    return _entries(document, "practice", "items")


def _ids(document: dict[str, Any], name: str) -> set[str]:
    return {entry["id"] for _, entry in _entries(document, name) if isinstance(entry.get("id"), str)}


def _repeated(entries: Iterator[tuple[Path, dict[str, Any]]]) -> Found:
    seen: dict[Any, Path] = {}
    for path, entry in entries:
        name = entry.get("id")
        if isinstance(name, str) and name in seen:
            yield (*path, "id"), f"the id {name} is taken already; give every one its own"
        elif isinstance(name, str):
            seen[name] = path


def _ids_are_unique(document: dict[str, Any]) -> Found:
    yield from _repeated(_items(document))
    yield from _repeated(_entries(document, "sections"))
    yield from _repeated(_entries(document, "forms"))
    for path, item in _items(document):
        yield from _repeated(_options(item, path))
        yield from _repeated(((*path, *inner), each) for inner, each in _entries(item, "indicators"))


def _ids_leave_columns_free(document: dict[str, Any]) -> Found:
    for path, item in _items(document):
        if item.get("id") in PERSON_COLUMNS:
            yield (*path, "id"), f"{item['id']} is a column of every answer table; choose another id"


def _sections_name_items(document: dict[str, Any]) -> Found:
    known, practice = _ids(document, "items"), _ids(document, "practice")
    placed: dict[str, Path] = {}
    for path, section in _entries(document, "sections"):
        for place, name in enumerate(_list(section.get("items"))):
            here = (*path, "items", place)
            if not isinstance(name, str):
                continue
            if name in practice:
                yield here, f"{name} is a practice item; practice stands before all sections"
            elif name not in known:
                yield here, f"there is no item {name}"
            elif name in placed:
                yield here, f"{name} is in a section already; ask every item once"
            placed.setdefault(name, here)


def _items_have_a_section(document: dict[str, Any]) -> Found:
    if "sections" not in document:
        return
    placed = {
        name
        for _, section in _entries(document, "sections")
        for name in _list(section.get("items"))
        if isinstance(name, str)
    }
    for path, item in _entries(document, "items"):
        if isinstance(item.get("id"), str) and item["id"] not in placed:
            yield (*path, "id"), f"{item['id']} is in no section, so nobody would be asked"


def _forms_name_sections(document: dict[str, Any]) -> Found:
    known = _ids(document, "sections")
    for path, form in _entries(document, "forms"):
        seen: set[str] = set()
        for place, name in enumerate(_list(form.get("sections"))):
            if not isinstance(name, str):
                continue
            if name not in known:
                yield (*path, "sections", place), f"there is no section {name}"
            elif name in seen:
                yield (*path, "sections", place), f"{name} is in this form already"
            seen.add(name)


def _sections_have_a_form(document: dict[str, Any]) -> Found:
    if "forms" not in document:
        return
    used = {
        name for _, form in _entries(document, "forms") for name in _list(form.get("sections")) if isinstance(name, str)
    }
    for path, section in _entries(document, "sections"):
        if isinstance(section.get("id"), str) and section["id"] not in used:
            yield (*path, "id"), f"{section['id']} is in no form, so nobody would be asked"


def _text_maps(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every field that holds a text per language."""
    children = value.items() if isinstance(value, dict) else enumerate(_list(value))
    for name, child in children:
        if name in _TEXT_FIELDS and isinstance(child, dict):
            yield (*path, name), child
        elif name not in {"reason", "facet_names"} | _BY_POINT:
            yield from _text_maps(child, (*path, name))
        elif name != "reason":
            yield from _labelled_maps(name, child, (*path, name))


def _labelled_maps(name: Any, child: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if name in _BY_POINT and isinstance(child, dict):
        yield path, child
    for code, texts in _fields(child).items() if name == "facet_names" else ():
        if isinstance(texts, dict):
            yield (*path, code), texts


def _every_language_has_a_text(document: dict[str, Any]) -> Found:
    yield from texts_agree(_list(document.get("languages")), _text_maps(document, ()))


def texts_agree(languages: list[Any], maps: Iterable[tuple[Path, dict[str, Any]]]) -> Found:
    """Yield where a text per language lacks one of the languages, or has another."""
    languages = [each for each in languages if isinstance(each, str)]
    for path, texts in maps:
        if not texts:
            continue  # the schema says that it is empty
        for language in languages:
            if language not in texts:
                yield (*path, language), f"there is no text in {language}"
        for language in texts:
            if language not in languages:
                yield (*path, language), f"{language} is not among the languages of this questionnaire"


def _facets_are_known(document: dict[str, Any]) -> Found:
    own = set(_fields(document.get("facet_names")))
    known = own | set(FACETS)
    hint = f"use one of {', '.join(sorted(known))}, or name it in facet_names"
    for path, item in _items(document):
        for name in ("facet", "second_facet"):
            facet = item.get(name)
            if isinstance(facet, str) and facet not in known:
                yield (
                    (*path, name),
                    f"{facet} is not a facet; {hint}",
                )
        if item.get("facet") and item.get("facet") == item.get("second_facet"):
            yield (*path, "second_facet"), "is the same as facet; leave it out"


def _keys_are_whole(document: dict[str, Any]) -> Found:
    for path, item in _items(document):
        options = list(_options(item, path))
        keyed = [option for _, option in options if option.get("key") is not None]
        if keyed and item.get("format") == "open_text":
            continue
        for place, option in options if keyed else ():
            if option.get("key") is None:
                yield (*place, "key"), "other options of this item have a key and this one has none"
        if keyed and not (item.get("key_set_by") or document.get("key_set_by")):
            yield (*path, "key_set_by"), "is missing: say who set the key, here or for the whole file"


def _generous_options_exist(document: dict[str, Any]) -> Found:
    for path, item in _items(document):
        generous = item.get("generous_option")
        if isinstance(generous, str) and generous not in {o.get("id") for _, o in _options(item, path)}:
            yield (*path, "generous_option"), f"there is no option {generous}"


def _scales_run_upwards(document: dict[str, Any]) -> Found:
    for path, item in _items(document):
        scale = _fields(item.get("scale"))
        low, high = scale.get("minimum"), scale.get("maximum")
        if not isinstance(low, int) or not isinstance(high, int):
            continue
        if low >= high:
            yield (*path, "scale"), f"runs from {low} to {high}; the minimum must be below the maximum"
        for name in sorted(_BY_POINT):
            yield from _points_fit(scale, low, high, (*path, "scale", name))


def _points_fit(scale: dict[str, Any], low: int, high: int, path: Path) -> Found:
    for language, texts in _fields(scale.get(str(path[-1]))).items():
        for point in _fields(texts):
            if point.lstrip("-").isdecimal() and not low <= int(point) <= high:
                yield (*path, language, point), f"{point} is outside the scale {low} to {high}"


def _anchors_hold(document: dict[str, Any]) -> Found:
    """Both ends are anchored, in every language the same points, and each of these has a label."""
    for path, item in _items(document):
        scale = _fields(item.get("scale"))
        anchors = {language: _points(texts) for language, texts in _fields(scale.get("anchors")).items()}
        ends = {point for name in ("minimum", "maximum") if isinstance(point := scale.get(name), int)}
        wanted = ends.union(*anchors.values())
        for language, given in anchors.items():
            here = (*path, "scale", "anchors", language)
            for point in sorted(wanted - given):
                why = "the ends of the scale need one" if point in ends else "another language has one"
                yield here, f"there is no anchor for {point}; {why}"
            for point in sorted(given - _points(_fields(scale.get("labels")).get(language))):
                yield (*here, str(point)), f"{point} has an anchor and no label in {language}"


def _points(texts: Any) -> set[int]:
    return {int(name) for name in _fields(texts) if name.lstrip("-").isdecimal()}


def _candidates_observe_themselves(document: dict[str, Any]) -> Found:
    if document.get("purpose", Purpose.SELECTION) != Purpose.SELECTION:
        return
    for path, item in _items(document):
        if "not_observed" in item:
            message = "belongs to ratings and surveys; leave it out, or say what the questionnaire is for in purpose"
            yield (*path, "not_observed"), message


def _history_knows_the_version(document: dict[str, Any]) -> Found:
    version, history = document.get("version"), _list(document.get("history"))
    if history and isinstance(version, str) and version not in [_fields(each).get("version") for each in history]:
        yield ("history",), f"has no line for version {version}; say what changed in it"


_RULES: tuple[Callable[[dict[str, Any]], Found], ...] = (
    _ids_are_unique,
    _ids_leave_columns_free,
    _sections_name_items,
    _items_have_a_section,
    _forms_name_sections,
    _sections_have_a_form,
    _every_language_has_a_text,
    _facets_are_known,
    _keys_are_whole,
    _generous_options_exist,
    _scales_run_upwards,
    _anchors_hold,
    _candidates_observe_themselves,
    _history_knows_the_version,
)
