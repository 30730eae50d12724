"""The figures of a panel: reckoned once, at closing, and kept as plain values that name nobody."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scoring.agreement import Agreement
from scoring.panel import OptionFigures, PanelFigures, panel_figures
from webapp.records import ExpertPanel, PanelRating
from webapp.services.panel.rated_items import Place, places_of, rated_items


def reckon_figures(session: Session, panel: ExpertPanel) -> PanelFigures:
    """Read every rating of the panel; only closing does."""
    given: dict[uuid.UUID, dict[Place, float]] = defaultdict(dict)
    rows = select(PanelRating).where(
        PanelRating.organisation_id == panel.organisation_id, PanelRating.panel_id == panel.id
    )
    for row in session.scalars(rows):
        given[row.expert_code][row.item_id, row.option_id] = row.value
    return panel_figures(
        list(given.values()), places_of(rated_items(session, panel)), widest_spread=panel.widest_spread
    )


def plain_figures(figures: PanelFigures) -> dict[str, Any]:
    """As they are kept. Of fewer experts than make a panel only the count is."""
    counted: dict[str, Any] = {"experts": figures.experts, "left_out": figures.left_out}
    if not figures.enough:
        return counted
    return counted | {
        "options": [asdict(each) for each in figures.options],
        "items": {item: asdict(each) if each else None for item, each in figures.items.items()},
        "overall": asdict(figures.overall) if figures.overall else None,
    }


def kept_figures(panel: ExpertPanel) -> PanelFigures:
    """What closing kept."""
    plain = panel.figures
    return PanelFigures(
        experts=plain["experts"],
        left_out=plain["left_out"],
        options=tuple(OptionFigures(**each) for each in plain.get("options", ())),
        items={item: _agreement(each) for item, each in plain.get("items", {}).items()},
        overall=_agreement(plain.get("overall")),
    )


def _agreement(plain: dict[str, Any] | None) -> Agreement | None:
    if plain is None:
        return None
    intervals = {name: tuple(plain[name]) if plain[name] else None for name in ("single_interval", "average_interval")}
    return Agreement(**(plain | intervals))
