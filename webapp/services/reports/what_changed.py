"""What lies between two models besides chance: data, questions, what they predict, libraries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from questionnaires.identity import item_identity
from webapp.records import ModelVersion
from webapp.services.describe_figures import number
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.reports.parts import DASH, Column, Table

SHOWN_OF_HASH = 12
COUNTED = ("n", "n_answered", "n_rated", "n_units")
Row = tuple[str, str, str]


def changes_table(session: Session, mine: ModelVersion, other: ModelVersion) -> Table:
    """Every fact about either model, and whether it is the same."""
    columns = [
        Column(_("What"), "what"),
        Column(_("Model %(number)s", number=mine.number), f"model_{mine.number}"),
        Column(_("Model %(number)s", number=other.number), f"model_{other.number}"),
        Column(_("Changed?"), "changed"),
    ]
    rows = [*_on_questions(mine, other), *_on_criterion(mine, other), *_on_data(mine, other), *_on_making(mine, other)]
    told = [(*row, _("same") if row[1] == row[2] else _("different")) for row in rows]
    return Table("changes", _("Facts about both models"), columns, [*told, *_on_items(session, mine, other)])


def _on_questions(*pair: ModelVersion) -> Iterator[Row]:
    yield _row(_("Questionnaire"), *(f"{each.questionnaire.name} {each.questionnaire.version}" for each in pair))
    yield _row(_("Form"), *(each.form for each in pair))
    yield _row(_("Questions and key (identity)"), *(_short(each.manifest.get("scoring_identity")) for each in pair))
    yield _row(_("Texts (identity)"), *(_short(each.manifest.get("texts_identity")) for each in pair))


def _on_criterion(*pair: ModelVersion) -> Iterator[Row]:
    yield _row(_("Predicts"), *(predicts(each) for each in pair))
    yield _row(_("Rating scale"), *(_scale(each) for each in pair))
    yield _row(_("Reliability of the ratings"), *(number(each.figures.get("criterion_reliability")) for each in pair))
    given = {True: _("some of them"), False: _("none of them")}
    yield _row(_("Ratings given in confidence"), *(given[bool(each.figures.get("in_confidence"))] for each in pair))


def _on_data(*pair: ModelVersion) -> Iterator[Row]:
    counts = (
        (_("People learned from"), "n"),
        (_("Answered"), "n_answered"),
        (_("Rated"), "n_rated"),
        (_("Units"), "n_units"),
    )
    for name, code in counts:
        yield _row(name, *(_count(each.figures.get(code)) for each in pair))


def _on_making(*pair: ModelVersion) -> Iterator[Row]:
    made = [each.manifest.get("libraries") or {} for each in pair]
    for library in sorted({name for each in made for name in each}):
        yield _row(library, *(each.get(library, DASH) for each in made))
    seeds = ("" if each.figures.get("in_confidence") else each.manifest.get("seed") for each in pair)
    yield _row(_("Seed"), *(DASH if seed in ("", None) else str(seed) for seed in seeds))


def _on_items(session: Session, mine: ModelVersion, other: ModelVersion) -> Iterator[tuple[str, str, str, str]]:
    """Questions that only one of them has, and those that are scored differently."""
    ours, theirs = (
        _scored(read_questionnaire(session, each.organisation_id, each.questionnaire_id), each.form)
        for each in (mine, other)
    )
    if ours == theirs:
        return
    only_ours, only_theirs = ", ".join(sorted(ours.keys() - theirs)), ", ".join(sorted(theirs.keys() - ours))
    yield _("Questions that only one has"), only_ours or DASH, only_theirs or DASH, _("different")
    both = sorted(item for item in ours.keys() & theirs.keys() if ours[item] != theirs[item])
    if both:
        yield _("Questions scored differently"), ", ".join(both), ", ".join(both), _("different")


def _scored(questionnaire: Questionnaire, form: str) -> dict[str, str]:
    return {item.id: item_identity(item) for item in questionnaire.items_of(form)}


def comparability(mine: ModelVersion, other: ModelVersion) -> list[str]:
    """Why a difference may come from something else than the model."""
    told = []
    if mine.manifest.get("scoring_identity") != other.manifest.get("scoring_identity") or mine.form != other.form:
        told.append(
            _("They score different questions or by different keys, so their figures are about different things.")
        )
    if "key_only" in (mine.kind, other.kind):
        return told
    if predicts(mine) != predicts(other):
        told.append(_("They predict different things, so their agreement cannot be compared as better or worse."))
    return [*told, *_on_same_data(mine, other)]


def _on_same_data(mine: ModelVersion, other: ModelVersion) -> Iterator[str]:
    """Each run marks its data with a code of its own, so unequal marks prove nothing; unequal numbers do."""
    data = mine.manifest.get("data_fingerprint")
    if data and data == other.manifest.get("data_fingerprint"):
        return
    counts = ([each.figures.get(name) for name in COUNTED] for each in (mine, other))
    if next(counts) != next(counts):
        yield _(
            "They were tested on different data: a difference may come from the people or the ratings, not from the "
            "model."
        )
    else:
        yield _(
            "Whether they were tested on the same data cannot be told: each run marks its data with a code of its own, "
            "so that nobody can try out guesses of what was answered or rated. Equal numbers of people are no proof."
        )


def predicts(each: ModelVersion) -> str:
    if each.kind == "key_only":
        return _("nothing: the key orders people")
    criterion = each.manifest.get("criterion")
    return _("the rating of “%(name)s”", name=criterion) if criterion else _("the mean rating by colleagues")


def _row(name: str, mine: str, other: str) -> Row:
    return name, mine, other


def _short(value: Any) -> str:
    return f"{value[:SHOWN_OF_HASH]}…" if value else DASH


def _scale(each: ModelVersion) -> str:
    ends = each.manifest.get("scale")
    return DASH if not ends or each.kind == "key_only" else f"{format_decimal(ends[0])} – {format_decimal(ends[1])}"


def _count(value: int | None) -> str:
    return DASH if value is None else str(format_decimal(value))
