"""HR reads everything that there is of a round, and one rater helps with their own ratings: no single rating comes out.

The adversary is given more than HR has: who rated whom on what, the exact way in which figures are computed, the
variances by which they were adjusted, and all ratings of one rater. Unknown are the ratings of the others: whole
numbers on the scale. Each figure says that a linear combination of them lies within half a step of what is shown.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from scipy.optimize import Bounds, LinearConstraint, milp
from sqlalchemy import select
from sqlalchemy.orm import Session

from scoring.release import figures
from scoring.release.rules import Cell, Contribution, Group, Rules
from scoring.release.scopes import usable
from scoring.severity.fitting import composite, fit_one
from tests.factories import released, rounds
from tests.factories.posterior import certainties
from tests.factories.routes import rules
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.records import StaffMember, Unit
from webapp.services.results import release_round
from webapp.services.rounds.find_round import asked_competences

COMPETENCES = ("needs", "ownership")
HALF_A_STEP = 0.05
DECIMAL = re.compile(r"(?<![\d.,])[1-5][.,]\d(?![\d.,])")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What can be worked out does not hang on the database."""
    return sqlite_url


class Company:
    """A small company whose round is over: what everybody said, and everything that HR can read."""

    def __init__(self, client: FlaskClient, session: Session, settings: Settings, **sizes: Any) -> None:
        self.house = rounds.house(session, **sizes)
        row = rounds.opened(session, self.house, settings, competences=COMPETENCES)
        said = released.rate_at_random(session, row, settings, random.Random(11))
        released.release(session, row)
        self.units = {str(m.id): str(m.unit_id) for m in session.scalars(select(StaffMember))}
        self.unit_names = {unit.name: str(unit.id) for unit in session.scalars(select(Unit))}
        self.codes = {m.code: str(m.id) for m in session.scalars(select(StaffMember))}
        names = {each["code"]: each["names"]["en"] for each in row.competences}
        self.topics = {name: code for code, name in names.items()} | {"": None}
        given = [
            Contribution(rater, (self.units[person], person), topic, float(value))
            for (rater, person, topic), value in sorted(said.items())
            if value is not None
        ]
        self.row = row
        asked = asked_competences(row)
        cells = release_round.cells_to_show(given, asked)
        # What is left out enters no figure; the adversary knows which ratings these are.
        self.truth = usable(cells, given, release_round.rules_of(asked))
        sign_in(client, self.house.hr)
        self.shown = self.from_export(page(client, f"/hr/results/figures.csv?round={row.id}"))

    def pages(self, app: Flask, client: FlaskClient, session: Session) -> dict[str, str]:
        """Every page of results with every filter, every file, and every other page of HR's."""
        found = {address: page(client, address) for address in released.addresses(session, self.house, self.row)}
        return found | {address: page(client, address, (200, 302, 400)) for address in self.other_pages(app)}

    def other_pages(self, app: Flask) -> Iterator[str]:
        for rule in rules(app):
            asked = rule.endpoint.startswith("hr.") and "GET" in (rule.methods or ()) and "results" not in rule.endpoint
            if not asked or app.view_functions[rule.endpoint].access_rule != "role:hr":  # type: ignore[attr-defined]
                continue
            if not rule.arguments:
                yield rule.rule
            elif rule.arguments == {"member_id"}:
                yield rule.rule.replace("<uuid:member_id>", next(iter(self.units)))
            elif rule.rule == "/hr/rounds/<uuid:round_id>":
                yield f"/hr/rounds/{self.row.id}"

    def from_export(self, text: str) -> dict[Cell, float]:
        found = {}
        for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))):
            if row["coefficient"]:
                way = [self.unit_names[row["unit"]]] if row["unit"] else []
                way += [self.codes[row["code"]]] if row["code"] else []
                found[Cell(tuple(way), self.topics[row["competence"]])] = float(row["coefficient"])
        return found


