"""May people who answered in different languages stand in one list? A gate with three answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from questionnaires.words import say
from scoring.groups.checks import CANNOT_TELL, Labels, Plain
from scoring.groups.dif import DIFFERS, EQUIVALENT, Comparison, dif, items_that_differ
from scoring.groups.responses import Responses


@dataclass(frozen=True)
class Equivalence(Plain):
    """One language against the reference language.

    Attributes
    ----------
    language, reference : str
    n, n_reference : int
    finding : str
        ``equivalent``: every item's difference is surely negligible. ``differs``: at least one item, or an
        option of it, differs. ``cannot_tell``: neither is shown, mostly because too few people answered.
    differing : tuple of str
        Items that differ, or have an option that does.
    undecided : tuple of str
        Items of which too little is known.
    note : str
    """

    language: str
    reference: str
    n: int
    n_reference: int
    finding: str
    differing: tuple[str, ...]
    undecided: tuple[str, ...]
    note: str


def equivalence(responses: Responses, language: Labels, reference: str | None = None) -> tuple[Equivalence, ...]:
    """Judge every language against the reference language (the one most people answered in, if none is named).

    Raises
    ------
    ScoringError
        Where the labels do not fit the answers, or there is one language only.
    """
    return judged(dif(responses, language, reference), responses)


def judged(found: Sequence[Comparison], responses: Responses) -> tuple[Equivalence, ...]:
    """Judge languages that were compared before, by `scoring.groups.dif.dif` on these responses."""
    return tuple(_judge(each, responses) for each in found)


def _judge(found: Comparison, responses: Responses) -> Equivalence:
    differing = sorted(items_that_differ(found, responses))
    undecided = [k for k, each in enumerate(found.items) if each.finding == CANNOT_TELL and k not in differing]
    return Equivalence(
        found.focal,
        found.reference,
        found.n_focal,
        found.n_reference,
        found.finding,
        tuple(responses.items[k] for k in differing),
        tuple(responses.items[k] for k in undecided),
        _note(found.finding),
    )


def _note(finding: str) -> str:
    if finding == EQUIVALENT:
        return say("Every item works alike in both languages, as far as its scores can show.")
    if finding == DIFFERS:
        return say(
            "Some items work differently in the two languages: look at their translation before lists are mixed."
        )
    return say("There are too few answers in the two languages to say whether every item works alike.")
