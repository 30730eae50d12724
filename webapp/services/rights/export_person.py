"""Everything that is held about a person, as plain values for a JSON file.

The export is a list of sections. Each says what it holds and which tables it tells; rows of every further table that
hangs on the person are told by `further_rows`, so that a new table is in the export from its first day.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from questionnaires.definition import Item, Questionnaire
from webapp.errors import NotFound
from webapp.records import (
    Answer,
    AnswerRevision,
    Applicant,
    ApplicantNote,
    Event,
    ModelVersion,
    Organisation,
    Score,
    ScoreChange,
    Sitting,
)
from webapp.records.base import now
from webapp.services.decisions.export_decisions import decisions_of
from webapp.services.demographics.read_groups import groups_of
from webapp.services.feedback.policy import contributions_are_open
from webapp.services.messages.history import messages_as_read
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.rights.erase_person import Application, applications_of
from webapp.services.rights.hanging_rows import belonging, hanging_tables

FORMAT = "makings-personal-data-1"
Plain = dict[str, Any]


@dataclass(frozen=True)
class Holdings:
    """Whose data are gathered: one person's applications to one organisation."""

    session: Session
    organisation: Organisation
    applications: Sequence[Application]
    language: str
    secret_key: str

    @property
    def owner(self) -> uuid.UUID:
        return self.organisation.id

    @property
    def ids(self) -> list[uuid.UUID]:
        return [each.applicant.id for each in self.applications]

    def sittings(self) -> Sequence[Sitting]:
        return self.session.scalars(
            select(Sitting)
            .where(Sitting.organisation_id == self.owner, Sitting.applicant_id.in_(self.ids))
            .order_by(Sitting.created_at, Sitting.id)
        ).all()

    def closed(self, applicant_id: uuid.UUID) -> bool:
        """Whether the result of this application may be told without giving the key away."""
        return any(
            each.applicant.id == applicant_id and contributions_are_open(each.vacancy) for each in self.applications
        )


Section = Callable[[Holdings], Any]


def export_person(
    session: Session, organisation_id: uuid.UUID, applicant_id: uuid.UUID, language: str, secret_key: str
) -> Plain:
    """Everything that this organisation holds about the person behind this application."""
    applicant = session.get(Applicant, (organisation_id, applicant_id))
    if applicant is None:
        raise NotFound()
    organisation = session.get_one(Organisation, organisation_id)
    holdings = Holdings(session, organisation, applications_of(session, applicant), language, secret_key)
    head = {"format": FORMAT, "made_at": now().isoformat(), "organisation": organisation.name}
    return head | {name: section(holdings) for name, section in SECTIONS.items()}


def contact(holdings: Holdings) -> list[Plain]:
    return [
        {
            "vacancy": each.vacancy.title,
            "name": each.applicant.name,
            "email": each.applicant.email,
            "language": each.applicant.language,
            "came_by": each.applicant.source,
            "state": each.applicant.state,
            "since": each.applicant.created_at.isoformat(),
        }
        for each in holdings.applications
    ]


def sittings(holdings: Holdings) -> list[Plain]:
    return [_sitting(holdings, sitting) for sitting in holdings.sittings()]


def _sitting(holdings: Holdings, sitting: Sitting) -> Plain:
    asked = read_questionnaire(holdings.session, holdings.owner, sitting.questionnaire_id)
    items = {item.id: item for item in asked.items_of(sitting.form)}
    return {
        "id": str(sitting.id),
        "purpose": sitting.purpose,
        "questionnaire": _titled(asked, sitting, holdings.language),
        "language": sitting.language,
        "state": sitting.state,
        "started_at": sitting.created_at.isoformat(),
        "submitted_at": _time(sitting.submitted_at),
        "consent": {"notice": sitting.notice_version, "given_at": _time(sitting.consented_at)},
        "receipt_code": sitting.receipt_code,
        "answers": {row.item_id: row.value for row in _rows(holdings, Answer, sitting) if row.value is not None},
        "answers_in_words": [_said(items, row, holdings.language) for row in _rows(holdings, Answer, sitting)],
        "every_save": [_revision(row) for row in _rows(holdings, AnswerRevision, sitting)],
        "result": _result(holdings, sitting),
    }


def _titled(asked: Questionnaire, sitting: Sitting, language: str) -> Plain:
    title = asked.titles.get(language, asked.name)
    return {"title": title, "name": asked.name, "version": asked.version, "form": sitting.form}