class Adversary:
    """Knows the design, the computation, the variances and one rater's ratings, and every figure."""

    def __init__(self, truth: Sequence[Contribution], shown: dict[Cell, float], patch: Callable[..., None]) -> None:
        self.truth, self.cells = truth, list(shown)
        merged = composite(figures._as_ratings(truth))
        known = fit_one(merged).components
        patch(figures, "fit_one", lambda ratings, *_args, **_more: fit_one(ratings, given=known))
        self.values = np.array([each.value for each in truth])
        self.start = self.computed(self.values)
        steps = np.eye(len(truth))
        self.slopes = np.array([self.computed(self.values + step) - self.start for step in steps]).T
        self.figures = np.array(list(shown.values()))
        # Ends of the scale are cut off: such a figure says only that it is at least, or at most, so much.
        self.low = np.where(self.figures <= 1, -np.inf, self.figures - HALF_A_STEP - 1e-9)
        self.high = np.where(self.figures >= 5, np.inf, self.figures + HALF_A_STEP + 1e-9)

    def computed(self, values: Any) -> Any:
        given = [each._replace(value=float(value)) for each, value in zip(self.truth, values, strict=True)]
        sums = figures._Sums(given)
        return np.array([sums.coefficient(cell) for cell in self.cells])

    def fits(self, values: Any) -> bool:
        """Whether these ratings would have given every figure as it is shown."""
        found = self.start + self.slopes @ (values - self.values)
        return bool(((found >= self.low) & (found <= self.high)).all() and values.min() >= 1 and values.max() <= 5)

    def pinned(self, traitor: str | None) -> Iterator[Contribution]:
        """Yield the ratings of others of which one value is left."""
        steps = self.steps(traitor)
        shifts = np.zeros((len(steps), len(self.truth)))
        for row, (up, down) in enumerate(steps):
            shifts[row, up], shifts[row, down] = 1, -1
        moved = shifts @ self.slopes.T
        for number, each in enumerate(self.truth):
            free = each.rater == traitor or self.moves(number, steps, shifts, moved) or self.another(number, traitor)
            if not free:
                yield each

    def steps(self, traitor: str | None) -> list[tuple[int, int]]:
        """All ways to move two ratings of one person against each other; two such ways can make up for each other."""
        free = [number for number, each in enumerate(self.truth) if each.rater != traitor]
        same = [(up, down) for up in free for down in free if self.truth[up].group == self.truth[down].group]
        return [(up, down) for up, down in same if self.values[up] < 5 and self.values[down] > 1 and up != down]

    def moves(self, number: int, steps: Sequence[tuple[int, int]], shifts: Any, moved: Any) -> bool:
        """Whether this rating can be another one, with up to three steps that fit together."""
        rows = [row for row, step in enumerate(steps) if number in step]
        more = [[row] for row in rows] + [[row, other] for row in rows for other in range(0, len(steps), 17)]
        for chosen in more:
            values, found = self.values + shifts[chosen].sum(0), self.start + moved[chosen].sum(0)
            if values[number] != self.values[number] and self.with_one_more(number, values, found, shifts, moved):
                return True
        return False

    def with_one_more(self, number: int, values: Any, found: Any, shifts: Any, moved: Any) -> bool:
        """Whether these ratings fit, or do so after one step more."""
        shifts, moved = np.vstack([0 * shifts[:1], shifts]), np.vstack([0 * moved[:1], moved])
        fits = (found + moved >= self.low).all(1) & (found + moved <= self.high).all(1)
        after = values + shifts[fits]
        right = (after >= 1).all(1) & (after <= 5).all(1) & (after[:, number] != self.values[number])
        return bool(right.any())

    def another(self, number: int, traitor: str | None) -> bool:
        """Whether any other whole value of this rating fits, by mixed-integer programming."""
        fixed = np.array([each.rater == traitor for each in self.truth])
        low, high = np.where(fixed, self.values, 1.0), np.where(fixed, self.values, 5.0)
        shift = self.slopes @ self.values - self.start
        limits = LinearConstraint(self.slopes, self.low + shift, self.high + shift)
        for below in (True, False):
            lowest, highest = low.copy(), high.copy()
            if below:
                highest[number] = self.values[number] - 1
            else:
                lowest[number] = self.values[number] + 1
            if lowest[number] <= highest[number] and _solvable(limits, lowest, highest):
                return True
        return False

    def fitting(self, person: Group, topic: str, half_a_step: float) -> int:
        """How many ways to rate this person on this topic fit every figure, to who knows all other ratings."""
        own = [n for n, each in enumerate(self.truth) if (each.group, each.topic) == (person, topic)]
        ways = np.array(list(itertools.product(range(1, 6), repeat=len(own)))) - self.values[own]
        found = self.start + ways @ self.slopes[:, own].T
        width = half_a_step + 1e-9
        low = np.where(np.isinf(self.low), -np.inf, (self.figures if half_a_step else self.start) - width)
        high = np.where(np.isinf(self.high), np.inf, (self.figures if half_a_step else self.start) + width)
        return int(((found >= low) & (found <= high)).all(1).sum())


def _solvable(limits: LinearConstraint, low: Any, high: Any) -> bool:
    size = len(low)
    options = {"time_limit": 60.0, "mip_rel_gap": 1.0}
    found = milp(
        np.zeros(size), constraints=[limits], bounds=Bounds(low, high), integrality=np.ones(size), options=options
    )
    return found.x is not None


