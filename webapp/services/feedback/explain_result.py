"""How somebody's answers moved their result, told as far as it gives the key away to nobody who sits again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from scoring.explaining.publication import GroupTold, Told, publish
from scoring.explaining.shares import whole_percents
from webapp.errors import NotFound
from webapp.services.feedback.policy import contributions_are_open
from webapp.services.feedback.read_feedback import model_of
from webapp.services.items.left_out import items_left_out
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.read_sitting import SittingView
from webapp.services.score_sitting import saved_answers


@dataclass(frozen=True)
class Situation:
    """One situation: its number and title, and its word once the vacancy has closed."""

    number: int
    title: str
    level: str


@dataclass(frozen=True)
class Group:
    """A group of situations with its bar: from -1 to 1, of the largest on the page; `share` is in whole hundredths."""

    name: str
    told: GroupTold
    bar: float
    share: float
    situations: tuple[Situation, ...]


@dataclass(frozen=True)
class Explanation:
    """What the page says.

    `stopped`: only what holds for everybody, as before the close. `by_key`: no staff are known to measure against.
    """

    stopped: bool
    closed: bool
    by_key: bool
    incomplete: bool
    told: Told
    groups: tuple[Group, ...]


def explain_result(session: Session, view: SittingView, language: str) -> Explanation:
    """The groups of situations and how they moved the result; for applicants only."""
    if view.vacancy is None:
        raise NotFound()
    model = model_of(session, view)
    if model is None:
        raise NotFound()
    stopped = is_stopped(session, view.sitting.organisation_id)
    closed = contributions_are_open(view.vacancy) and not stopped
    compiled = model.without(items_left_out(session, view.sitting)).compiled
    answers = saved_answers(session, view.sitting)
    told = publish(compiled, answers, {item.id: item.facet or "" for item in compiled.items}, closed=closed)
    complete = len([item for item in compiled.items if item.part(answers.get(item.id) or {}).complete])
    return Explanation(
        stopped=stopped,
        closed=closed,
        by_key=model.manifest.kind == "key_only",
        incomplete=complete < compiled.required,
        told=told,
        groups=_groups(view, told, language),
    )


def _groups(view: SittingView, told: Told, language: str) -> tuple[Group, ...]:
    names = view.questionnaire.facet_names
    shown = {item.id: (number, item.titles.get(language, "")) for number, item in enumerate(view.items, 1)}
    longest = max((_length(group) for group in told.groups), default=0.0) or 1.0
    percents = whole_percents([group.share for group in told.groups])
    return tuple(
        Group(
            names.get(group.group, {}).get(language, group.group),
            group,
            (group.share if group.moved is None else group.moved) / longest,
            percent / 100,
            _situations(group, told.levels, shown),
        )
        for group, percent in zip(told.groups, percents, strict=True)
    )


def _length(group: GroupTold) -> float:
    return group.share if group.moved is None else abs(group.moved)


def _situations(
    group: GroupTold, levels: Mapping[str, str], shown: Mapping[str, tuple[int, str]]
) -> tuple[Situation, ...]:
    return tuple(Situation(*shown[item], levels.get(item, "")) for item in group.items if item in shown)
