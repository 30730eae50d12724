"""The model card in markdown: for people, from the manifest alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from models.confidence import FEW_RATERS, IN_CONFIDENCE
from models.manifest import Manifest
from questionnaires.words import unpacked

RECALIBRATION = "recalibration"
"""Under which name a model's figures keep that its intercept was moved, and on what that rests."""

_FIGURES = (
    ("n", "rated staff it was validated on"),
    ("n_units", "units"),
    ("criterion_reliability", "reliability of the criterion"),
    ("r", "correlation with the criterion, cross-validated"),
    ("key_r", "correlation of the key alone"),
    ("r_minus_key", "what the model adds to the key"),
    ("r_corrected", "correlation corrected for unreliable ratings (shown, never used)"),
    ("r_range_corrected", "correlation corrected for range restriction (shown, never used)"),
    ("auc", "probability of ranking a top person above another"),
    ("brier", "Brier score"),
    ("brier_base", "Brier score of the base rate"),
    ("brier_skill", "Brier skill, 1 less their ratio"),
    ("log_loss", "log-loss"),
    ("log_loss_base", "log-loss of the base rate"),
    ("slope", "calibration slope (1 is right)"),
    ("intercept", "calibration intercept (0 is right)"),
    ("calibration_error", "calibration error, debiased"),
    ("coverage_90", "share of criteria inside their 90 % interval"),
)
_WITHOUT_INTERVAL = ("brier_base", "log_loss_base")


def write_card(manifest: Manifest) -> str:
    """Write the card of a model."""
    return "\n".join([*_head(manifest), *_figures(manifest.figures), *_limits(manifest), ""])


def _head(manifest: Manifest) -> Iterator[str]:
    yield f"# Model for {manifest.questionnaire} {manifest.version}, form {manifest.form}"
    yield ""
    if manifest.kind == "key_only":
        yield "Scores by the key. There is no local evidence: no probability and no expected rating is given."
    else:
        yield f"Predicts {_criterion(manifest)}, from answers to the questionnaire alone."
    yield ""
    yield f"- made: {manifest.created}"
    if not manifest.figures.get(IN_CONFIDENCE):
        yield f"- seed: {manifest.seed}"
    yield f"- scoring identity: `{manifest.scoring_identity}`"
    yield f"- data fingerprint: `{manifest.data_fingerprint or 'no data'}`"
    yield f"- libraries: {', '.join(f'{name} {version}' for name, version in sorted(manifest.libraries.items()))}"
    yield ""


def _criterion(manifest: Manifest) -> str:
    name = f"the criterion “{manifest.criterion}”" if manifest.criterion else "the mean rating"
    if manifest.binary:
        return f"{name} (0 or 1); the probability given is that of a 1"
    low, high = manifest.scale or (float("nan"), float("nan"))
    return f"{name} on the scale from {low:g} to {high:g}"


def _figures(figures: Mapping[str, Any]) -> Iterator[str]:
    if "r" in figures:
        yield from _table(
            "Figures, on people the model had not seen", ("figure", "value", "90 % interval"), _rows(figures)
        )
        yield from _table("Hire or retrain", _HIRING_HEAD, _hiring(figures))
        yield from _table("Learning curve", _CURVE_HEAD, _curve(figures))
        yield from _checks(figures)
    notes = figures.get("notes") or []
    if notes:
        yield "## Notes"
        yield ""
        yield from (f"- {note}" for note in notes)
        yield ""


_HIRING_HEAD = ("share hired", "top third among them", "90 % interval", "by Taylor and Russell")
_CURVE_HEAD = ("learned from", "correlation", "90 % interval", "key alone")


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table with its title, or nothing where it has no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if lines:
        yield from (f"## {title}", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines, "")


def _rows(figures: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, words in _FIGURES:
        ends = (None, None) if name in _WITHOUT_INTERVAL else (figures.get(f"{name}_low"), figures.get(f"{name}_high"))
        yield words, _number(figures.get(name)), _range(*ends)


def _hiring(figures: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for row in figures.get("hire_or_retrain") or ():
        normal = row.get("taylor_russell")
        yield (
            f"{row['selection_ratio']:.0%}",
            f"{row['expected_share']:.0%}",
            _percents(row),
            ("not known" if normal is None else f"{normal:.0%}"),
        )


def _percents(row: Mapping[str, Any]) -> str:
    return f"{row['low']:.0%} to {row['high']:.0%}"


def _curve(figures: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for point in (figures.get("learning_curve") or {}).get("points", ()):
        yield str(point["n"]), _number(point["r"]), _range(point["r_low"], point["r_high"]), _number(point["key_r"])


def _checks(figures: Mapping[str, Any]) -> Iterator[str]:
    canary = figures.get("canary")
    if canary:
        verdict = "passed" if canary["passed"] else "NOT passed"
        yield (
            f"Canary {verdict}: with ratings dealt out at random, r is {canary['r']:.3f} "
            f"(standard error {canary['standard_error']:.3f})."
        )
        yield ""
    yield from _tried(figures)
    facets = [facet["facet"] for facet in figures.get("facet_bands") or () if facet["wins"]]
    if figures.get("facet_bands"):
        told = ", ".join(facets) if facets else "none; a facet's own score says less about it than the total does"
        yield f"Facets with enough information for a band of their own: {told}."
        yield ""


def _tried(figures: Mapping[str, Any]) -> Iterator[str]:
    """What was tried in the stack's place, and what follows."""
    challengers = figures.get("challengers")
    if not challengers:
        return
    found = ", ".join(f"{_CHALLENGERS[name]} {row['r']:.3f}" for name, row in challengers["tried"].items())
    yield f"Challengers, on {challengers['n']} people, correlation under nested cross-validation: {found}."
    yield str(unpacked(challengers["sentence"]))
    yield ""


_CHALLENGERS = {
    "stack": "linear stack",
    "own_criterion": "stack without related criteria",
    "boosting": "boosting",
    "stack_and_boosting": "mean of stack and boosting",
}


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{_number(low)} to {_number(high)}"


def _number(value: float | None) -> str:
    if value is None:
        return "not known"
    return str(value) if isinstance(value, int) else f"{value:.{_digits(value)}f}"


def _digits(value: float) -> int:
    """What was rounded to hundredths is written so."""
    return 2 if value == round(value, 2) else 3


def _limits(manifest: Manifest) -> Iterator[str]:
    yield "## Limits"
    yield ""
    if RECALIBRATION not in manifest.figures:
        yield "- Calibrated on staff, who answer without stakes, until outcomes of hired applicants are known."
    yield "- Corrected figures are shown for information and never rank anybody."
    yield "- Nothing but answers enters a score: no time, no position of an option, no group membership."
    if manifest.figures.get(IN_CONFIDENCE):
        yield "- Some ratings were given in confidence: figures are rounded, numbers of people are whole fives, and"
        yield "  about one rating in eight was left out by a secret choice, so that nobody can compute them again."
        yield f"- Left out, as fewer than three colleagues rated them: {manifest.figures[FEW_RATERS]} people."
    if manifest.sed is not None:
        yield f"- Two people within {manifest.sed:.4g} score points cannot be told apart (one SED)."
