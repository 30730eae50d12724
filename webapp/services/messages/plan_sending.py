"""Who of some people would be told what, in which language: read and previewed before anything is kept."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.errors import Invalid, NotFound
from webapp.records import Applicant, Decision, DecisionBatch, Organisation, Sitting, Vacancy
from webapp.services.blind.face import Face, face_of, is_hidden, plain_code
from webapp.services.messages.placeholders import fill, fill_early, used_in

MOST_PEOPLE = 500
LONGEST_SUBJECT = 300
"""With what is the same for everybody put in; so much is kept."""
SKIP = "skip"
UNKNOWN = ""
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Told:
    """One person, the language that is theirs, and the one in which they would be written to."""

    applicant: Applicant
    face: Face
    theirs: str
    language: str
    """Empty where they are left out."""


@dataclass(frozen=True)
class Preview:
    """A message as one person would read it; what a recruiter may not see stands as its placeholder."""

    told: Told | None
    language: str
    subject: str
    text: str


@dataclass(frozen=True)
class Group:
    """People of the chosen ones by language; `UNKNOWN` where nobody knows it."""

    language: str
    number: int | None
    """None where it would tell something of people whose names are hidden."""


@dataclass(frozen=True)
class People:
    """The chosen people of a vacancy who can be written to, and how many withdrew meanwhile."""

    organisation: Organisation
    vacancy: Vacancy
    languages: Mapping[uuid.UUID, str]
    rows: Sequence[Applicant]
    withdrawn: int = 0

    @property
    def hidden(self) -> bool:
        """Whether somebody among them is not to be known: then nobody's language is told either."""
        return any(is_hidden(self.vacancy, each) for each in self.rows)

    @property
    def groups(self) -> list[Group]:
        if self.hidden:
            offered = [code for code in LANGUAGES if code in self.vacancy.languages]
            return [Group(code, None) for code in (*offered, UNKNOWN)]
        counted = Counter(self.languages[each.id] for each in self.rows)
        return [Group(code, counted[code]) for code in (*LANGUAGES, UNKNOWN) if counted[code]]

    @property
    def codes(self) -> list[str]:
        return [face_of(self.vacancy, each).code for each in self.rows]


@dataclass(frozen=True)
class Wording:
    """The texts, and for whoever's language has none (or is unknown) which other one, or `SKIP`."""

    texts: Texts
    instead: Mapping[str, str] = field(default_factory=dict)

    def language_for(self, theirs: str) -> str:
        if theirs in self.texts:
            return theirs
        wanted = self.instead.get(theirs, "")
        return wanted if wanted in self.texts else ""

    def unanswered(self, theirs: str) -> bool:
        """Whether somebody still has to say what these people get."""
        return theirs not in self.texts and self.instead.get(theirs) not in {*self.texts, SKIP}


def chosen_people(
    session: Session,
    vacancy: Vacancy,
    codes: Sequence[str],
    batch_id: uuid.UUID | None = None,
) -> People:
    """By their codes, or all whom one decision was about; an unknown code is `NotFound`."""
    wanted = list(dict.fromkeys(plain_code(code) for code in codes if code.strip()))
    if not wanted and batch_id is None:
        raise Invalid([_("Choose at least one person.")])
    rows = _of_codes(session, vacancy, wanted) if wanted else _of_batch(session, vacancy, batch_id)
    if not rows:
        raise Invalid([_("Choose at least one person.")])
    there = [each for each in rows if each.state != "withdrawn"]
    return People(
        organisation=session.get_one(Organisation, vacancy.organisation_id),
        vacancy=vacancy,
        languages=languages_of(session, vacancy.organisation_id, there),
        rows=there,
        withdrawn=len(rows) - len(there),
    )


def _of_codes(session: Session, vacancy: Vacancy, codes: Sequence[str]) -> list[Applicant]:
    if len(codes) > MOST_PEOPLE:
        raise Invalid([_too_many(len(codes))])
    rows = session.scalars(
        select(Applicant).where(
            Applicant.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            Applicant.code.in_(codes),
        )
    ).all()
    if len(rows) != len(codes):
        raise NotFound
    by_code = {each.code: each for each in rows}
    return [by_code[code] for code in codes]


def _of_batch(session: Session, vacancy: Vacancy, batch_id: uuid.UUID | None) -> list[Applicant]:
    rows = session.scalars(
        select(Applicant)
        .join(
            Decision, (Decision.organisation_id == Applicant.organisation_id) & (Decision.applicant_id == Applicant.id)
        )
        .where(
            Applicant.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            Decision.batch_id == batch_id,
            Decision.undone_at.is_(None),
        )
        .order_by(Applicant.code)
        .limit(MOST_PEOPLE + 1)
    ).all()
    if len(rows) > MOST_PEOPLE:
        raise Invalid([_too_many(len(rows))])
    return list(rows)


def _too_many(number: int) -> str:
    return ngettext(
        "One message goes to at most %(most)s people. Nothing was sent: choose fewer.",
        "One message goes to at most %(most)s people. Nothing was sent: choose fewer.",
        number,
        most=MOST_PEOPLE,
    )


