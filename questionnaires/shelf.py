"""The questionnaires that come with the product, and the register of those that are published."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from questionnaires.definition import Purpose, Questionnaire
from questionnaires.identity import content_identity, scoring_identity, texts_identity
from questionnaires.loading import QuestionnaireError, load

LIBRARY = Path(__file__).parent / "library"
REGISTER = "published.json"
Register = dict[str, dict[str, dict[str, str]]]


class UnknownQuestionnaire(LookupError):
    """A questionnaire or version that is not on the shelf; the message names what is."""


def available(library: Path = LIBRARY) -> list[tuple[str, str]]:
    """Return every (name, version) on the shelf, by name and then from the oldest to the newest."""
    found = [(path.parent.name, path.stem) for path in library.glob("*/*.yaml")]
    return sorted(found, key=lambda each: (each[0], version_order(each[1])))


def for_selection(library: Path = LIBRARY) -> list[tuple[str, str]]:
    """Return what a company is given for applicants: no rating forms, surveys or reactions, and nothing superseded.

    Of every questionnaire that is the newest version. What a company has already it keeps, and its models score it.
    """
    newest = dict(entry for entry in available(library) if get(*entry, library).purpose is Purpose.SELECTION)
    return list(newest.items())


def version_order(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by: 1.10.0 comes after 1.9.0."""
    return tuple(int(part) if part.isdecimal() else -1 for part in version.split("."))


def get(name: str, version: str | None = None, library: Path = LIBRARY) -> Questionnaire:
    """Return a questionnaire from the shelf; without a version, the newest.

    Raises
    ------
    UnknownQuestionnaire
        Where the shelf has no such name or version.
    QuestionnaireError
        Where the file has faults.
    """
    versions = [each for known, each in available(library) if known == name]
    if not versions or (version is not None and version not in versions):
        raise UnknownQuestionnaire(_not_there(name, version, library))
    return _loaded(library / name / f"{version or versions[-1]}.yaml")


@cache
def _loaded(path: Path) -> Questionnaire:
    questionnaire = load(path)
    if (questionnaire.name, questionnaire.version) != (path.parent.name, path.stem):
        said = f"{questionnaire.name} {questionnaire.version}"
        raise UnknownQuestionnaire(f"{path.parent.name}/{path.name} calls itself {said}; name the file after it")
    return questionnaire


def forget() -> None:
    """Read every file again when it is asked for next."""
    _loaded.cache_clear()


def _not_there(name: str, version: str | None, library: Path) -> str:
    known = ", ".join(" ".join(each) for each in available(library)) or "nothing"
    return f"There is no questionnaire {name}{f' {version}' if version else ''} on the shelf, which has: {known}."


def identities(questionnaire: Questionnaire) -> dict[str, str]:
    """Return the fingerprints by which a published version is known."""
    return {
        "content": content_identity(questionnaire),
        "scoring": scoring_identity(questionnaire),
        "texts": texts_identity(questionnaire),
    }


def published(library: Path = LIBRARY) -> Register:
    """Return the register of published versions: name, version, fingerprints."""
    register = library / REGISTER
    if not register.exists():
        return {}
    loaded: Register = json.loads(register.read_text(encoding="utf-8"))
    return loaded


def unpublished(library: Path = LIBRARY) -> list[tuple[str, str]]:
    """Return what stands on the shelf without being in the register: see ``questionnaires.publish``."""
    register = published(library)
    return [(name, version) for name, version in available(library) if version not in register.get(name, {})]


def changed_since_publication(library: Path = LIBRARY) -> list[str]:
    """Return a sentence for every published version that is gone or no longer what was published."""
    return [
        f"{name} {version}: {problem}"
        for name, versions in published(library).items()
        for version, recorded in versions.items()
        if (problem := _difference(name, version, recorded, library))
    ]


def _difference(name: str, version: str, recorded: dict[str, str], library: Path) -> str | None:
    if (name, version) not in available(library):
        return "was published and its file is gone; bring it back"
    try:
        now = identities(get(name, version, library))
    except QuestionnaireError as error:
        return f"was published and has faults now; restore it ({error.faults[0]})"
    differing = [kind for kind in sorted(recorded) if recorded[kind] != now.get(kind)]
    if not differing:
        return None
    return f"was published and has changed since ({', '.join(differing)}); restore it and make a new version"
