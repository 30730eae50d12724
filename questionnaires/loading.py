"""From a YAML file to a questionnaire, or to the list of everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from questionnaires.building import build
from questionnaires.definition import Questionnaire
from questionnaires.faults import Fault, QuestionnaireError
from questionnaires.rules import check_rules
from questionnaires.shape import check_shape
from questionnaires.yaml_source import Source, read_source

__all__ = ["Fault", "QuestionnaireError", "load", "load_text", "read_text"]

LARGEST = 5_000_000


def load(path: str | Path) -> Questionnaire:
    """Read a questionnaire from a file.

    Parameters
    ----------
    path
        A YAML file in UTF-8, of at most 5 MB.

    Raises
    ------
    QuestionnaireError
        With every fault of the file, each with its path and line.
    """
    return load_text(read_text(Path(path)), str(path))


def load_text(text: str, name: str = "<text>") -> Questionnaire:
    """Read a questionnaire from YAML text; ``name`` is what messages call it.

    Raises
    ------
    QuestionnaireError
        With every fault of the text, each with its path and line.
    """
    source = read_source(text)
    _check(source)
    if source.faults:
        raise QuestionnaireError(name, source.faults)
    return build(source.value, text)


def _check(source: Source) -> None:
    if source.value is None:
        if not source.faults:
            source.fault((), "the file is empty")
        return
    check_shape(source)
    check_rules(source)


def read_text(path: Path) -> str:
    """Return a file's text.

    Raises
    ------
    QuestionnaireError
        Where the file is not there, is too large, or is not UTF-8.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise _cannot_read(path, f"the file is larger than {LARGEST // 1_000_000} MB")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _cannot_read(path, "this is not UTF-8; save the file as UTF-8", line) from error
    except OSError as error:
        raise _cannot_read(path, f"the file cannot be read: {error.strerror}") from error


def _cannot_read(path: Path, message: str, line: int = 1) -> QuestionnaireError:
    return QuestionnaireError(str(path), [Fault(line, "", message)])