@pytest.fixture
def plain_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet as it is handed to the typesetter, who adds nothing but the number of the page."""
    monkeypatch.setattr("webapp.hr.results_views.print_sheet", lambda contents: json.dumps(contents).encode())
    monkeypatch.setattr("tests.site.check_page", lambda _reply: None)


def test_hr_and_one_rater_find_out_nothing(
    app: Flask,
    client: FlaskClient,
    session: Session,
    settings: Settings,
    plain_sheets: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = Company(client, session, settings, sizes=(5, 4, 3), customers=6)
    pages = company.pages(app, client, session)
    numbers = every_number_is_a_released_figure(company, pages)
    a_person_s_pages_hold_that_person_s_figures(company, pages)
    adversary = Adversary(company.truth, company.shown, monkeypatch.setattr)
    assert adversary.fits(adversary.values), "the adversary computes figures just as the site does"
    raters = sorted({each.rater for each in company.truth})
    tried = [(traitor, list(adversary.pinned(traitor))) for traitor in (None, *raters)]
    sure = [found for rater in (None, *raters) for found in certainties(company.truth, company.shown, rater)]
    surest = max(share for share, _others in sure)
    print(
        f"\n{len(pages)} pages and files read, {numbers} figures on them, {len(company.shown)} of them different; "
        f"{len(company.truth)} ratings attacked by HR alone and with each of {len(raters)} raters; "
        f"pinned: {sum(len(found) for _traitor, found in tried)}; surest of {len(sure)} values: {surest:.0%}"
    )
    assert len(company.shown) >= 15, "there is something to attack with"
    assert not [found for _traitor, found in tried if found]
    assert all(share <= 1 - 1 / others + 1e-9 for share, others in sure), "one rating less than the best is anybody's"
    assert surest < 0.95
    rounding_is_what_keeps_it(adversary)


def rounding_is_what_keeps_it(adversary: Adversary) -> None:
    """Each rater's severity weighs differently, so exact figures would tell all ratings to who knows the others."""
    asked = sorted({(each.group, each.topic) for each in adversary.truth})
    exact = [adversary.fitting(*each, half_a_step=0.0) for each in asked]
    shown = [adversary.fitting(*each, half_a_step=HALF_A_STEP) for each in asked]
    print(f"ways that fit exact figures: {sorted(exact)}, rounded ones: {sorted(shown)}")
    assert min(exact + shown) >= 1
    assert exact.count(1) > len(asked) / 2 > shown.count(1)


def every_number_is_a_released_figure(company: Company, pages: dict[str, str]) -> int:
    """Pages and files hold nothing that the adversary was not given. How many numbers they hold."""
    known = {f"{value:.1f}" for value in company.shown.values()}
    seen = 0
    for address, text in pages.items():
        if "/results" in address and "xlsx" not in address:
            numbers = decimals(re.sub(r"<svg.*?</svg>", " ", text, flags=re.DOTALL))
            assert set(numbers) <= known, (address, set(numbers) - known)
            seen += len(numbers)
    assert seen > 100
    return seen


def a_person_s_pages_hold_that_person_s_figures(company: Company, pages: dict[str, str]) -> None:
    for person, unit in company.units.items():
        own = {f"{value:.1f}" for cell, value in company.shown.items() if cell.group == (unit, person)}
        found = [text for address, text in pages.items() if f"/results/people/{person}" in address]
        assert len(found) == 4
        assert {number for text in found for number in decimals(text.split("<main", 1)[-1])} <= own


def decimals(text: str) -> list[str]:
    return [found.replace(",", ".") for found in DECIMAL.findall(re.sub(r"<[^>]*>", " ", text))]


def page(client: FlaskClient, address: str, expected: Sequence[int] = (200,)) -> str:
    reply = client.get(address)
    assert reply.status_code in expected, address
    return reply.get_data().decode(errors="replace")


def test_the_same_attack_succeeds_without_rules(
    client: FlaskClient, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two raters each, by the same means. Each single rule: tests/unit/scoring/release."""
    strict: Callable[..., Rules] = release_round.rules_of
    off = {"fewest": 1, "apart": 0, "extremes": False, "subtraction": False}
    monkeypatch.setattr(release_round, "rules_of", lambda asked: replace(strict(asked), **off))
    company = Company(client, session, settings, sizes=(3, 3), customers=2)
    adversary = Adversary(company.truth, company.shown, monkeypatch.setattr)
    traitor = company.truth[0].rater
    assert next(adversary.pinned(traitor), None)
    assert max(share for share, _others in certainties(company.truth, company.shown, traitor)) == 1.0