def _rows(holdings: Holdings, table: Any, sitting: Sitting) -> Sequence[Any]:
    return holdings.session.scalars(
        select(table)
        .where(table.organisation_id == holdings.owner, table.sitting_id == sitting.id)
        .order_by(table.item_id, table.revision)
    ).all()


def _said(items: dict[str, Item], row: Answer, language: str) -> Plain:
    item = items.get(row.item_id)
    return {
        "situation": item.titles.get(language, row.item_id) if item else row.item_id,
        "answer": _words(item, row.value, language) if item and row.value else None,
        "skipped": row.skipped,
        "saved_at": row.saved_at.isoformat(),
    }


def _words(item: Item, value: Plain, language: str) -> Plain:
    """The chosen options as they were written, wherever an answer names options."""
    texts = {option.id: option.texts.get(language, option.id) for option in item.options}
    return {name: texts.get(chosen, chosen) if isinstance(chosen, str) else chosen for name, chosen in value.items()}


SAVED_WITH = {"organisation_id", "id", "sitting_id"}


def _revision(row: AnswerRevision) -> Plain:
    """Every save with all that came along: the order shown, times, focus. They are quality data only."""
    return _plain_row(row.__table__, [getattr(row, column.key) for column in row.__table__.columns], SAVED_WITH)  # type: ignore[arg-type]


def _result(holdings: Holdings, sitting: Sitting) -> Plain:
    """The person's own result and what it means; while the vacancy takes answers, a person tells it on request."""
    if sitting.applicant_id is not None and is_stopped(holdings.session, holdings.owner):
        return {"given": False, "why": _stopped()}
    if sitting.applicant_id is None or not holdings.closed(sitting.applicant_id):
        return {"given": False, "why": _withheld()}
    rows = holdings.session.execute(
        select(Score, ModelVersion.number, ModelVersion.kind)
        .join(
            ModelVersion,
            (ModelVersion.organisation_id == Score.organisation_id) & (ModelVersion.id == Score.model_version_id),
        )
        .where(Score.organisation_id == holdings.owner, Score.sitting_id == sitting.id)
        .order_by(ModelVersion.number)
    )
    return {"given": True, "meaning": meaning(), "scores": [_score(holdings, *row) for row in rows]}


def _score(holdings: Holdings, score: Score, number: int, kind: str) -> Plain:
    figures = ("score", "key_total", "p_top_third", "expected_rating", "lower_90", "upper_90")
    return {
        "model": number,
        "kind": kind,
        **{name: getattr(score, name) for name in figures},
        "flags": list(score.flags),
        "situations_left_out": list(score.left_out),
        "made_at": score.created_at.isoformat(),
        "scored_again": [_change(row) for row in _changes(holdings, score)],
    }


def _changes(holdings: Holdings, score: Score) -> Sequence[ScoreChange]:
    return holdings.session.scalars(
        select(ScoreChange)
        .where(
            ScoreChange.organisation_id == holdings.owner,
            ScoreChange.score_id == score.id,
            ScoreChange.applied_at.is_not(None),
        )
        .order_by(ScoreChange.applied_at)
    ).all()


def _change(row: ScoreChange) -> Plain:
    """A score before and after a situation was set aside in a language, or brought back."""
    return {"at": _time(row.applied_at), "why": row.direction, "before": row.before, "after": row.after}


def meaning() -> Plain:
    """What each figure says, and what none of them says."""
    return {
        "score": _("What people are put in order by. It has no unit of its own."),
        "key_total": _("How well the answers agree with the questionnaire’s key, from 0 to 1."),
        "p_top_third": _("The estimated probability that colleagues would rate this person among the best third."),
        "expected_rating": _("The rating that colleagues would give on average to people with this result."),
        "lower_90, upper_90": _("Nine of ten such ratings fall between these two."),
        "not": _("None of these is a verdict about a person, and none decides anything by itself."),
    }


def _stopped() -> str:
    return str(
        _(
            "The company has stopped showing results for now. The result is held here; you may have it told to you by "
            "a person: ask on the page “Ask a person”."
        )
    )


def _withheld() -> str:
    return str(
        _(
            "The result is held here and stands in this file once the vacancy has closed: until then it would help "
            "others to find out the key. You may have it told to you by a person before that: ask on the page "
            "“Ask a person”."
        )
    )


