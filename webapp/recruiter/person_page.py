"""What the page of one applicant needs, read and put in words."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.extensions import db
from webapp.recruiter.decision_views import person_decisions
from webapp.recruiter.sign_words import FLAGS, SIGNS, behind
from webapp.recruiter.words import happening
from webapp.security import SignedIn, current_user
from webapp.services.blind.face import told_flags
from webapp.services.confirmation.arrange import find_confirmation
from webapp.services.decisions.history import PersonDecisions
from webapp.services.decisions.stages import stage_names
from webapp.services.mails.state_of_mails import newest_mail
from webapp.services.messages.history import messages_of
from webapp.services.notes.read_notes import notes_on
from webapp.services.portrait.answered import answered_of
from webapp.services.portrait.influence import influence_of
from webapp.services.portrait.neighbours import neighbours_of
from webapp.services.portrait.profile import profile_of
from webapp.services.portrait.quality import quality_of
from webapp.services.read_applicant import Portrait, read_applicant
from webapp.services.retaking.reuse_result import reuse_of
from webapp.services.shortlist.asked import allowed, parse
from webapp.services.shortlist.bring_up import bring_up, is_behind


@dataclass(frozen=True)
class Line:
    """One thing that happened."""

    at: dt.datetime
    words: Any
    who: str
    by_day: bool


def person_context(applicant_id: uuid.UUID) -> dict[str, Any]:
    me = current_user()
    portrait = read_applicant(db.session, me.organisation_id, applicant_id)
    portrait = _placed(portrait, applicant_id)
    decisions = person_decisions(portrait.vacancy, portrait.applicant)
    return {
        "portrait": portrait,
        "applicant": portrait.applicant,
        "face": portrait.face,
        "vacancy": portrait.vacancy,
        "model": portrait.vacancy.model_version,
        "decisions": decisions,
        "history": _history(portrait, decisions),
        "notes": notes_on(db.session, portrait.vacancy, portrait.applicant),
        "messages": messages_of(db.session, portrait.vacancy, portrait.applicant),
        "reuse": reuse_of(db.session, me.organisation_id, applicant_id) if portrait.dated else None,
        "confirmation": find_confirmation(db.session, me.organisation_id, applicant_id),
        "mail": newest_mail(db.session, me.organisation_id, applicant_id),
        "may_message": "recruiter.message" in current_app.view_functions,
        **_answers(portrait),
        **_list(portrait, me),
    }


def _placed(portrait: Portrait, applicant_id: uuid.UUID) -> Portrait:
    """Whoever waits gets a place before the page is read."""
    vacancy = portrait.vacancy
    if portrait.stop or not is_behind(db.session, vacancy):
        return portrait
    with db.transaction() as writing:
        bring_up(writing, vacancy.organisation_id, vacancy.id)
    return read_applicant(db.session, vacancy.organisation_id, applicant_id)


def _answers(portrait: Portrait) -> dict[str, Any]:
    """What is made of the answers; nothing where there are none, or nothing of them may be told."""
    language = str(get_locale())
    answered = answered_of(db.session, portrait.vacancy, portrait.applicant)
    quality = quality_of(db.session, answered) if answered else None
    return {
        "answered": answered is not None,
        "profile": profile_of(answered, language) if answered else None,
        "influence": influence_of(answered, portrait.vacancy, language) if answered else None,
        "quality": quality,
        "explained": [FLAGS[flag] for flag in _flags(portrait) if flag in FLAGS],
        "signs": [(SIGNS[each.name], behind(each)) for each in (quality.signs if quality else ())],
    }


def _flags(portrait: Portrait) -> tuple[str, ...]:
    return told_flags(portrait.score.flags if portrait.score else (), hidden=portrait.face.hidden)


def _list(portrait: Portrait, me: SignedIn) -> dict[str, Any]:
    """The list from which somebody came, and who stands beside this person there."""
    known = stage_names(db.session, me.organisation_id, str(get_locale()))
    query = allowed(parse(request.args, known), portrait.vacancy)
    around = neighbours_of(db.session, portrait.vacancy, portrait.applicant, query)
    return {"list_args": query.to_args(), "around": around}


def _history(portrait: Portrait, decisions: PersonDecisions) -> list[Line]:
    """From the first day on. While names are hidden each thing is told by its day alone."""
    told = [Line(each.event.at, happening(each.event.action), each.who, each.by_day) for each in portrait.history]
    hidden = not portrait.dated
    for each in decisions.history:
        moved = _("Moved to “%(stage)s”.", stage=each.to)
        told.append(Line(each.row.decided_at, moved, each.who, hidden))
        if each.row.undone_at is not None:
            told.append(Line(each.row.undone_at, _("Taken back: “%(stage)s”.", stage=each.to), each.undone_by, hidden))
    return sorted(told, key=lambda line: line.at)
