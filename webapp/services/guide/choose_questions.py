"""Which questions to ask somebody: a few that everybody is asked, and more where the profile leaves one open.

Interviews that ask everybody the same can be compared. What is asked besides goes where the answers stood below the
staff's average, as an open question like all others: a band says something of answers given on one day, and nothing
that somebody would have to defend. Where no facet carries information of its own, the guide is the general one.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from questionnaires.feedback.texts import Feedback, NoFeedback, Prompt, feedback_for
from scoring.facets import AROUND, BELOW
from webapp.errors import Conflict
from webapp.records import Applicant, Vacancy
from webapp.services.blind.face import Face, face_of, find_by_code
from webapp.services.portrait.answered import answered_of
from webapp.services.portrait.profile import Profile, profile_of
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.read_vacancy import get_vacancy

OF_EVERYBODY = 1
"""So many questions of each facet are asked of everybody."""


@dataclass(frozen=True)
class Topic:
    """Questions about one facet."""

    name: str
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True)
class Guide:
    """`deeper` is empty in the general guide: where there is no result, or none of the facets says more than it."""

    language: str
    languages: tuple[str, ...]
    core: tuple[Topic, ...]
    deeper: tuple[Topic, ...]


@dataclass(frozen=True)
class Asked:
    """Whose guide it is, as this room shows them."""

    vacancy: Vacancy
    face: Face
    has_result: bool
    guide: Guide


def guide_of(session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, code: str, language: str) -> Asked:
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    applicant = find_by_code(session, vacancy, code)
    guide = guide_for(session, vacancy, applicant, language)
    if guide is None:
        raise Conflict(_("This questionnaire comes without interview questions, so there is no guide."))
    return Asked(vacancy, face_of(vacancy, applicant), applicant.state == "done", guide)


def guide_for(session: Session, vacancy: Vacancy, applicant: Applicant, language: str) -> Guide | None:
    """The guide in the language of the interview; None for a questionnaire that has no questions to go with it."""
    questionnaire = read_questionnaire(session, vacancy.organisation_id, vacancy.questionnaire_id)
    try:
        texts = feedback_for(questionnaire.name)
    except NoFeedback:
        return None
    spoken = language if language in texts.languages else texts.languages[0]
    answered = answered_of(session, vacancy, applicant)
    deeper = probed(profile_of(answered, spoken)) if answered else ()
    return Guide(
        spoken,
        texts.languages,
        _topics(texts, questionnaire, _facets(questionnaire, vacancy.form, texts), spoken, slice(OF_EVERYBODY)),
        _topics(texts, questionnaire, deeper, spoken, slice(OF_EVERYBODY, None)),
    )


def probed(profile: Profile) -> tuple[str, ...]:
    """The facets to ask more about: those below the average; where there are none, those around it."""
    below = tuple(each.id for each in profile.told if each.band == BELOW)
    return below or tuple(each.id for each in profile.told if each.band == AROUND)


def _facets(questionnaire: Questionnaire, form: str, texts: Feedback) -> tuple[str, ...]:
    asked = {item.facet for item in questionnaire.items_of(form)}
    return tuple(facet for facet in texts.facets if facet in asked)


def _topics(
    texts: Feedback, questionnaire: Questionnaire, facets: Sequence[str], language: str, which: slice
) -> tuple[Topic, ...]:
    return tuple(
        Topic(questionnaire.facet_names.get(facet, {}).get(language, facet), texts.interview(facet, language)[which])
        for facet in facets
        if facet in texts.facets
    )
