"""One question with all that is known of it, read from what a job kept; nothing is computed here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.definition import Item, Questionnaire
from webapp.config import LANGUAGES
from webapp.errors import NotFound
from webapp.records import ItemExposure, ItemFigures, ItemSetAside, Job, ModelVersion, QuestionnaireVersion, User
from webapp.services.items.flags import Flag, flags_of
from webapp.services.items.read_list import FormOfPaper, figures_of, learned_of
from webapp.services.items.set_aside import RESCORING
from webapp.services.items.statistics import serving_version
from webapp.services.read_questionnaire import read_questionnaire


def language_name(code: str) -> str:
    """What a language is called in the language of the page."""
    locale: Any = get_locale()
    return str((locale.languages if locale else {}).get(code, LANGUAGES.get(code, code)))


@dataclass(frozen=True)
class SetAsideLine:
    """Who set it aside when and why, and how many scores moved by how much."""

    row: ItemSetAside
    by: str
    back_by: str
    jobs: Sequence[Job]

    @property
    def unfinished(self) -> bool:
        """Whether its last scoring was cancelled or broke, so that lists are still as they were."""
        return bool(self.jobs) and self.jobs[-1].state in ("cancelled", "failed")


@dataclass(frozen=True)
class ItemPage:
    """Everything that the page shows."""

    paper: FormOfPaper
    questionnaire: Questionnaire
    item: Item
    number: int
    total: int
    title: str
    facet: str
    languages: Mapping[str, str]
    figures: Mapping[str, Any]
    learned: Mapping[str, Any]
    model: ModelVersion | None
    computed_at: dt.datetime | None
    months: Mapping[str, Mapping[str, int]]
    history: Sequence[SetAsideLine]
    flags: Sequence[Flag]

    @property
    def standing(self) -> dict[str, SetAsideLine]:
        """By language, where it is set aside."""
        return {line.row.language: line for line in self.history if line.row.back_at is None}


def find_paper(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str) -> FormOfPaper:
    row = session.get(QuestionnaireVersion, (organisation_id, questionnaire_id))
    if row is None:
        raise NotFound
    known = read_questionnaire(session, organisation_id, questionnaire_id).forms
    if form not in {each.id for each in known}:
        raise NotFound
    return FormOfPaper(row, form)


def read_item(
    session: Session, organisation_id: uuid.UUID, paper: tuple[uuid.UUID, str], item_id: str, language: str
) -> ItemPage:
    found = find_paper(session, organisation_id, *paper)
    questionnaire = read_questionnaire(session, organisation_id, found.row.id)
    items = questionnaire.items_of(found.form)
    number, item = next(((n, each) for n, each in enumerate(items, 1) if each.id == item_id), (0, None))
    if item is None:
        raise NotFound
    kept: ItemFigures | None = figures_of(session, organisation_id, found.row.id, found.form).get(item_id)
    model = serving_version(session, organisation_id, found.row.id, found.form)
    learned = learned_of(model).get(item_id, {})
    return ItemPage(
        paper=found,
        questionnaire=questionnaire,
        item=item,
        number=number,
        total=len(items),
        title=item.titles.get(language) or item.id,
        facet=questionnaire.facet_names.get(item.facet or "", {}).get(language, item.facet or ""),
        languages={code: language_name(code) for code in LANGUAGES if code in questionnaire.languages},
        figures=kept.figures if kept else {},
        learned=learned,
        model=model,
        computed_at=kept.computed_at if kept else None,
        months=_months(session, found, item_id),
        history=history_of(session, organisation_id, found.row.id, item_id),
        flags=flags_of(kept.figures if kept else {}, learned),
    )


def _months(session: Session, paper: FormOfPaper, item_id: str) -> dict[str, dict[str, int]]:
    """In how many sittings it was shown, by month and language."""
    rows = session.execute(
        select(ItemExposure.month, ItemExposure.language, ItemExposure.sittings)
        .where(
            ItemExposure.organisation_id == paper.row.organisation_id,
            ItemExposure.questionnaire_id == paper.row.id,
            ItemExposure.form == paper.form,
            ItemExposure.item_id == item_id,
        )
        .order_by(ItemExposure.month)
    )
    found: dict[str, dict[str, int]] = {}
    for month, language, number in rows:
        found.setdefault(month, {})[language] = number
    return found


def history_of(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, item_id: str
) -> list[SetAsideLine]:
    """What was done with this question, the newest first."""
    rows = session.scalars(
        select(ItemSetAside)
        .where(
            ItemSetAside.organisation_id == organisation_id,
            ItemSetAside.questionnaire_id == questionnaire_id,
            ItemSetAside.item_id == item_id,
        )
        .order_by(ItemSetAside.set_at.desc(), ItemSetAside.id.desc())
    ).all()
    if not rows:
        return []
    names = _names(session, organisation_id, {each for row in rows for each in (row.set_by, row.back_by) if each})
    jobs = rescorings(session, organisation_id)
    return [
        SetAsideLine(row, names.get(row.set_by, ""), names.get(row.back_by, "") if row.back_by else "", _of(jobs, row))
        for row in rows
    ]


def _of(jobs: Sequence[Job], row: ItemSetAside) -> list[Job]:
    return [job for job in jobs if job.parameters.get("set_aside_id") == str(row.id)]


def rescorings(session: Session, organisation_id: uuid.UUID) -> list[Job]:
    return list(
        session.scalars(
            select(Job).where(Job.organisation_id == organisation_id, Job.kind == RESCORING).order_by(Job.id)
        )
    )


def _names(session: Session, organisation_id: uuid.UUID, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = session.execute(select(User.id, User.name).where(User.organisation_id == organisation_id, User.id.in_(ids)))
    return dict(rows.all())
