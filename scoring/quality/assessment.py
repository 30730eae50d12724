"""One person's response quality: indices, flags, and whether a human should look. Never a rejection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from questionnaires.words import packed, say
from scoring.encoding import AnswerEncoder, Encoded
from scoring.quality.indices import LONGEST_RUN, TIMED, all_indices, check_traces, longest_run_of
from scoring.quality.limits import NO_LIMIT, Limit
from scoring.quality.reference import FLAGS_FOR_REVIEW, QualityReference
from scoring.quality.traces import Trace

SENTENCES = {
    LONGEST_RUN: say("The same place on the screen was chosen many times running."),
    "speed": say("The screens were left much faster than people need to read them."),
    "even_odd": say("Answers to situations of the same kind do not go together."),
    "variability": say("The quality of the answers varies unusually much or little."),
    "scale_variability": say("Nearly the same point of the scale was chosen every time."),
    "distance": say("The combination of answers is unusual."),
    "person_fit": say("The answers fit no level of the aptitude."),
    "key_agreement": say("The answers agree with the key more than the person's level explains."),
    "even_pace": say("Every screen took nearly the same time for its length."),
}


@dataclass(frozen=True)
class IndexFigure:
    """One index of one person.

    ``value`` is None where it cannot be had. ``limit`` says where flags begin and what that rests on; for the longest
    run, of which ``probability`` is the chance, it is that of the probability. ``off`` marks an index that an
    adjustment switches off.
    """

    name: str
    value: float | None
    limit: Limit
    flagged: bool
    probability: float | None = None
    off: bool = False

    def to_plain(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "limit": self.limit.to_plain(),
            "flagged": self.flagged,
            "probability": self.probability,
            "off": self.off,
            "sentence": packed(SENTENCES[self.name]) if self.flagged else None,
        }


@dataclass(frozen=True)
class Quality:
    """How somebody answered. ``review`` asks a human to look; nothing here ever rejects anybody."""

    indices: tuple[IndexFigure, ...]

    @property
    def flags(self) -> tuple[str, ...]:
        """Names of the flagged indices."""
        return tuple(figure.name for figure in self.indices if figure.flagged)

    @property
    def review(self) -> bool:
        """Two flags or more."""
        return len(self.flags) >= FLAGS_FOR_REVIEW

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the flags mean, in words."""
        return tuple(SENTENCES[name] for name in self.flags)

    def to_plain(self) -> dict[str, Any]:
        return {
            "review": self.review,
            "flags": list(self.flags),
            "indices": [figure.to_plain() for figure in self.indices],
        }


def assess(
    encoder: AnswerEncoder,
    encoded: Encoded,
    reference: QualityReference,
    traces: Sequence[Trace] | None = None,
    adjusted: Sequence[bool] | bool = False,
) -> list[Quality]:
    """Return the response quality of everybody in ``encoded``, one `Quality` a person.

    Parameters
    ----------
    encoder, encoded
        Of n people, on the reference's form.
    reference : QualityReference
    traces : sequence of n Trace, optional
        Positions and times; without them the indices that need them are empty.
    adjusted : bool or sequence of n bool
        Who had an adjustment: then nothing that rests on time is flagged.

    Raises
    ------
    ScoringError
        Where the answers belong to another form, or traces and people differ in number.
    """
    reference.check(encoder)
    known_traces = check_traces(traces, len(encoded.X))
    values = all_indices(encoder, encoded, known_traces, reference.fitted)
    whole = np.broadcast_to(np.asarray(adjusted, dtype=bool), len(encoded.X))
    return [
        _quality(encoder, reference, trace, {name: float(v[row]) for name, v in values.items()}, bool(whole[row]))
        for row, trace in enumerate(known_traces)
    ]


def assess_one(
    encoder: AnswerEncoder,
    encoded: Encoded,
    reference: QualityReference,
    trace: Trace | None = None,
    adjusted: bool = False,
) -> Quality:
    """Return the response quality of the one person in ``encoded``; as `assess`."""
    return assess(encoder, encoded, reference, None if trace is None else [trace], adjusted)[0]


def _quality(
    encoder: AnswerEncoder, reference: QualityReference, trace: Trace, values: Mapping[str, float], adjusted: bool
) -> Quality:
    figures = [_figure(name, value, reference.limits[name], adjusted) for name, value in values.items()]
    return Quality((_run_figure(encoder, reference, trace), *figures))


def _figure(name: str, value: float, limit: Limit, adjusted: bool) -> IndexFigure:
    off = adjusted and name in TIMED
    return IndexFigure(name, value if isfinite(value) else None, limit, not off and limit.crossed(value), off=off)


def _run_figure(encoder: AnswerEncoder, reference: QualityReference, trace: Trace) -> IndexFigure:
    run = longest_run_of(encoder, trace)
    if run is None:
        return IndexFigure(LONGEST_RUN, None, NO_LIMIT, flagged=False)
    limit = Limit(reference.rate, None, "chance")
    return IndexFigure(LONGEST_RUN, float(run.length), limit, run.probability <= reference.rate, run.probability)
