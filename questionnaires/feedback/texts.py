"""The feedback texts and interview guides that come with the product."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from questionnaires.definition import FACETS
from questionnaires.feedback.definition import TOO_LITTLE, Band, FacetSaid, Feedback, NoFeedback, Prompt, band_of
from questionnaires.feedback.reading import read_feedback

__all__ = [
    "TOO_LITTLE",
    "Band",
    "FacetSaid",
    "Feedback",
    "NoFeedback",
    "Prompt",
    "band_of",
    "feedback_for",
]

FOLDER = Path(__file__).parent


def feedback_for(name: str, folder: Path = FOLDER) -> Feedback:
    """Return the texts for a questionnaire, any version of it.

    Raises
    ------
    NoFeedback
        Where there is no file for this questionnaire.
    QuestionnaireError
        Where the file has faults.
    """
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in known:
        raise NoFeedback(f"There is no feedback for {name}; there is for {', '.join(known) or 'nothing'}.")
    return _loaded(folder / f"{name}.yaml")


@cache
def _loaded(path: Path) -> Feedback:
    feedback = read_feedback(path, FACETS)
    if feedback.name != path.stem:
        raise NoFeedback(f"{path.name} is for {feedback.name}; name the file after the questionnaire.")
    return feedback
