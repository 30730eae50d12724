"""A model in three plain sentences: does it predict, is it more than the key, do its probabilities come true."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.services.describe_figures import number
from webapp.services.reports.forecast_words import forecast_of, standing_of
from webapp.services.reports.parts import Figures

SAYS_WHERE_IT_STANDS = ("already", "probably", "about_equal", "more_needed")


def verdict(figures: Figures) -> list[str]:
    """Empty for a model without local evidence: nothing can be said of it."""
    if figures.get("r") is None:
        return []
    return [on_prediction(figures), on_the_key(figures), on_probabilities(figures)]


def on_prediction(figures: Figures) -> str:
    r, low, high = (figures.get(name) for name in ("r", "r_low", "r_high"))
    if low is None or high is None:
        return _("Whether it predicts your ratings cannot be told: there are too few people or units for an interval.")
    if low > 0:
        return _(
            "It predicts: among staff whom it had not seen, those it puts higher were rated higher (agreement %(r)s, "
            "likely %(low)s to %(high)s).",
            r=number(r),
            low=number(low),
            high=number(high),
        )
    if high < 0:
        return _("It predicts the wrong way round: those it puts higher were rated lower. Do not use it.")
    return _("Whether it predicts your ratings cannot be told: the likely range of the agreement includes zero.")


def on_the_key(figures: Figures) -> str:
    gain, low, high = (figures.get(f"r_minus_key{end}") for end in ("", "_low", "_high"))
    if gain is None or low is None or high is None:
        return _("Whether it orders people better than the key alone cannot be told.")
    if high < 0:
        return _("It orders people worse than the key alone; the difference is larger than chance explains.")
    if (forecast_of(figures) or {}).get("status") in SAYS_WHERE_IT_STANDS:
        return standing_of(figures)  # the same words as on the page of readiness, which shows the newest run
    if low > 0:
        return _("It orders people better than the key alone; the difference is larger than chance explains.")
    return _("It is not shown that it orders people better than the key alone, nor that it does not.")


def on_probabilities(figures: Figures) -> str:
    """Informative against the base rate first, then calibrated."""
    skill_low, skill_high = figures.get("brier_skill_low"), figures.get("brier_skill_high")
    slope_low, slope_high = figures.get("slope_low"), figures.get("slope_high")
    if skill_low is None or slope_low is None or slope_high is None:
        return _("Whether its probabilities come true cannot be told.")
    if skill_high is not None and skill_high < 0:
        return _("Its probabilities miss more than chance does: do not rely on them.")
    told = bool(skill_low > 0)
    calibrated = slope_low <= 1 <= slope_high
    if told and calibrated:
        return _("Its probabilities say more than chance, and no lack of calibration is shown.")
    if told:
        return _("Its probabilities say more than chance, but they are too bold or too timid: look at the diagram.")
    return _("It is not shown that its probabilities say more than chance.")
