"""What the learning curve says about more rated staff, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from webapp.services.describe_figures import number

Forecast = Mapping[str, Any]


def forecast_of(figures: Mapping[str, Any]) -> Forecast | None:
    return (figures.get("learning_curve") or {}).get("forecast")


def standing_of(figures: Mapping[str, Any]) -> str:
    """Where model and key stand, as every page says it; empty where no forecast is known."""
    return _standing(forecast_of(figures) or {})


def forecast_sentences(forecast: Forecast) -> list[str]:
    """Where model and key stand, how many more people it may take, and what twice as many would bring."""
    told = [_standing(forecast), _more(forecast), _double(forecast)]
    return [sentence for sentence in told if sentence]


def _standing(forecast: Forecast) -> str:
    return {
        "already": _(
            "The model orders people better than the key alone; nineteen of twenty re-drawings of these data agree."
        ),
        "probably": _("The model probably orders people better than the key alone, but these data do not settle it."),
        "about_equal": _("So far the model and the key alone order people about equally well."),
        "more_needed": _(
            "So far the key alone seems to order people at least as well; the curve says that this changes with more "
            "staff."
        ),
        "not_within_reach": _("How many more rated staff it takes to beat the key cannot be told from these data."),
        "no_key": _("There is no key for the model to be compared with."),
        "cannot_tell": _("There are too few people to tell how the model would gain from more of them."),
    }.get(forecast.get("status", ""), "")


def _more(forecast: Forecast) -> str:
    """Empty where nothing more is needed or nothing can be told."""
    low, middle, high = (forecast.get(name) for name in ("more_staff_low", "more_staff", "more_staff_high"))
    if forecast.get("status") not in ("probably", "about_equal", "more_needed") or middle is None:
        return ""
    if not middle:
        return _at_hand(high)
    return _best_guess(middle) + " " + _interval(low or 0, high)


def _at_hand(high: int | None) -> str:
    if high is None:
        return _(
            "The best guess is that no more are needed to beat the key, but it may take more than can be foreseen."
        )
    return ngettext(
        "The best guess is that no more are needed to beat the key; it may take up to %(num)s more.",
        "The best guess is that no more are needed to beat the key; it may take up to %(num)s more.",
        high,
    )


def _best_guess(more: int) -> str:
    return ngettext(
        "The best guess is %(num)s more rated person until the model beats the key.",
        "The best guess is %(num)s more rated people until the model beats the key.",
        more,
    )


def _interval(low: int, high: int | None) -> str:
    if high is None:
        return _(
            "Nine times of ten it takes at least %(low)s, and it may take more than can be foreseen.",
            low=format_decimal(low),
        )
    return _("It is likely between %(low)s and %(high)s.", low=format_decimal(low), high=format_decimal(high))


def _double(forecast: Forecast) -> str:
    r, low, high = (forecast.get(name) for name in ("r_double", "r_double_low", "r_double_high"))
    if r is None:
        return ""
    if low is None or high is None:
        return _("With twice as many rated staff, expect an agreement of about %(r)s.", r=number(r))
    return _(
        "With twice as many rated staff, expect an agreement of about %(r)s, likely between %(low)s and %(high)s.",
        r=number(r),
        low=number(low),
        high=number(high),
    )