def events(holdings: Holdings) -> list[Plain]:
    """What happened to the person's own rows, as far as it tells nothing of the key."""
    session, owner = holdings.session, holdings.owner
    subjects = [number for table in hanging_tables() for number in _numbers(holdings, table)]
    rows = session.scalars(
        select(Event).where(Event.organisation_id == owner, Event.subject_id.in_(subjects)).order_by(Event.at, Event.id)
    )
    return [
        {
            "at": row.at.isoformat(),
            "what": row.action,
            "by": "company" if row.user_id else "you or the site",
            "detail": {name: value for name, value in row.detail.items() if name not in OF_THE_RESULT},
        }
        for row in rows
    ]


def _numbers(holdings: Holdings, table: Table) -> Iterable[uuid.UUID]:
    if table.name not in ("applicant", "sitting", "invitation"):
        return ()
    return holdings.session.scalars(select(table.c.id).where(belonging(table, holdings.owner, holdings.ids)))


def notes(holdings: Holdings) -> list[Plain]:
    """What people of the company wrote, and when; of what was removed that there was something."""
    titles = {each.applicant.id: each.vacancy.title for each in holdings.applications}
    rows = holdings.session.scalars(
        select(ApplicantNote)
        .where(ApplicantNote.organisation_id == holdings.owner, ApplicantNote.applicant_id.in_(holdings.ids))
        .order_by(ApplicantNote.created_at, ApplicantNote.id)
    )
    return [
        {
            "vacancy": titles[row.applicant_id],
            "written_at": row.created_at.isoformat(),
            "text": row.text,
            "changed_at": _time(row.edited_at),
            "removed_at": _time(row.removed_at),
        }
        for row in rows
    ]


OF_THE_RESULT = {"flags", "finding"}
"""Told in the section of the sitting once the vacancy has closed; of a result, or drawn from one."""

TOLD = {
    "applicant",
    "sitting",
    "answer",
    "answer_revision",
    "score",
    "message",
    "applicant_note",
    "decision",
    "decision_choice",
}
"""Tables that the sections above tell."""


def about_you(holdings: Holdings) -> list[Plain]:
    """What the person told of themselves after the answers: kept apart, and in no other file or page."""
    found = groups_of(holdings.session, holdings.owner, holdings.ids, holdings.secret_key)
    told = {each: {name: people[each] for name, people in found.items() if each in people} for each in holdings.ids}
    titles = {each.applicant.id: each.vacancy.title for each in holdings.applications}
    return [{"vacancy": titles[each], "told": values} for each, values in told.items() if values]


def messages(holdings: Holdings) -> list[Plain]:
    """What people of the company wrote to the person, as it was read."""
    return [
        each for applicant in holdings.applications for each in messages_as_read(holdings.session, applicant.applicant)
    ]


def decisions(holdings: Holdings) -> list[Plain]:
    """What people of the company decided and why; where somebody stood is told when the result is."""
    return decisions_of(
        holdings.session,
        holdings.owner,
        holdings.ids,
        holdings.language,
        {each: holdings.closed(each) and not is_stopped(holdings.session, holdings.owner) for each in holdings.ids},
    )


def further_rows(holdings: Holdings) -> dict[str, list[Plain]]:
    """Rows of all other tables that hang on the person: mails, requests, adjustments, times, withdrawals and so on."""
    tables = [table for table in hanging_tables() if table.name not in TOLD]
    found = {table.name: _all(holdings, table) for table in tables}
    return {name: rows for name, rows in sorted(found.items()) if rows}


def _all(holdings: Holdings, table: Table) -> list[Plain]:
    rows = holdings.session.execute(
        select(table).where(belonging(table, holdings.owner, holdings.ids)).order_by(table.c.id)
    )
    return [_plain_row(table, row, {"organisation_id"} | OF_THE_RESULT) for row in rows]


def _plain_row(table: Table, row: Sequence[Any], without: set[str]) -> Plain:
    """One row by column; hashes of links are no data about a person, and who works here is no data about this one."""
    named = zip(table.columns, row, strict=True)
    return {
        column.name: _plain(value)
        for column, value in named
        if column.name not in without and not column.name.endswith("_hash") and not _names_user(column)
    }


def _names_user(column: Any) -> bool:
    return any(
        constraint.referred_table.name == "user_account" and column.name != "organisation_id"
        for constraint in column.table.foreign_key_constraints
        if column.name in constraint.columns
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def _time(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


SECTIONS: dict[str, Section] = {
    "contact": contact,
    "sittings": sittings,
    "about_you": about_you,
    "decisions": decisions,
    "notes": notes,
    "messages": messages,
    "further": further_rows,
    "events": events,
}
"""What the file holds, in this order; add a function here to tell a table in more words."""
