"""Does anything move from month to month? Scores, flags and answers of every window against one baseline.

Many windows times three figures are many chances to be wrong: p-values are adjusted by Holm over all of them, so that
the chance of even one false alarm in a whole report is 5 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from questionnaires.words import packed, say
from scoring.encoding import AnswerEncoder
from scoring.errors import ScoringError
from scoring.groups.exact import mid_p
from scoring.quality.multiplicity import holm
from scoring.shift.means import mean_shift
from scoring.shift.psi import item_shifts, worst
from scoring.shift.samples import FEWEST

LEVEL = 0.05


@dataclass(frozen=True)
class Window:
    """People of one stretch of time.

    ``scores`` has shape (n,). ``flagged`` (n,) says who was to be reviewed, ``answers`` (n, p) are encoded answers;
    each None where not wanted.
    """

    label: str
    scores: np.ndarray
    flagged: np.ndarray | None = None
    answers: np.ndarray | None = None


@dataclass(frozen=True)
class DriftFigure:
    """One figure of one window against the baseline.

    ``figure`` is ``mean_score``, ``flag_rate`` or ``answers`` (then ``value`` is the largest stability index of any
    choice, and ``p`` Simes' combination over choices). ``verdict`` is ``moved`` or ``no_change_shown``.
    """

    window: str
    figure: str
    people: int
    baseline: float | None
    value: float
    p: float
    adjusted_p: float

    @property
    def verdict(self) -> str:
        return "moved" if self.adjusted_p < LEVEL else "no_change_shown"

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict}


@dataclass(frozen=True)
class Drift:
    """Every figure of every window that had enough people; the labels of those that had not."""

    figures: tuple[DriftFigure, ...]
    too_few: tuple[str, ...]

    @property
    def moved(self) -> tuple[DriftFigure, ...]:
        return tuple(figure for figure in self.figures if figure.verdict == "moved")

    @property
    def sentence(self) -> str:
        """The finding in words."""
        if not self.figures:
            return say("No window has %(n)s people yet: nothing can be told about drift.", n=FEWEST)
        if self.moved:
            windows = ", ".join(dict.fromkeys(figure.window for figure in self.moved))
            return say("Something moved in %(windows)s. Look at what changed then.", windows=windows)
        return say("No drift shown.")

    def to_plain(self) -> dict[str, Any]:
        return {
            "figures": [figure.to_plain() for figure in self.figures],
            "too_few": list(self.too_few),
            "sentence": packed(self.sentence),
        }


def drift(baseline: Window, windows: Sequence[Window], encoder: AnswerEncoder | None = None) -> Drift:
    """Compare each window with the baseline.

    Parameters
    ----------
    baseline : Window
        Of at least 10 people: the training staff, or the first applicants.
    windows : sequence of Window
        One with fewer than 10 people is named and left out.
    encoder : AnswerEncoder, optional
        Needed where answers are compared.

    Raises
    ------
    ScoringError
        Where the baseline has fewer than 10 people, arrays of one window differ in length, values are not finite, or
        answers belong to different forms.
    """
    for window in (baseline, *windows):
        _check(window)
    if len(baseline.scores) < FEWEST:
        raise ScoringError(say("A baseline needs %(n)s people. Wait, or take the training staff.", n=FEWEST))
    large = [window for window in windows if len(window.scores) >= FEWEST]
    figures = [figure for window in large for figure in _figures(baseline, window, encoder)]
    adjusted = holm([figure.p for figure in figures])
    told = [DriftFigure(**{**asdict(f), "adjusted_p": p}) for f, p in zip(figures, adjusted, strict=True)]
    return Drift(tuple(told), tuple(w.label for w in windows if len(w.scores) < FEWEST))


def _check(window: Window) -> None:
    beside = [each for each in (window.flagged, window.answers) if each is not None]
    if any(len(each) != len(window.scores) for each in beside):
        raise ScoringError(say("Scores, flags and answers of window %(label)s differ in number.", label=window.label))


def _figures(baseline: Window, window: Window, encoder: AnswerEncoder | None) -> list[DriftFigure]:
    figures = [_mean_figure(baseline, window)]
    if baseline.flagged is not None and window.flagged is not None:
        figures.append(_flag_figure(window, baseline.flagged, window.flagged))
    if encoder is not None and baseline.answers is not None and window.answers is not None:
        figures.append(_answer_figure(window, encoder, baseline.answers, window.answers))
    return figures


def _mean_figure(baseline: Window, window: Window) -> DriftFigure:
    p = mean_shift(baseline.scores, window.scores).p
    before, now = float(baseline.scores.mean()), float(window.scores.mean())
    return DriftFigure(window.label, "mean_score", len(window.scores), before, now, p, 1.0)


def _flag_figure(window: Window, before: np.ndarray, now: np.ndarray) -> DriftFigure:
    p = float(mid_p(now.sum(), len(now), before.sum(), len(before))[0])
    return DriftFigure(window.label, "flag_rate", len(now), float(before.mean()), float(now.mean()), p, 1.0)


def _answer_figure(window: Window, encoder: AnswerEncoder, before: np.ndarray, now: np.ndarray) -> DriftFigure:
    shifts = item_shifts(encoder, before, now)
    most = worst(shifts)
    p = min((shift.q for shift in shifts), default=1.0)
    return DriftFigure(window.label, "answers", len(now), None, most.psi if most else 0.0, p, 1.0)
