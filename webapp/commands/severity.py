"""`makings severity`: who rates how severely, and what ratings say once that is known."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from questionnaires.tables import TableError, read_table_file
from scoring.errors import ScoringError
from scoring.ratings import parse_rating_table
from scoring.severity.fitting import fit_severity
from scoring.severity.results import RateeEffect, SeverityFit, SeverityResult
from webapp.commands.plain_files import csv_text, in_words, rising, write_whole

COLUMNS = (
    "ratee",
    "competence",
    "effect",
    "reliability",
    "raters",
    "component",
    "standard_score",
    "deregressed",
    "weight",
    "flags",
)
MAX_BYTES = 500_000_000
MAX_ROWS = 10_000_000

in_file = click.Path(exists=True, dir_okay=False, path_type=Path)
out_file = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--ratings", required=True, type=in_file, help="Table: ratee, rater, rating[, competence, date].")
@click.option("--scale", nargs=2, type=float, callback=rising, help="Lowest and highest possible rating.")
@click.option("--out", required=True, type=out_file, help="Where the ratees' effects go, as CSV.")
@click.option("--json", "report", required=True, type=out_file, help="Where the components go, as JSON.")
def severity(ratings: Path, scale: tuple[float, float] | None, out: Path, report: Path) -> None:
    """Estimate raters' severity and each person's standing without it.

    Of several competences each is estimated, and their mean: in its rows the competence is empty.
    """
    with in_words(TableError, ScoringError):
        table = read_table_file(ratings, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)
        result = fit_severity(parse_rating_table(table, scale=scale))
    effects = csv_text(COLUMNS, (_cells(row) for row in result.effects))
    write_whole({out: effects, report: json.dumps(_report(result), indent=2) + "\n"})
    for note in result.overall.notes:
        click.echo(note, err=True)


def _cells(row: RateeEffect) -> list[object]:
    return [getattr(row, column) for column in COLUMNS[:-1]] + [";".join(row.flags)]


def _report(result: SeverityResult) -> dict[str, Any]:
    report = _described(result.overall)
    if result.competences:
        report["competences"] = {name: _described(fit) for name, fit in result.competences.items()}
    return report


def _described(fit: SeverityFit) -> dict[str, Any]:
    """Describe a fit: the criterion only where it is exact, the Monte-Carlo error only where it is not."""
    components = {name: value for name, value in asdict(fit.components).items() if value is not None}
    counts = {"ratees": len(fit.ratees), "raters": len(fit.rater_ids), "components": int(fit.component.max())}
    flags = Counter(flag for flags in fit.flags for flag in flags)
    return {**components, "counts": counts, "parts": _parts(fit), "flags": dict(flags), "notes": list(fit.notes)}


def _parts(fit: SeverityFit) -> list[dict[str, int]]:
    """Return the parts without a common rater, largest first; people compare within theirs."""
    return [{"component": part, "ratees": n} for part, n in sorted(Counter(fit.component.tolist()).items())]