def find_batch(session: Session, vacancy: Vacancy, batch_id: uuid.UUID | None) -> DecisionBatch | None:
    """The decision that is told, if it is this vacancy's and stands."""
    if batch_id is None:
        return None
    batch = session.get(DecisionBatch, (vacancy.organisation_id, batch_id))
    if batch is None or batch.vacancy_id != vacancy.id or batch.decided_at is None:
        raise NotFound
    return batch


def languages_of(session: Session, organisation_id: uuid.UUID, people: Sequence[Applicant]) -> dict[uuid.UUID, str]:
    """The language in which somebody answered, else the one under which they were invited, else `UNKNOWN`."""
    answered = session.execute(
        select(Sitting.applicant_id, Sitting.language)
        .where(
            Sitting.organisation_id == organisation_id,
            Sitting.applicant_id.in_([each.id for each in people]),
            Sitting.purpose == "selection",
        )
        .order_by(Sitting.created_at)
    )
    spoken = {who: language for who, language in answered if language in LANGUAGES}
    return {
        each.id: spoken.get(each.id) or (each.language if each.language in LANGUAGES else UNKNOWN) for each in people
    }


def told_people(people: People, wording: Wording) -> list[Told]:
    return [_told(people, wording, each) for each in people.rows]


def _told(people: People, wording: Wording, applicant: Applicant) -> Told:
    theirs = people.languages[applicant.id]
    return Told(applicant, face_of(people.vacancy, applicant), theirs, wording.language_for(theirs))


def check_wording(people: People, wording: Wording) -> None:
    """Refuse while somebody's language is undecided, or a placeholder has nothing to hold."""
    faults = [_missing(group) for group in people.groups if wording.unanswered(group.language)]
    if "contact" in used_in(*_all(wording.texts)) and not people.organisation.contact_email:
        faults.append(_("Your company has no mail address for applicants yet, so {contact} would be empty."))
    faults += _too_long(people, wording)
    if not faults and not any(each.language for each in told_people(people, wording)):
        faults.append(_("Nobody is left to write to."))
    if faults:
        raise Invalid(faults)


def _too_long(people: People, wording: Wording) -> list[str]:
    """Subjects that grow beyond what is kept once title and company stand in them: cut nowhere, but refused."""
    values = early_values(people)
    lengths = {code: len(fill_early(each["subject"], values)) for code, each in wording.texts.items()}
    return [
        _(
            "%(language)s: with the vacancy’s title and your company’s name put in, the subject has %(num)s letters. "
            "Keep it under %(most)s.",
            language=LANGUAGES[code],
            num=length,
            most=LONGEST_SUBJECT,
        )
        for code, length in lengths.items()
        if length > LONGEST_SUBJECT
    ]


def _all(texts: Texts) -> list[str]:
    return [words for each in texts.values() for words in each.values()]


def _missing(group: Group) -> str:
    if group.number is None:
        return _missing_of_hidden(group)
    if group.language == UNKNOWN:
        return ngettext(
            "Of %(num)s person nobody knows the language: say in which one to write, or leave them out.",
            "Of %(num)s people nobody knows the language: say in which one to write, or leave them out.",
            group.number,
        )
    return ngettext(
        "%(num)s person answered in this language, and there is no text in it: %(language)s. Write one, or say what "
        "they get instead.",
        "%(num)s people answered in this language, and there is no text in it: %(language)s. Write one, or say what "
        "they get instead.",
        group.number,
        language=LANGUAGES[group.language],
    )


def _missing_of_hidden(group: Group) -> str:
    if group.language == UNKNOWN:
        return _("Say in which language to write to people whose language nobody knows, or leave them out.")
    return _(
        "Names are hidden here, and so is who answered in which language. Write the message in this one too, or say "
        "what these people get instead: %(language)s.",
        language=LANGUAGES[group.language],
    )


def preview_languages(people: People, wording: Wording) -> list[Preview]:
    """Where names are hidden: the message once in each language, tied to nobody."""
    shown = early_values(people) | {"name": "{name}", "my_page": "{my_page}"}
    return [
        Preview(None, code, fill(each["subject"], shown), fill(each["text"], shown))
        for code, each in wording.texts.items()
    ]


def early_values(people: People) -> dict[str, str]:
    """What is the same for everybody."""
    return {
        "vacancy": people.vacancy.title,
        "company": people.organisation.name,
        "contact": people.organisation.contact_email,
    }


def previewed(people: People, wording: Wording, told: Told) -> Preview:
    """As this person reads it. A hidden name stays a placeholder, and nobody's personal link is shown."""
    shown = early_values(people) | {"name": told.face.name or "{name}", "my_page": "{my_page}"}
    if not told.face.hidden:
        shown["name"] = told.face.name or told.face.address
    texts = wording.texts[told.language]
    return Preview(told, told.language, fill(texts["subject"], shown), fill(texts["text"], shown))
