"""The table of questions, read from what a job kept; nothing is computed here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.definition import Item, Purpose, Questionnaire, ResponseFormat
from webapp.errors import NotFound
from webapp.records import ItemExposure, ItemFigures, ItemSetAside, Job, ModelVersion, QuestionnaireVersion
from webapp.services.items.flags import Flag, flags_of
from webapp.services.items.gather import APPLICANTS, STAFF
from webapp.services.items.statistics import COUNTING, serving_version
from webapp.services.job_progress import OPEN
from webapp.services.read_questionnaire import read_questionnaire


@dataclass(frozen=True)
class FormOfPaper:
    """A form that can be chosen."""

    row: QuestionnaireVersion
    form: str

    @property
    def key(self) -> str:
        return f"{self.row.id}:{self.form}"


@dataclass(frozen=True)
class Question:
    """One line of the table. Figures are of applicants where enough of them answered, else of the staff."""

    item: Item
    number: int
    title: str
    facet: str
    counts: Mapping[str, Mapping[str, int]]
    mean: float | None
    rest_r: float | None
    criterion: Mapping[str, Any]
    reach: float | None
    shown: int
    set_aside: Sequence[str]
    """Languages in which it does not count."""
    flags: Sequence[Flag]
    of: str = ""
    """Whom mean and correlation are of."""

    @property
    def skipped(self) -> float | None:
        """The share of sittings in which it was left out, of both kinds of people."""
        answered = sum(each["answered"] for each in self.counts.values())
        left = sum(each["skipped"] for each in self.counts.values())
        return left / (answered + left) if answered + left else None


@dataclass(frozen=True)
class Wanted:
    """What the reader asks for."""

    facet: str = ""
    flagged: bool = False
    spoken: str = ""
    text: str = ""
    sort: str = "number"


@dataclass(frozen=True)
class DeskPage:
    """Everything that the page shows."""

    paper: FormOfPaper
    papers: Sequence[FormOfPaper]
    questionnaire: Questionnaire
    questions: Sequence[Question]
    total: int
    facets: Mapping[str, str]
    model: ModelVersion | None
    computed_at: dt.datetime | None
    found: Mapping[str, int] = field(default_factory=dict)
    job: Job | None = None
    """The counting that is under way."""
    weighed_by: int | None = None
    """The number of the model whose weights the figures hold."""

    @property
    def outdated(self) -> bool:
        """Whether another model has come to serve since the figures were computed."""
        return self.computed_at is not None and self.model is not None and self.weighed_by != self.model.number


def papers_of(session: Session, organisation_id: uuid.UUID) -> list[FormOfPaper]:
    """Every form of every questionnaire that applicants or staff can be asked, the newest first."""
    rows = session.scalars(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.organisation_id == organisation_id)
        .order_by(QuestionnaireVersion.created_at.desc(), QuestionnaireVersion.id.desc())
    )
    found = []
    for row in rows:
        questionnaire = read_questionnaire(session, organisation_id, row.id)
        if questionnaire.purpose is Purpose.SELECTION:
            found += [FormOfPaper(row, form.id) for form in questionnaire.forms]
    return found


def chosen_paper(papers: Sequence[FormOfPaper], key: str, session: Session) -> FormOfPaper:
    """The one asked for; else one that has a model at work, a trained one before one by the key."""
    if key:
        found = next((each for each in papers if each.key == key), None)
        if found is None:
            raise NotFound
        return found
    if not papers:
        raise NotFound
    serving = _serving_kinds(session, papers[0].row.organisation_id)
    ranks = {None: 0, "key_only": 1, "trained": 2}
    return max(papers, key=lambda each: ranks[serving.get((each.row.id, each.form))])


def _serving_kinds(session: Session, organisation_id: uuid.UUID) -> dict[tuple[uuid.UUID, str], str]:
    rows = session.execute(
        select(ModelVersion.questionnaire_id, ModelVersion.form, ModelVersion.kind).where(
            ModelVersion.organisation_id == organisation_id, ModelVersion.state == "serving"
        )
    )
    return {(questionnaire_id, form): kind for questionnaire_id, form, kind in rows}


def read_desk(session: Session, organisation_id: uuid.UUID, key: str, wanted: Wanted, language: str) -> DeskPage:
    papers = papers_of(session, organisation_id)
    paper = chosen_paper(papers, key, session)
    questionnaire = read_questionnaire(session, organisation_id, paper.row.id)
    figures = figures_of(session, organisation_id, paper.row.id, paper.form)
    model = serving_version(session, organisation_id, paper.row.id, paper.form)
    every = read_questions(session, questionnaire, paper, figures, model, language)
    row = next(iter(figures.values()), None)
    return DeskPage(
        paper=paper,
        papers=papers,
        questionnaire=questionnaire,
        questions=sorted(filter(lambda each: _fits(each, wanted), every), key=SORTS.get(wanted.sort, SORTS["number"])),
        total=len(every),
        facets={each.item.facet: each.facet for each in every if each.item.facet},
        model=model,
        computed_at=row.computed_at if row else None,
        found={STAFF: row.staff, APPLICANTS: row.applicants} if row else {},
        job=counting(session, organisation_id, paper.row.id),
        weighed_by=(row.figures.get("reach") or {}).get("model") if row else None,
    )


def figures_of(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> dict[str, ItemFigures]:
    rows = session.scalars(
        select(ItemFigures).where(
            ItemFigures.organisation_id == organisation_id,
            ItemFigures.questionnaire_id == questionnaire_id,
            ItemFigures.form == form,
        )
    )
    return {row.item_id: row for row in rows}


def counting(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID) -> Job | None:
    rows = session.scalars(
        select(Job).where(Job.organisation_id == organisation_id, Job.kind == COUNTING, Job.state.in_(OPEN))
    )
    return next((job for job in rows if job.parameters.get("questionnaire_id") == str(questionnaire_id)), None)


def read_questions(
    session: Session,
    questionnaire: Questionnaire,
    paper: FormOfPaper,
    figures: Mapping[str, ItemFigures],
    model: ModelVersion | None,
    language: str,
) -> list[Question]:
    owner, number = paper.row.organisation_id, paper.row.id
    shown = _shown(session, owner, number, paper.form)
    aside = _set_aside(session, owner, number)
    learned = learned_of(model)
    return [
        _question(
            (item, place, item.titles.get(language) or item.id),
            questionnaire.facet_names.get(item.facet or "", {}).get(language, item.facet or ""),
            figures[item.id].figures if item.id in figures else {},
            learned.get(item.id, {}),
            model,
            shown.get(item.id, 0),
            aside.get(item.id, []),
        )
        for place, item in enumerate(questionnaire.items_of(paper.form), 1)
        if item.format is not ResponseFormat.OPEN_TEXT
    ]


def learned_of(model: ModelVersion | None) -> dict[str, Mapping[str, Any]]:
    """What the model's run found of each question; nothing where it learned from ratings in confidence."""
    statistics = (model.figures if model else {}).get("item_statistics") or {}
    return {each["id"]: each for each in statistics.get("items", [])}


