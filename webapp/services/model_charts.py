"""A model's charts in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from webapp.services.describe_figures import Figures
from webapp.services.draw_chart import draw_hiring, draw_reliability


def reliability_chart(figures: Figures, simulated: bool) -> Markup | None:
    points = figures.get("reliability_diagram")
    return draw_reliability(points, reliability_words(simulated)) if points else None


def reliability_words(simulated: bool) -> dict[str, str]:
    return {
        "title": named(_("Do the probabilities come true?"), simulated),
        "description": _(
            "Groups of people by the probability that the model gave them, against the share of them whom colleagues "
            "rated in the top third. On the dashed line the prediction comes true. The same figures are in the table."
        ),
        "predicted": _("Predicted share in the top third"),
        "observed": _("Observed share in the top third"),
        "ideal": _("prediction comes true"),
        "language": language(),
    }


def hiring_chart(figures: Figures, simulated: bool) -> Markup | None:
    points, base = figures.get("hire_or_retrain"), figures.get("base_rate")
    return draw_hiring(points, base, hiring_words(simulated)) if points and base is not None else None


def hiring_words(simulated: bool) -> dict[str, str]:
    return {
        "title": named(_("What hiring by this model is expected to bring"), simulated),
        "description": _(
            "The share of people rated in the top third among those hired, for each share of applicants hired, with "
            "its 90 % band. The dashed line is hiring at random. The same figures are in the table."
        ),
        "ratio": _("Share of applicants hired"),
        "share": _("Rated in the top third among those hired"),
        "random": _("hiring at random"),
        "language": language(),
    }


def named(title: str, simulated: bool) -> str:
    return _("%(title)s (simulated data)", title=title) if simulated else title


def language() -> str:
    locale: Any = get_locale()
    return str(locale.language) if locale else "en"
