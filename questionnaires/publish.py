"""Record a version in the register of published questionnaires: ``python -m questionnaires.publish NAME VERSION``.

A published version never changes. Recording the same content again does nothing; recording other content
under the same version is refused.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from questionnaires.faults import QuestionnaireError
from questionnaires.shelf import LIBRARY, REGISTER, UnknownQuestionnaire, get, identities, published


class AlreadyPublished(Exception):
    """The version is published with other content."""


def publish(name: str, version: str, library: Path = LIBRARY) -> bool:
    """Record a version; return whether it was new.

    Raises
    ------
    AlreadyPublished
        Where the register has this version with other content.
    UnknownQuestionnaire, QuestionnaireError
        Where there is no such file, or it has faults.
    """
    register = published(library)
    now = identities(get(name, version, library))
    recorded = register.get(name, {}).get(version)
    if recorded == now:
        return False
    if recorded is not None:
        raise AlreadyPublished(f"{name} {version} is published and has changed since; make it a new version.")
    register.setdefault(name, {})[version] = now
    _write(library / REGISTER, json.dumps(register, indent=2, sort_keys=True) + "\n")
    return True


def _write(path: Path, text: str) -> None:
    beside = path.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def main(arguments: list[str], library: Path = LIBRARY) -> int:
    """Run the command; return its exit code."""
    if len(arguments) != 2:
        print("Use: python -m questionnaires.publish NAME VERSION", file=sys.stderr)
        return 2
    try:
        new = publish(arguments[0], arguments[1], library)
    except (AlreadyPublished, UnknownQuestionnaire, QuestionnaireError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{' '.join(arguments)}: {'published' if new else 'was published already, and is unchanged'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
