"""What long work is called, which stages each kind has, and how it ended, in the reader's language.

A new kind adds a line to each table; everything else about the page of a job follows from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext


class Ended(Protocol):
    """What a sentence about the end of a job needs to know of it."""

    kind: str
    result: dict[str, Any]


NAMES: Mapping[str, Any] = {
    "train": _l("Training a new model"),
    "repeat": _l("Repeating a run"),
    "rescore": _l("Scoring a vacancy again"),
    "rehearse": _l("Rehearsing a promotion"),
    "decide": _l("Moving people after a decision"),
    "remind": _l("Reminding people who are not done"),
    "items": _l("Counting up the questions"),
    "items_rescore": _l("Scoring again after a question was set aside or brought back"),
    "watch": _l("Watching for drift"),
    "recalibrate": _l("Recalibrating a model"),
    "groups": _l("Making a report about applicants’ groups"),
    "audit": _l("Making an audit pack"),
    "export": _l("Writing a list"),
}

_LEARNING: Mapping[str, Any] = {
    "criterion": _l("Joining answers to ratings"),
    "validate": _l("Testing on people whom the model has not seen"),
    "groups": _l("Comparing groups of staff"),
    "fit": _l("Learning from everybody"),
}

_GROUPS: Mapping[str, Any] = {
    "read": _l("Reading who applied and what became of it"),
    "count": _l("Counting groups, and judging what may be told"),
    "answers": _l("Comparing answers and flags"),
}

STAGES: Mapping[str, Mapping[str, Any]] = {
    "train": {
        "gather": _l("Taking down answers and ratings"),
        **_LEARNING,
        "save": _l("Keeping the model and its figures"),
    },
    "repeat": {
        "gather": _l("Taking down answers and ratings"),
        "same": _l("Looking whether the data are the same"),
        **_LEARNING,
        "compare": _l("Comparing with what was kept"),
    },
    "rescore": {
        "score": _l("Scoring everybody who sent their answers"),
        "place": _l("Giving everybody a place and moving the vacancy"),
    },
    "rehearse": {"score": _l("Scoring open applicants with both models"), "compare": _l("Comparing the two")},
    "decide": {"decide": _l("Moving everybody whom the decision is about")},
    "remind": {"remind": _l("Reminding whoever may be reminded")},
    "items": {"read": _l("Reading answers"), "count": _l("Counting up each question"), "save": _l("Keeping the table")},
    "items_rescore": {
        "score": _l("Working out the new scores"),
        "save": _l("Changing each vacancy's list at once"),
    },
    "watch": {
        "read": _l("Reading what came in"),
        "compare": _l("Comparing staff and applicants"),
        "save": _l("Keeping the findings"),
    },
    "recalibrate": {"save": _l("Moving the intercept and keeping the model")},
    "groups": {**_GROUPS, "save": _l("Keeping the report")},
    "export": {"write": _l("Writing the list")},
    "audit": {**_GROUPS, "write": _l("Writing the pages"), "save": _l("Keeping the files")},
}


def name_of(kind: str) -> str:
    """What this work is called."""
    return str(NAMES[kind]) if kind in NAMES else _("Work in the background")


def stages_of(kind: str) -> dict[str, str]:
    """The stages of this kind in their order, by their code."""
    return {code: str(words) for code, words in STAGES.get(kind, {}).items()}


def _trained(result: Mapping[str, Any]) -> str:
    return _("Model %(number)s is ready. It changes nothing until you promote it.", number=result.get("number"))


def _repeated(result: Mapping[str, Any]) -> str:
    number = result.get("number")
    if not result.get("same_data"):
        return _(
            "The data are no longer those that model %(number)s learned from, so its figures cannot be compared with "
            "new ones. Nothing was changed.",
            number=number,
        )
    if result["comparison"]["same"]:
        return _(
            "Model %(number)s was made again: every figure and every number that scores people is the same, to the "
            "last digit.",
            number=number,
        )
    return _("Model %(number)s was made again on the same data, and not everything came out the same.", number=number)


def _looked(result: Mapping[str, Any]) -> str:
    return ngettext("%(num)s look was taken.", "%(num)s looks were taken.", result.get("looks", 0))


def _rescored(result: Mapping[str, Any]) -> str:
    if not result.get("moved"):
        return _("The vacancy was closed meanwhile, so it stays on its model.")
    return ngettext(
        "%(num)s applicant was scored again, and the vacancy has moved to the new model.",
        "%(num)s applicants were scored again, and the vacancy has moved to the new model.",
        result.get("scored", 0),
    )


def _scored_without(result: Mapping[str, Any]) -> str:
    return ngettext("%(num)s score has changed.", "%(num)s scores have changed.", result.get("changed", 0))


def _rehearsed(_result: Mapping[str, Any]) -> str:
    return _("The rehearsal is there to be read. Nothing was changed by it.")


DONE: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "train": _trained,
    "repeat": _repeated,
    "rescore": _rescored,
    "recalibrate": _trained,
    "watch": _looked,
    "rehearse": _rehearsed,
    "items_rescore": _scored_without,
}
"""What was done, in a sentence; a kind without one only says that it is done."""

CANCELLED: Mapping[str, Any] = {
    "remind": _l("Mails that were queued before go out. Nobody else is reminded."),
    "watch": _l("Looks that were taken before it stopped are kept; the others come with the next run."),
    "items_rescore": _l("No list has changed. The question stays as you set it; score again from its page."),
    "train": _l("It stopped before a model was kept. What it had taken down is deleted; your data is as it was."),
    "repeat": _l("Nothing was compared. What it had taken down is deleted; the model is as it was."),
    "rescore": _l("The vacancy stays on the model that it was on, and nobody's place has changed."),
}


def done_sentence(job: Ended) -> str:
    return DONE[job.kind](job.result) if job.kind in DONE else _("The work is done.")


def cancelled_sentence(job: Ended) -> str:
    return str(CANCELLED.get(job.kind, _l("Nothing was kept of it, and nothing was changed.")))
