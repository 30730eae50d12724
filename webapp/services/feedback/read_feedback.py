"""What somebody is told about their own answers: strengths first, and nothing that the figures cannot carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.errors import ModelError
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from questionnaires.feedback.texts import Band, Feedback, NoFeedback, band_of, feedback_for
from scoring.explaining.overall import overall_band
from webapp.records import Applicant, ModelVersion, Sitting
from webapp.services.feedback.policy import bands_are_open, page_is_open
from webapp.services.items.left_out import items_left_out
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.read_sitting import SittingView
from webapp.services.score_sitting import key_model, saved_answers
from webapp.services.serving_model import serving_model


@dataclass(frozen=True)
class Topic:
    """One facet: its name, how many situations were about it, and what is said of it."""

    name: str
    situations: int
    band: str = ""
    band_name: str = ""
    text: str = ""


@dataclass(frozen=True)
class FeedbackPage:
    """What the page says.

    `waiting`: stopped, where the company has stopped showing results; closed, where the vacancy must close first for
    what depends on the chosen options; page, where the company shows nothing before; else empty. `evidence`: staff,
    where there are staff to compare with; key, where there are none; incomplete, where too little was answered;
    nothing, where there is no model to look with.
    """

    waiting: str
    evidence: str
    overall: str
    overall_band: str
    overall_name: str
    caution: str
    too_little: str
    told: tuple[Topic, ...]
    untold: tuple[Topic, ...]


def read_feedback(session: Session, view: SittingView, language: str) -> FeedbackPage:
    """The feedback on this sitting, as far as it may be told now."""
    texts, topics = _texts(view.questionnaire, language), _topics(view, language)
    waiting = _waiting(session, view)
    model = None if waiting else model_of(session, view)
    if model is None:
        return _general(texts, topics, language, waiting)
    return _personal(session, view, model, texts, topics, language)


def _waiting(session: Session, view: SittingView) -> str:
    if is_stopped(session, view.sitting.organisation_id):
        return "stopped"
    if not page_is_open(view.organisation, view.vacancy):
        return "page"
    applicant = _applicant(session, view.sitting)
    return "" if bands_are_open(view.organisation, view.vacancy, applicant) else "closed"


def _applicant(session: Session, sitting: Sitting) -> Applicant | None:
    if sitting.applicant_id is None:
        return None
    return session.get_one(Applicant, (sitting.organisation_id, sitting.applicant_id))


def model_of(session: Session, view: SittingView) -> TrainedModel | None:
    """The vacancy's model; for staff the newest that serves this form. None where there is none, or it is broken."""
    owner = view.sitting.organisation_id
    number = view.vacancy.model_version_id if view.vacancy else session.scalar(_serving(view.sitting))
    if number is None:
        return None
    try:
        model = serving_model(session, owner, number)
    except ModelError:
        return None
    if model.manifest.form == view.sitting.form:
        return model
    # A retake on the other form: scored by the key there, see `score_of`.
    by_key = view.sitting.purpose == "selection" and model.manifest.kind == "key_only"
    return key_model(model.questionnaire, view.sitting.form) if by_key else None


def _serving(sitting: Sitting) -> Select[Any]:
    return (
        select(ModelVersion.id)
        .where(
            ModelVersion.organisation_id == sitting.organisation_id,
            ModelVersion.questionnaire_id == sitting.questionnaire_id,
            ModelVersion.form == sitting.form,
            ModelVersion.state == "serving",
        )
        .order_by(ModelVersion.number.desc())
        .limit(1)
    )


def _texts(questionnaire: Questionnaire, language: str) -> Feedback | None:
    try:
        texts = feedback_for(questionnaire.name)
    except NoFeedback:
        return None
    return texts if language in texts.languages else None


def _topics(view: SittingView, language: str) -> dict[str, Topic]:
    """Every facet of this form, in the questionnaire's order of facets."""
    counts: dict[str, int] = {}
    for item in view.items:
        if item.facet:
            counts[item.facet] = counts.get(item.facet, 0) + 1
    names = view.questionnaire.facet_names
    order = [*(facet for facet in names if facet in counts), *(facet for facet in counts if facet not in names)]
    return {facet: Topic(names.get(facet, {}).get(language, facet), counts[facet]) for facet in order}


def _general(texts: Feedback | None, topics: Mapping[str, Topic], language: str, waiting: str) -> FeedbackPage:
    """What may be told to anybody: what was asked about, and what a result does not say."""
    caution = texts.caution(language) if texts else ""
    return FeedbackPage(waiting, "" if waiting else "nothing", "", "", "", caution, "", (), tuple(topics.values()))


def _personal(
    session: Session,
    view: SittingView,
    model: TrainedModel,
    texts: Feedback | None,
    topics: Mapping[str, Topic],
    language: str,
) -> FeedbackPage:
    sheet = AnswerSheet(
        person=str(view.sitting.id), answers=saved_answers(session, view.sitting), language=view.sitting.language
    )
    model = model.without(items_left_out(session, view.sitting))
    (score,), (bands,) = model.score([sheet]), model.facet_bands([sheet])
    if texts is None or score.score is None:
        return _without_bands(texts, topics, language, incomplete=score.score is None)
    overall = overall_band(model.measurement, score.score)
    profile = {band.facet: band.code for band in bands or () if band.facet in topics}
    told, untold = _facets(texts, profile, topics, language)
    band = band_of(overall)
    return FeedbackPage(
        waiting="",
        evidence="key" if model.measurement is None else "staff",
        overall=texts.overall(overall, language) if band else "",
        overall_band=band.value if band else "",
        overall_name=texts.band_name(band, language) if band else "",
        caution=texts.caution(language),
        too_little=texts.facet(next(iter(texts.facets)), "too_little_information", language),
        told=told,
        untold=untold,
    )


def _without_bands(
    texts: Feedback | None, topics: Mapping[str, Topic], language: str, *, incomplete: bool
) -> FeedbackPage:
    overall = texts.overall("too_little_information", language) if texts and incomplete else ""
    caution = texts.caution(language) if texts else ""
    evidence = "incomplete" if incomplete else "nothing"
    return FeedbackPage("", evidence, overall, "", "", caution, "", (), tuple(topics.values()))


def _facets(
    texts: Feedback, profile: Mapping[str, str], topics: Mapping[str, Topic], language: str
) -> tuple[tuple[Topic, ...], tuple[Topic, ...]]:
    """Facets with a band, strengths first, and those about which nothing can be said."""
    known = {facet: code for facet, code in profile.items() if facet in texts.facets}
    told = tuple(
        _topic(texts, topics[said.facet], said.band, said.text, language)
        for said in texts.ordered(known, language)
        if said.band is not None
    )
    banded = {facet for facet, code in known.items() if band_of(code) is not None}
    return told, tuple(topic for facet, topic in topics.items() if facet not in banded)


def _topic(texts: Feedback, topic: Topic, band: Band, text: str, language: str) -> Topic:
    return Topic(topic.name, topic.situations, band.value, texts.band_name(band, language), text)
