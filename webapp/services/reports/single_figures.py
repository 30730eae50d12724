"""The single figures of a model: their names, how they are written, and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import gettext as _

from webapp.services.reports.parts import Column, Figures, Kind, Table, ends

Better = Literal["higher", "lower", "near"]


@dataclass(frozen=True)
class Single:
    """One figure; `near` says which value is best where neither end is."""

    code: str
    name: str
    kind: Kind
    better: Better
    near: float = 0.0
    charted: bool = False

    @property
    def is_near(self) -> bool:
        return self.better == "near"


def single_figures() -> list[Single]:
    """In the order in which they are worth reading."""
    return [
        Single("r", _("Agreement with the ratings"), "number", "higher", charted=True),
        Single("key_r", _("Agreement of the key alone"), "number", "higher", charted=True),
        Single("r_minus_key", _("Gain over the key alone"), "signed", "higher"),
        Single("auc", _("Telling two people apart"), "share", "higher", charted=True),
        Single("slope", _("Calibration slope"), "number", "near", 1.0),
        Single("intercept", _("Calibration intercept"), "signed", "near", 0.0),
        Single("calibration_error", _("Calibration error"), "share", "lower", charted=True),
        Single("brier", _("Brier score"), "small", "lower"),
        Single("log_loss", _("Log-loss"), "small", "lower"),
        Single("coverage_90", _("Ratings inside their 90 % interval"), "share", "near", 0.9, charted=True),
        Single("criterion_reliability", _("Reliability of the ratings"), "number", "higher"),
        Single("score_reliability", _("Reliability of the score"), "number", "higher"),
        Single("r_corrected", _("Agreement, corrected for unreliable ratings"), "number", "higher"),
    ]


def figures_table(figures: Figures) -> Table:
    """All of them with their intervals, as a file holds them."""
    columns = [
        Column(_("Figure"), "figure"),
        Column(_("Code"), "code"),
        Column(_("Value"), "value", "small"),
        Column(_("Likely"), "value", "signed_range"),
    ]
    rows = [
        (each.name, each.code, figures.get(each.code), interval_of(figures, each.code)) for each in single_figures()
    ]
    return Table("figures", _("Every figure"), columns, rows)


def interval_of(figures: Mapping[str, Any], code: str) -> tuple[Any, Any]:
    return ends(figures, f"{code}_low", f"{code}_high")
