"""The instrument of the 2020-2021 SIOP machine learning competition, in our questionnaire format.

Nine situations (best and worst of four), two rating scenarios (eight reactions, 0-9), twenty nominal
biographical questions and 55 self-descriptions (1-4). The owner withheld all texts and gave no key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from questionnaires import csv_source
from questionnaires.answers import AnswerSheet, parse_answer_table
from questionnaires.definition import Questionnaire
from questionnaires.loading import load_text
from questionnaires.tables import Row, Table, TableError, TableFault
from scoring.ratings import Rating

PERSON = "UNIQUE_ID"
TARGET = "Customer_Service"
BINARY = "High_Performer"
RATINGS = ("Overall_Rating", "Technical_Skills", "Teamwork", TARGET, "Hire_Again")
SITUATIONS = range(1, 10)
SCENARIOS = (1, 2)
REACTIONS = range(1, 9)
BIODATA = tuple(f"Biodata_{number:02d}" for number in range(1, 21))
CODES = range(1, 11)
SCALES = (4, 4, 4, 4, 4, 6, 4, 4, 4, 4, 4, 4, 5)
STATEMENTS = tuple(
    f"PScale{scale:02d}_Q{question}" for scale, size in enumerate(SCALES, start=1) for question in range(1, size + 1)
)
PARTS = ("all", "situations")


def instrument(part: str = "all") -> Questionnaire:
    """The questionnaire, or only its nine situations."""
    return load_text("\n".join(_lines(part)) + "\n", f"siop2021 ({part})")


def _lines(part: str) -> Iterator[str]:
    yield "format: 1"
    yield f"name: siop2021-{part}"
    yield "version: 1.0.0"
    yield "languages: [en]"
    yield "title: {en: Public staff data of a machine learning competition}"
    yield "authorship: texts and key withheld by the owner"
    yield "items:"
    for number in SITUATIONS:
        yield from _item(f"SJ_{number}", "best_worst", options=range(1, 5))
    if part == "situations":
        return
    for number in SCENARIOS:
        yield from _item(f"Scenario{number}", "rate_each", options=REACTIONS, scale=(0, 9))
    for name in BIODATA:
        yield from _item(name, "pick_one", options=CODES)
    for name in STATEMENTS:
        yield from _item(name, "likert", scale=(1, 4))


def _item(name: str, kind: str, options: Sequence[int] = (), scale: tuple[int, int] | None = None) -> Iterator[str]:
    yield f"  - id: {name}"
    yield f"    format: {kind}"
    yield "    withheld: true"
    if kind == "likert":
        yield "    direction: 0"
    if scale:
        yield f"    scale: {{minimum: {scale[0]}, maximum: {scale[1]}}}"
    if options:
        codes = ", ".join(f'{{id: "{code}"}}' for code in options)
        yield f"    options: [{codes}]"


def column_pairs() -> dict[str, str]:
    """The competition's predictor columns, by our column names."""
    pairs = {f"SJ_{k}.best": f"SJ_Most_{k}" for k in SITUATIONS}
    pairs |= {f"SJ_{k}.worst": f"SJ_Least_{k}" for k in SITUATIONS}
    pairs |= {f"Scenario{s}.{r}": f"Scenario{s}_{r}" for s in SCENARIOS for r in REACTIONS}
    return pairs | {name: name for name in (*BIODATA, *STATEMENTS)}


@dataclass(frozen=True)
class Staff:
    """Rows of the competition's file: answers, and ratings where the file has them.

    ``dropped`` counts rows left out because a criterion was missing.
    """

    sheets: tuple[AnswerSheet, ...]
    ratings: tuple[Rating, ...]
    dropped: int


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a file of the competition as it is, or as a spreadsheet has saved it; nameless columns are passed over.

    Raises
    ------
    TableError
        Where it is no text that can be read, or has no rows, no id column or no predictor at all.
    """
    cells = (row for _, row in csv_source.read_rows(path.read_bytes()))
    names = [name.strip() for name in next(cells, [])]
    rows = [_named(names, row) for row in cells if any(row)]
    if not rows or PERSON not in rows[0]:
        raise _refused(f"{path.name} has no rows with the column {PERSON}.", "Give a file of the competition.")
    if not set(column_pairs().values()) & set(rows[0]):
        raise _refused(f"{path.name} has none of the predictors.", "Give a file of the competition.")
    return rows


def _named(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip_longest(names, cells[: len(names)], fillvalue="") if name}


def _refused(message: str, remedy: str) -> TableError:
    return TableError([TableFault(None, None, message, remedy)])


def training_staff(rows: Sequence[Mapping[str, str]], questionnaire: Questionnaire) -> Staff:
    """People with both criteria; the others are dropped and counted."""
    kept = [row for row in rows if _number(row.get(TARGET, "")) and _number(row.get(BINARY, ""))]
    if not kept:
        raise _refused(f"No row has both {TARGET} and {BINARY}.", "Give a file with these criteria.")
    return Staff(tuple(answer_sheets(kept, questionnaire)), tuple(_ratings(kept)), len(rows) - len(kept))


def answer_sheets(rows: Sequence[Mapping[str, str]], questionnaire: Questionnaire) -> list[AnswerSheet]:
    """Answers of some rows. Predictors may be missing; criteria and times are not looked at."""
    pairs = column_pairs()
    items = {item.id for item in questionnaire.items}
    ours = [name for name in pairs if name.partition(".")[0] in items]
    table = [
        Row(number, {"person": row[PERSON], **{name: _code(row.get(pairs[name], "")) for name in ours}})
        for number, row in enumerate(rows, start=2)
    ]
    return parse_answer_table(Table(("person", *ours), table), questionnaire)


def _ratings(rows: Sequence[Mapping[str, str]]) -> Iterator[Rating]:
    for row in rows:
        for name in (*RATINGS, BINARY):
            value = _number(row.get(name, ""))
            if value:
                yield Rating(row[PERSON], None, float(value), name)


def _number(text: str) -> str:
    """The text where it is a number, else nothing: the file writes missing values as blanks or NA."""
    try:
        return text if float(text) == float(text) else ""
    except ValueError:
        return ""


def _code(text: str) -> str:
    """A whole number as the questionnaire writes it: the file says 4.0 for 4."""
    known = _number(text)
    return f"{float(known):g}" if known else ""
