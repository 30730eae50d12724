"""Facet bands of the people on one page, of those facets alone that say something which the total does not.

Which facets these are the model's validation says (Haberman's rule); with most models there is none, and nothing is
read. The bands are worked out from the saved answers of the page's fifty people by the model that scored them.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from scoring.facets import ABOVE, BELOW, FacetBand
from webapp.records import Answer, Score, Vacancy
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.serving_model import serving_model
from webapp.services.shortlist.open_list import Row


def facets_that_tell(figures: Mapping[str, Any]) -> frozenset[str]:
    """Those whose own score tells more of the facet than the total does."""
    return frozenset(rule["facet"] for rule in figures.get("facet_bands") or [] if rule.get("wins"))


def bands_of(session: Session, vacancy: Vacancy, rows: Sequence[Row], language: str) -> dict[uuid.UUID, str]:
    """By score, what is clearly above or below the staff's mean, in words; whoever is around it is not named."""
    telling = facets_that_tell(vacancy.model_version.figures)
    if not telling or not rows:
        return {}
    scores = session.scalars(
        select(Score).where(
            Score.organisation_id == vacancy.organisation_id, Score.id.in_([row.score_id for row in rows])
        )
    ).all()
    try:
        model = serving_model(session, vacancy.organisation_id, vacancy.model_version_id)
        found = _worked_out(model, scores, _answers(session, scores))
    except ModelError:
        return {}
    names = read_questionnaire(session, vacancy.organisation_id, vacancy.questionnaire_id).facet_names
    return {score: _said(bands, telling, names, language) for score, bands in found.items()}


def _worked_out(
    model: TrainedModel, scores: Sequence[Score], answers: Mapping[uuid.UUID, dict[str, Any]]
) -> dict[uuid.UUID, Sequence[FacetBand]]:
    """People for whom the same questions count are worked out together."""
    alike: dict[tuple[str, ...], list[Score]] = defaultdict(list)
    for score in scores:
        alike[tuple(score.left_out)].append(score)
    found: dict[uuid.UUID, Sequence[FacetBand]] = {}
    for left_out, some in alike.items():
        sheets = [AnswerSheet(person=str(each.id), answers=answers.get(each.sitting_id, {})) for each in some]
        bands = model.without(left_out).facet_bands(sheets)
        found |= {each.id: told or () for each, told in zip(some, bands, strict=True)}
    return found


def _answers(session: Session, scores: Sequence[Score]) -> dict[uuid.UUID, dict[str, Any]]:
    rows = session.execute(
        select(Answer.sitting_id, Answer.item_id, Answer.value).where(
            Answer.organisation_id == scores[0].organisation_id,
            Answer.sitting_id.in_([each.sitting_id for each in scores]),
        )
    )
    answers: dict[uuid.UUID, dict[str, Any]] = defaultdict(dict)
    for sitting, item, value in rows:
        if value is not None:
            answers[sitting][item] = value
    return answers


def _said(
    bands: Sequence[FacetBand], telling: frozenset[str], names: Mapping[str, Mapping[str, str]], language: str
) -> str:
    def listed(code: str) -> str:
        told = [band.facet for band in bands if band.facet in telling and band.code == code]
        return ", ".join(names.get(facet, {}).get(language, facet) for facet in told)

    above, below = listed(ABOVE), listed(BELOW)
    parts = [
        _("above: %(facets)s", facets=above) if above else "",
        _("below: %(facets)s", facets=below) if below else "",
    ]
    return " · ".join(part for part in parts if part)
