"""Each figure of a model with one sentence that says what it means and one that says what it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _

from scoring.groups.checks import SMALLEST_GROUP

Figures = Mapping[str, Any]
_SIDES = ("predicted", "observed")


@dataclass(frozen=True)
class Figure:
    """A value in the reader's own writing."""

    name: str
    value: str
    means: str
    not_means: str


def number(value: float | None, digits: int = 2) -> str:
    if value is None:
        return _("not known")
    text: str = format_decimal(round(value, digits), format=f"0.{'0' * digits}" if digits else "#,##0")
    return text


def share(value: float | None) -> str:
    return _("not known") if value is None else str(format_percent(value))


def between(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return number(value)
    return _("%(value)s, likely %(low)s to %(high)s", value=number(value), low=number(low), high=number(high))


def against(value: float | None, base: float | None) -> str:
    return _("%(value)s, against %(base)s by chance", value=number(value, 3), base=number(base, 3))


def on_average(points: Sequence[Figures]) -> str:
    """Calibration in the large, from the groups of the reliability diagram: every group counts by its people."""
    people = sum(point["n"] for point in points)
    if not people:
        return _("not known")
    predicted, observed = (sum(point[name] * point["n"] for point in points) / people for name in _SIDES)
    return _("%(predicted)s promised, %(observed)s observed", predicted=share(predicted), observed=share(observed))


def describe_figures(figures: Figures) -> list[Figure]:
    """The figures in the order in which they are worth reading."""
    return [*on_order(figures), *on_calibration(figures), *on_misses(figures), *on_ratings(figures)]


def on_order(figures: Figures) -> list[Figure]:
    return [
        Figure(
            _("Agreement with the ratings"),
            between(figures.get("r"), figures.get("r_low"), figures.get("r_high")),
            _(
                "How closely the model's order follows your colleagues' ratings, among people whom it had not seen: "
                "0 is not at all, 1 is perfectly, and published tests of this kind reach about 0.2 to 0.3."
            ),
            _("It is not the share of right decisions, and applicants may differ from staff."),
        ),
        Figure(
            _("Agreement of the key alone"),
            number(figures.get("key_r")),
            _("What you would have without any training: the difference is what your own ratings have taught."),
            _("It does not say whether the key suits your company better or worse than others."),
        ),
        Figure(
            _("Gain over the key alone"),
            between(figures.get("r_minus_key"), figures.get("r_minus_key_low"), figures.get("r_minus_key_high")),
            _(
                "How much more closely the model's order follows the ratings than the key's does: above 0, training "
                "helped."
            ),
            _("Where the likely range includes 0, it is not shown that training helps, nor that it does not."),
        ),
        Figure(
            _("Telling two people apart"),
            share(figures.get("auc")),
            _(
                "Of one person rated in the top third and one who is not, the model puts the right one first this "
                "often; by chance it would be half of the time."
            ),
            _("It does not say how sure the model is of any one person."),
        ),
    ]


def on_calibration(figures: Figures) -> list[Figure]:
    return [
        Figure(
            _("Calibration slope"),
            between(figures.get("slope"), figures.get("slope_low"), figures.get("slope_high")),
            _(
                "Near 1, probabilities are as far apart as they should be; below 1 they are too bold, above 1 too "
                "timid."
            ),
            _("It does not say that the model tells people apart: a useless model can be calibrated too."),
        ),
        Figure(
            _("Calibration intercept"),
            between(figures.get("intercept"), figures.get("intercept_low"), figures.get("intercept_high")),
            _(
                "Read it together with the slope: with slope 1 and intercept 0 the probabilities come true; above 0, "
                "more comes true where one in two was promised, below 0 less."
            ),
            _("Alone it does not say whether probabilities are too high or too low on average: the next figure does."),
        ),
        Figure(
            _("Promised and observed on average"),
            on_average(figures.get("reliability_diagram") or []),
            _(
                "The mean of the probabilities that staff were given, and the share of them who were in the top third: "
                "near each other, the probabilities are right on average."
            ),
            _("It is measured on staff; among applicants the average may lie elsewhere."),
        ),
        Figure(
            _("Calibration error"),
            share(figures.get("calibration_error")),
            _("How far the promised probabilities lie from what came true, typically, chance taken off."),
            _("With few people it is itself uncertain: look at the intervals in the chart."),
        ),
    ]


def on_misses(figures: Figures) -> list[Figure]:
    return [
        Figure(
            _("Brier score"),
            against(figures.get("brier"), figures.get("brier_base")),
            _("The mean squared miss of the probabilities: lower is better, and chance gives everybody one third."),
            _("It cannot be compared between companies or between questions."),
        ),
        Figure(
            _("Log-loss"),
            against(figures.get("log_loss"), figures.get("log_loss_base")),
            _("Like the Brier score, but a confident mistake costs more: lower than chance means that they inform."),
            _("It has no unit that you could picture; only the comparison counts."),
        ),
        Figure(
            _("Ratings inside their 90 % interval"),
            share(figures.get("coverage_90")),
            _(
                "How many people's ratings fell into the interval that the model had given them; it should be about "
                "90 %."
            ),
            _("A right share does not make the intervals narrow."),
        ),
    ]


def on_ratings(figures: Figures) -> list[Figure]:
    return [
        Figure(
            _("Reliability of the ratings"),
            number(figures.get("criterion_reliability")),
            _("How far two sets of colleagues would agree on the same people: 1 is fully, and more raters raise it."),
            _("It says nothing about the questionnaire."),
        ),
        Figure(
            _("Agreement, corrected for unreliable ratings"),
            number(figures.get("r_corrected")),
            _("What the agreement would be if ratings had no error; it is shown for information."),
            _("Nobody is ranked by it, and it does not make predictions any better."),
        ),
        Figure(
            _("Reliability of the score"),
            number(figures.get("score_reliability")),
            _("How far people would keep their order if they answered other questions of the same kind: 1 is fully."),
            _("A reliable score need not predict anything: it may measure the wrong thing well."),
        ),
    ]


def cautions(figures: Figures, minimum: int, languages: Sequence[str] = ()) -> list[str]:
    """What a reader has to know before believing any of it; `languages`: those in which people may answer."""
    return [*on_evidence(figures, minimum), *on_languages(figures, languages), *on_key(figures)]


def on_languages(figures: Figures, languages: Sequence[str]) -> list[str]:
    """Languages that people may answer in, and (nearly) nobody did of whom it learned from."""
    groups = figures.get("groups")
    if figures.get("r") is None or not groups:
        return []
    staff = {each["language"]: each["n"] for each in groups["languages"]}
    hardly = [code for code in languages if staff.get(code, 0) < SMALLEST_GROUP]
    if not hardly:
        return []
    names = {"en": _("English"), "ru": _("Russian"), "lt": _("Lithuanian")}
    return [
        _(
            "Languages that it has not learned: %(languages)s. People may answer in them, but nobody or fewer than "
            "%(few)s of the staff did, so nothing shows that scores there mean the same as in the others.",
            languages=", ".join(names.get(code, code) for code in hardly),
            few=SMALLEST_GROUP,
        )
    ]


def on_key(figures: Figures) -> list[str]:
    if figures.get("key_reviewed") is not False:
        return []
    return [_("Nobody but its authors has reviewed the key: no panel has judged it yet.")]


def on_stakes(figures: Figures) -> list[str]:
    """On whom the probabilities were calibrated, and whether hired people are among those learned from."""
    moved, hired = figures.get("recalibration"), figures.get("n_hired")
    told = [_("Calibrated on staff, who answered without stakes. Applicants may answer differently.")]
    if moved:
        told = [
            _(
                "Its level was moved by what became of %(people)s hired people; weights and the order of applicants "
                "are those of model %(parent)s. The figures here are that model's, tested on staff.",
                people=moved["people"],
                parent=moved["parent"],
            )
        ]
    if hired:
        told.append(
            _(
                "%(hired)s of the people learned from were hired applicants, who answered when they applied. Agreement "
                "among them, apart from the staff, stands on the page of outcomes.",
                hired=hired,
            )
        )
    return told


def on_evidence(figures: Figures, minimum: int) -> list[str]:
    if figures.get("r") is None:
        return [
            _(
                "This model scores by the key alone: there is no local evidence. Lists made with it show no "
                "probability. A model of your own needs at least %(minimum)s staff who have both answered and been "
                "rated.",
                minimum=minimum,
            )
        ]
    told = on_stakes(figures)
    if figures["r_low"] is not None and figures["r_low"] <= 0:
        told.append(
            _("The interval of the agreement includes zero: these answers may not predict these ratings at all.")
        )
    if figures["log_loss"] is not None and figures["log_loss"] >= figures["log_loss_base"]:
        told.append(_("The probabilities say no more than chance does. More rated staff are needed."))
    if figures.get("key_r") is not None and figures["key_r"] >= figures["r"]:
        told.append(
            _(
                "In these tests the key alone agreed with the ratings at least as well as this model did. What "
                "training adds is the calibrated probabilities; more rated staff usually add agreement too."
            )
        )
    if not figures.get("n_units"):
        told.append(_("No units are known, so colleagues could not be kept together when the model was tested."))
    if figures.get("criterion_reliability") is None:
        told.append(_("Who rated whom is not known, so the raters' severity could not be taken out of the ratings."))
    return told


def hiring_sentence(figures: Figures, hired: float = 0.3) -> dict[str, Any] | None:
    """The mission in one sentence: what hiring three of ten by this model is expected to bring."""
    rows = [row for row in figures.get("hire_or_retrain") or [] if abs(row["selection_ratio"] - hired) < 1e-9]
    base = figures.get("base_rate")
    if not rows or base is None:
        return None
    row = rows[0]
    return {
        "ratio": share(hired),
        "of": 20,
        "expected": number(row["expected_share"] * 20, 0),
        "low": number(row["low"] * 20, 0),
        "high": number(row["high"] * 20, 0),
        "base": number(base * 20, 0),
        "yes": round(row["expected_share"] * 20),
    }


def band_name(band: str) -> str:
    names = {
        "top quarter": _("Best-scoring quarter"),
        "second quarter": _("Second quarter"),
        "third quarter": _("Third quarter"),
        "bottom quarter": _("Lowest-scoring quarter"),
    }
    return names.get(band, band)
