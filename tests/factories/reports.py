"""Figures of models as runs keep them: plain values, small, made up."""

from __future__ import annotations

from typing import Any

SINGLE = {
    "r": (0.34, 0.21, 0.46),
    "key_r": (0.32, 0.18, 0.44),
    "r_minus_key": (0.02, -0.03, 0.08),
    "auc": (0.70, 0.62, 0.80),
    "slope": (1.2, 0.8, 1.7),
    "intercept": (0.1, -0.2, 0.4),
    "calibration_error": (0.02, 0.0, 0.09),
    "brier": (0.204, 0.17, 0.24),
    "brier_base": (0.23, 0.20, 0.26),
    "brier_skill": (0.11, 0.04, 0.18),
    "log_loss": (0.595, 0.52, 0.66),
    "log_loss_base": (0.652, 0.59, 0.71),
    "coverage_90": (0.88, 0.85, 0.91),
}


def point(n: int, r: float, key_r: float | None = 0.33) -> dict[str, Any]:
    gain = None if key_r is None else r - key_r
    ends = {"gain_low": -0.05, "gain_high": 0.08} if key_r is not None else {"gain_low": None, "gain_high": None}
    return {"n": n, "r": r, "r_low": r - 0.13, "r_high": r + 0.12, "key_r": key_r, "gain": gain, **ends}


def forecast(status: str = "probably", **values: Any) -> dict[str, Any]:
    names = (
        "beats_key_now",
        "more_staff",
        "more_staff_low",
        "more_staff_high",
        "r_double",
        "r_double_low",
        "r_double_high",
    )
    return {**dict.fromkeys(names), "status": status, **values}


def figures(**changed: Any) -> dict[str, Any]:
    """A trained model's figures."""
    single = {
        f"{name}{end}": value
        for name, three in SINGLE.items()
        for end, value in zip(("", "_low", "_high"), three, strict=True)
    }
    return {
        **single,
        "n": 140,
        "n_units": 12,
        "n_answered": 140,
        "n_rated": 140,
        "resampled": "units",
        "base_rate": 1 / 3,
        "r_corrected": 0.37,
        "r_range_corrected": None,
        "spread_ratio": None,
        "criterion_reliability": 0.84,
        "score_reliability": 0.61,
        "rating_notes": [],
        "learning_curve": {
            "points": [point(37, 0.336), point(64, 0.351), point(112, 0.353)],
            "forecast": forecast(
                beats_key_now=0.81,
                more_staff=20,
                more_staff_low=0,
                r_double=0.36,
                r_double_low=0.25,
                r_double_high=0.46,
            ),
        },
        "canary": {
            "r": 0.0123,
            "standard_error": 0.035,
            "permutations": 12,
            "people": 140,
            "attempts": 1,
            "passed": True,
        },
        "reliability_diagram": [
            {"predicted": 0.2, "observed": 0.25, "n": 70, "low": 0.1, "high": 0.4},
            {"predicted": 0.5, "observed": 0.45, "n": 70, "low": 0.3, "high": 0.6},
        ],
        "expectancy": [{"band": "top quarter", "predicted": 0.48, "observed": 0.58, "n": 35}],
        "hire_or_retrain": [
            {
                "selection_ratio": 0.3,
                "expected_share": 0.55,
                "low": 0.43,
                "high": 0.71,
                "taylor_russell": 0.51,
                "taylor_russell_low": 0.44,
                "taylor_russell_high": 0.57,
            }
        ],
        "hiring_assumptions": ["applicants_like_staff", "jointly_normal"],
        "facet_bands": [
            {
                "facet": "candour",
                "items": 3,
                "reliability": 0.16,
                "prmse_facet": 0.16,
                "prmse_total": 0.29,
                "wins": False,
            }
        ],
        "calibrations": {"tried": {"gaussian": {"log_loss": 0.61, "brier": 0.21, "gain": 0.0, "gain_se": 0.0}}},
        "interval_methods": {"tried": {"product": {"coverage": 0.88, "width": 2.5}}},
        "challengers": None,
        "groups": None,
        **changed,
    }


def item(name: str, difference: float | None, finding: str) -> dict[str, Any]:
    letter = "" if difference is None else "C" if abs(difference) > 0.25 else "A"
    uniform = {"difference": difference, "error": None if difference is None else 0.05, "letter": letter}
    return {"item": name, "uniform": uniform, "finding": finding}


def option(name: str, finding: str) -> dict[str, Any]:
    return {"option": name, "uniform": {"delta": -1.6, "odds_ratio": 2.0, "letter": "C"}, "finding": finding}


def estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.2, "high": value + 0.2, "p": 0.3}


def groups(**changed: Any) -> dict[str, Any]:
    """What a run keeps of the staff by language."""
    share = {"ratio": 0.9, "log_low": 0.5, "log_high": 1.5, "mid_p": 0.7, "finding": "not_below_four_fifths"} | {
        "interval_holds_line": True,
        "compared_with": "en",
    }
    return {
        "n": 100,
        "languages": [{"language": "en", "n": 60}, {"language": "lt", "n": 38}, {"language": None, "n": 2}],
        "single": None,
        "dif": [
            {
                "focal": "lt",
                "reference": "en",
                "n_focal": 38,
                "n_reference": 60,
                "rounds": 2,
                "finding": "differs",
                "items": [
                    item("queue", 0.02, "equivalent"),
                    item("parcel", -0.41, "differs"),
                    item("open", None, "cannot_tell"),
                ],
                "options": [option("parcel.best=a", "differs"), option("queue.best=a", "equivalent")],
                "notes": [],
            }
        ],
        "equivalence": [
            {
                "language": "lt",
                "reference": "en",
                "n": 38,
                "n_reference": 60,
                "finding": "differs",
                "differing": ["parcel"],
                "undecided": ["open"],
                "note": "A note.",
            }
        ],
        "n_tested": 98,
        "impact": {"against_highest": [{"group": "lt", "n": 38, "selected": 11, "rate": 0.29, **share}]},
        "prediction": [
            {
                "focal": "lt",
                "reference": "en",
                "n_focal": 38,
                "n_reference": 60,
                "finding": "no_difference_shown",
                "slope": estimate(0.1),
                "intercept": estimate(-0.05),
                "note": "Another note.",
            }
        ],
        "absent": None,
        **changed,
    }
