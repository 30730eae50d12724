"""The model card in markdown: for people, from the manifest alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from models.manifest import Manifest

_FIGURES = (
    ("n", "rated staff it was validated on"),
    ("n_units", "units"),
    ("r", "correlation with the criterion, cross-validated"),
    ("r_low", "its 90 % interval, lower end"),
    ("r_high", "its 90 % interval, upper end"),
    ("r_corrected", "corrected for unreliable ratings (shown, never used)"),
    ("criterion_reliability", "reliability of the criterion"),
    ("key_r", "correlation of the key alone"),
    ("auc", "probability of ranking a top person above another"),
    ("brier", "Brier score"),
    ("brier_base", "Brier score of the base rate"),
    ("log_loss", "log-loss"),
    ("log_loss_base", "log-loss of the base rate"),
    ("slope", "calibration slope (1 is right)"),
    ("intercept", "calibration intercept (0 is right)"),
    ("calibration_error", "calibration error, debiased"),
    ("coverage_90", "share of criteria inside their 90 % interval"),
)


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
        yield "## Figures, on people the model had not seen"
        yield ""
        yield "| figure | value |"
        yield "|---|---|"
        yield from (f"| {words} | {_number(figures.get(name))} |" for name, words in _FIGURES)
        yield ""
    notes = figures.get("notes") or []
    if notes:
        yield "## Notes"
        yield ""
        yield from (f"- {note}" for note in notes)
        yield ""


def _number(value: float | None) -> str:
    if value is None:
        return "not known"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _limits(manifest: Manifest) -> Iterator[str]:
    yield "## Limits"
    yield ""
    yield "- Calibrated on staff, who answer without stakes, until outcomes of hired applicants are known."
    yield "- Corrected figures are shown for information and never rank anybody."
    yield "- Nothing but answers enters a score: no time, no position of an option, no group membership."
    if manifest.sed is not None:
        yield f"- Two people within {manifest.sed:.4g} score points cannot be told apart (one SED)."
