"""Whether somebody may begin now, may use an earlier result, or has to wait."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import Conflict
from webapp.records import Applicant, ModelVersion, Organisation, RetakeException, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.read_questionnaire import can_be_asked, read_questionnaire
from webapp.services.retakes import retake_policy
from webapp.services.retaking.earlier_results import EarlierResult, earlier_results


@dataclass(frozen=True)
class Standing:
    """`form` is the one that a new sitting takes. While `again_from` is set nothing new can be begun."""

    form: str
    latest: EarlierResult | None = None
    again_from: dt.datetime | None = None
    offered: EarlierResult | None = None

    @property
    def must_wait(self) -> bool:
        return self.again_from is not None


def standing_of(session: Session, vacancy: Vacancy, applicant: Applicant) -> Standing:
    """What the policy says about this person and this vacancy."""
    if applicant.state != "invited":
        return Standing(vacancy.form)
    earlier = earlier_results(session, applicant, vacancy)
    if not earlier:
        return Standing(vacancy.form)
    policy = retake_policy(session.get_one(Organisation, applicant.organisation_id))
    again_from = earlier[0].taken_at + dt.timedelta(days=policy.interval_days)
    if again_from <= now() or has_exception(session, applicant):
        return Standing(_other_form(session, vacancy, earlier[0].sitting), earlier[0])
    since = now() - dt.timedelta(days=policy.interval_days)
    usable = [each for each in earlier if each.taken_at > since and _fits(each.sitting, vacancy)]
    return Standing(vacancy.form, earlier[0], again_from, usable[0] if usable and policy.reuse else None)


def check_interval(standing: Standing) -> None:
    """Refuse a beginning before the organisation's interval is over."""
    if standing.again_from is not None:
        day = format_date(standing.again_from, "long")
        raise Conflict(_("You have taken this questionnaire lately. You can take it again from %(day)s.", day=day))


def has_exception(session: Session, applicant: Applicant) -> bool:
    found = select(RetakeException.id).where(
        RetakeException.organisation_id == applicant.organisation_id, RetakeException.applicant_id == applicant.id
    )
    return session.scalars(found).first() is not None


def _fits(sitting: Sitting, vacancy: Vacancy) -> bool:
    """The vacancy's model scores one form of one version, and no other answers."""
    return (sitting.questionnaire_id, sitting.form) == (vacancy.questionnaire_id, vacancy.form)


def _other_form(session: Session, vacancy: Vacancy, last: Sitting) -> str:
    """Another form than last time, where it is scored on the same scale: by the key. A trained model knows one form."""
    if last.questionnaire_id != vacancy.questionnaire_id or last.form != vacancy.form:
        return vacancy.form
    owner = vacancy.organisation_id
    if session.get_one(ModelVersion, (owner, vacancy.model_version_id)).kind != "key_only":
        return vacancy.form
    questionnaire = read_questionnaire(session, owner, vacancy.questionnaire_id)
    others = (form.id for form in questionnaire.forms if form.id != last.form)
    return next((form for form in others if can_be_asked(questionnaire, form)), vacancy.form)
