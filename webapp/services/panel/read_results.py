"""What HR's page tells of a closed panel: each option beside the key that there is, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from questionnaires.definition import Item, Questionnaire
from questionnaires.panel_key import PanelKey, left_out_items
from scoring.agreement import Agreement
from scoring.panel import FEW, SPREAD, KeyComparison, OptionFigures, PanelFigures, against_key
from webapp.records import ExpertPanel
from webapp.services.panel.figures import kept_figures
from webapp.services.panel.rated_items import questionnaire_of, rated_items

Place = tuple[str, str]


@dataclass(frozen=True)
class OptionRow:
    """One option: its text, the panel's figures, the present key."""

    text: str
    figures: OptionFigures
    present: float | None

    @property
    def difference(self) -> float | None:
        if self.present is None or self.figures.mean is None:
            return None
        return self.figures.mean - self.present


@dataclass(frozen=True)
class ItemRows:
    """One situation with its options, the best of the panel first."""

    item: Item
    title: str
    agreement: Agreement | None
    options: Sequence[OptionRow]
    left_out: bool
    other_best: bool
    other_worst: bool


@dataclass(frozen=True)
class Results:
    """Everything that the page of a closed panel tells."""

    figures: PanelFigures
    items: Sequence[ItemRows]
    comparison: KeyComparison | None
    key: PanelKey

    @property
    def wide(self) -> int:
        return self._dropped(SPREAD)

    @property
    def few(self) -> int:
        return self._dropped(FEW)

    @property
    def left_out(self) -> int:
        return sum(each.left_out for each in self.items)

    @property
    def has_key(self) -> bool:
        """Whether anything is left that a key can be made of."""
        return self.figures.enough and any(not each.left_out for each in self.items)

    def _dropped(self, why: str) -> int:
        return sum(each.dropped == why for each in self.figures.options)


def read_results(session: Session, panel: ExpertPanel, language: str) -> Results:
    """The results of a closed panel, in this language as far as the questionnaire has it."""
    questionnaire = questionnaire_of(session, panel)
    figures, items = kept_figures(panel), rated_items(session, panel)
    key, present = panel_key(panel, figures, items), present_key(questionnaire)
    comparison = against_key({(e.item, e.option): e.mean for e in figures.kept() if e.mean is not None}, present)
    said = language if language in questionnaire.languages else questionnaire.languages[0]
    gone = set(left_out_items(questionnaire, key))
    rows = [_item_rows(item, figures, present, comparison, gone, said) for item in items] if figures.enough else []
    return Results(figures, rows, comparison, key)


def present_key(questionnaire: Questionnaire) -> dict[Place, float]:
    return {
        (item.id, option.id): option.key.mean
        for item in questionnaire.items
        for option in item.options
        if option.key is not None
    }


def panel_key(panel: ExpertPanel, figures: PanelFigures, items: Sequence[Item]) -> PanelKey:
    """The panel's key: means and spreads of the options that stay."""
    options: dict[str, dict[str, tuple[float, float]]] = {item.id: {} for item in items}
    for each in figures.kept():
        if each.mean is not None and each.spread is not None:
            options[each.item][each.option] = (each.mean, each.spread)
    day = panel.closed_at.date().isoformat() if panel.closed_at else ""
    return PanelKey(figures.experts, day, frozenset(options), options, _said(figures, panel.widest_spread))


def _said(figures: PanelFigures, widest_spread: float) -> str:
    """What the change history says, in English as all of it is."""
    wide = sum(each.dropped == SPREAD for each in figures.options)
    few = sum(each.dropped == FEW for each in figures.options)
    parts = [f"Options dropped for a spread above {widest_spread:g}: {wide}; for too few ratings: {few}."]
    if figures.overall:
        single, average = figures.overall.single, figures.overall.average
        parts.insert(0, f"ICC(2,1) {single:.2f}, ICC(2,{figures.overall.raters}) {average:.2f}.")
    return " ".join(parts)


def _item_rows(
    item: Item,
    figures: PanelFigures,
    present: Mapping[Place, float],
    comparison: KeyComparison | None,
    gone: set[str],
    language: str,
) -> ItemRows:
    rows = [
        OptionRow(item.option(each.option).texts[language], each, present.get((each.item, each.option)))
        for each in figures.options
        if each.item == item.id
    ]
    return ItemRows(
        item=item,
        title=item.titles.get(language) or item.id,
        agreement=figures.items.get(item.id),
        options=sorted(rows, key=lambda row: -(row.figures.mean or 0.0)),
        left_out=item.id in gone,
        other_best=comparison is not None and item.id in comparison.other_best,
        other_worst=comparison is not None and item.id in comparison.other_worst,
    )
