"""Why a training run cannot go on: a reason with numbers, put into words in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from questionnaires.words import Sentence, packed
from webapp.errors import DomainError
from webapp.languages import translated


class TrainingRefused(DomainError):
    """The data cannot carry a model."""

    def __init__(self, reason: str, **numbers: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.numbers = numbers


def refusal(error: Exception) -> dict[str, Any]:
    """What a job keeps of a refusal: the sentences of the mathematics, in no language yet."""
    sentences = getattr(error, "sentences", ())
    if not sentences or not all(isinstance(each, Sentence) for each in sentences):
        return {"reason": "unusable", "message": str(error), "numbers": {}}
    return {"reason": "refused", "message": str(error), "numbers": {"sentences": [packed(each) for each in sentences]}}


def explain(reason: str, numbers: dict[str, Any], message: str = "") -> str:
    """Return the sentence for the page; `message` is what was said in English, for want of anything better."""
    if reason == "too_few":
        return _(
            "Only %(both)s people have both answered and been rated; a model needs at least %(needed)s. Until then "
            "applicants are scored by the key alone.",
            both=numbers.get("both"),
            needed=numbers.get("needed"),
        )
    if numbers.get("sentences"):
        return " ".join(translated(each) for each in numbers["sentences"])
    return SENTENCES[reason]() if reason in SENTENCES else message or SENTENCES["broken"]()


SENTENCES = {
    "no_answers": lambda: _("No member of staff has answered this questionnaire yet. Import their answers first."),
    "no_ratings": lambda: _("There are no ratings yet. Import the ratings of your staff first."),
    "constant_ratings": lambda: _(
        "Every rating is the same number, so nothing tells people apart. Check the ratings file and import it again."
    ),
    "several_scales": lambda: _(
        "The ratings were imported on different scales. Import them again on one scale, then retrain."
    ),
    "data_changed": lambda: _(
        "The answers or ratings changed while the run was interrupted. Nothing was kept of it. Start a new run."
    ),
    "person_erased": lambda: _(
        "Somebody whose data this run had taken down was erased meanwhile. Nothing was kept of it. Start a new run."
    ),
    "unusable": lambda: _(
        "The questionnaire or model that this run needs cannot be used as it is stored. Nothing was changed. Tell "
        "whoever looks after this installation."
    ),
    "broken": lambda: _(
        "Something broke on our side. Nothing was changed and your data is safe. Start a new run; if it fails again, "
        "tell whoever looks after this installation."
    ),
}