def _question(
    named: tuple[Item, int, str],
    facet: str,
    figures: Mapping[str, Any],
    learned: Mapping[str, Any],
    model: ModelVersion | None,
    shown: int,
    aside: Sequence[str],
) -> Question:
    item, number, title = named
    of, described = described_first(figures)
    reach = figures.get("reach") or {}
    return Question(
        item=item,
        number=number,
        title=title,
        facet=facet,
        counts={name: all_languages(figures, name) for name in (STAFF, APPLICANTS)},
        mean=described.get("mean"),
        rest_r=described.get("rest_r"),
        criterion=learned,
        reach=reach.get("value") if model and reach.get("model") == model.number else None,
        shown=shown,
        set_aside=aside,
        flags=flags_of(figures, learned),
        of=of,
    )


def described_first(figures: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Applicants' figures where there are enough of them, else the staff's."""
    for name in (APPLICANTS, STAFF):
        described = figures.get("populations", {}).get(name, {}).get("", {})
        if described.get("enough"):
            return name, described
    return "", {}


def all_languages(figures: Mapping[str, Any], population: str) -> dict[str, int]:
    rows = figures.get("counts", {}).get(population, {}).values()
    return {name: sum(each[name] for each in rows) for name in ("answered", "skipped")}


def _shown(session: Session, owner: uuid.UUID, questionnaire_id: uuid.UUID, form: str) -> dict[str, int]:
    rows = session.execute(
        select(ItemExposure.item_id, func.sum(ItemExposure.sittings))
        .where(
            ItemExposure.organisation_id == owner,
            ItemExposure.questionnaire_id == questionnaire_id,
            ItemExposure.form == form,
        )
        .group_by(ItemExposure.item_id)
    )
    return {item_id: int(number) for item_id, number in rows}


def _set_aside(session: Session, owner: uuid.UUID, questionnaire_id: uuid.UUID) -> dict[str, list[str]]:
    rows = session.execute(
        select(ItemSetAside.item_id, ItemSetAside.language)
        .where(
            ItemSetAside.organisation_id == owner,
            ItemSetAside.questionnaire_id == questionnaire_id,
            ItemSetAside.back_at.is_(None),
        )
        .order_by(ItemSetAside.language)
    )
    found: dict[str, list[str]] = {}
    for item_id, language in rows:
        found.setdefault(item_id, []).append(language)
    return found


def _fits(question: Question, wanted: Wanted) -> bool:
    return (
        (not wanted.facet or question.item.facet == wanted.facet)
        and (not wanted.flagged or bool(question.flags) or bool(question.set_aside))
        and (not wanted.spoken or wanted.spoken in question.set_aside or _concerns(question, wanted.spoken))
        and (not wanted.text or wanted.text.casefold() in _words(question.item))
    )


def _concerns(question: Question, language: str) -> bool:
    return any(flag.language == language for flag in question.flags)


def _words(item: Item) -> str:
    """Everything of a question that can be read, in every language."""
    texts = [*item.titles.values(), *item.scenes.values(), *item.stems.values(), item.id]
    texts += [text for option in item.options for text in option.texts.values()]
    return "\n".join(texts).casefold()


def _least_first(read: Callable[[Question], float | None]) -> Callable[[Question], tuple[bool, float, int]]:
    def key(question: Question) -> tuple[bool, float, int]:
        value = read(question)
        return value is None, 0.0 if value is None else value, question.number

    return key


def _most_first(read: Callable[[Question], float | None]) -> Callable[[Question], tuple[bool, float, int]]:
    def turned(question: Question) -> float | None:
        value = read(question)
        return None if value is None else -value

    return _least_first(turned)


SORTS: dict[str, Callable[[Question], Any]] = {
    "number": lambda question: question.number,
    "flags": _most_first(lambda question: len(question.flags)),
    "mean": _least_first(lambda question: question.mean),
    "rest": _least_first(lambda question: question.rest_r),
    "criterion": _least_first(lambda question: question.criterion.get("criterion_r")),
    "reach": _most_first(lambda question: question.reach),
    "skipped": _most_first(lambda question: question.skipped),
    "shown": _most_first(lambda question: question.shown),
}
