"""python -m benchmarks.alternatives [--train staff_5640.csv] [--companies 5] [--staff 1000]

Challengers of the linear stack, other calibrations and CV+ intervals, as every validation report records them
(`scoring.validation.alternatives`), over simulated companies of the three main worlds (8 x 3; development seeds from
70,000 on, which `benchmarks.engine` does not use) and, with ``--train``, on the public rows of SIOP 2021, all of them.
Gains are over the default: of r for challengers, of log-loss for calibrations.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.siop2021_instrument import TARGET, instrument, read_rows, training_staff
from models.errors import ModelError
from models.preparing import prepare
from questionnaires.answers import AnswerSheet
from questionnaires.loading import load_text
from questionnaires.tables import TableError
from scoring.errors import ScoringError
from scoring.simulation.company import simulate
from scoring.validation.alternatives import alternatives
from scoring.validation.learning_data import LearningData

FIRST_SEED = 70_000
WORLDS = ("pessimistic", "typical", "strong")
Record = Mapping[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alternatives", description=__doc__)
    parser.add_argument("--train", type=Path, help="rows of SIOP 2021 with criteria")
    parser.add_argument("--companies", type=int, default=5, help="of each simulated world")
    parser.add_argument("--staff", type=int, default=1000, help="of each simulated company, at least 1,000")
    given = parser.parse_args(arguments)
    try:
        with threadpool_limits(limits=1):
            _run(given.train, given.companies, given.staff)
    except (TableError, ModelError, ScoringError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _run(train: Path | None, companies: int, staff: int) -> None:
    for part in ("all", "situations") if train else ():
        data = public_staff(train, part)  # type: ignore[arg-type]
        print_records(f"public staff, predictors: {part}", [alternatives(data, most=len(data.people))])
    for world in WORLDS if companies else ():
        records = [alternatives(simulated(world, staff, FIRST_SEED + i)) for i in range(companies)]
        print_records(f"simulated, {world}, {companies} companies of {staff}", records)


def public_staff(path: Path, part: str) -> LearningData:
    """The public rows with ``Customer_Service`` as the criterion."""
    asked = instrument(part)
    staff = training_staff(read_rows(path), instrument())
    known = {item.id for item in asked.items}
    sheets = [AnswerSheet(s.person, {name: a for name, a in s.answers.items() if name in known}) for s in staff.sheets]
    return prepare(asked, sheets, staff.ratings, criterion=TARGET).data


def simulated(world: str, staff: int, seed: int) -> LearningData:
    """The staff of one simulated company."""
    company = simulate(world, staff, 1, seed)
    return prepare(load_text(company.questionnaire_text()), company.staff_sheets(), company.rating_list()).data


def print_records(title: str, records: Sequence[Record]) -> None:
    """Means over companies; of a single one, the standard errors that its record gives."""
    print(f"\n{title}")
    for topic, figure in (("challengers", "r"), ("calibrations", "log_loss")):
        chosen = [(record[topic] or {"chosen": "not tried"})["chosen"] for record in records]
        print(f"{topic}; chosen: {', '.join(f'{name} {chosen.count(name)}' for name in sorted(set(chosen)))}")
        for name, rows in _by_name(records, topic).items():
            value, gain, error = (float(np.mean([row[key] for row in rows])) for key in (figure, "gain", "gain_se"))
            print(f"  {name:<20}{figure} {value:.4f}   gain {gain:+.4f} (standard error {error:.4f})")
    print("90 % intervals")
    for name, rows in _by_name(records, "interval_methods").items():
        coverage, width = (float(np.mean([row[key] for row in rows])) for key in ("coverage", "width"))
        print(f"  {name:<20}coverage {coverage:.4f}   width {width:.3f}")


def _by_name(records: Sequence[Record], topic: str) -> dict[str, list[Record]]:
    tried = [record[topic]["tried"] for record in records if record[topic]]
    return {name: [each[name] for each in tried] for name in (tried[0] if tried else {})}


if __name__ == "__main__":
    sys.exit(main())
