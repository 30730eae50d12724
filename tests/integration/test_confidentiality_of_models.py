"""What a model tells of ratings given in confidence: what it learns from, and what cards, pages and manifests show."""

from __future__ import annotations

import random
import re
import statistics
import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import registry
from models import training as learning
from models.card import write_card
from models.confidence import sealed
from models.trained import TrainedModel
from questionnaires import shelf
from tests.factories import people, released, rounds, training
from tests.factories.signing import sign_in
from webapp.config import Settings
from webapp.records import CollectedRating, RatingRound
from webapp.services import training_stages as stages
from webapp.services.install_company import add_model, publish
from webapp.services.readiness.by_group import Counter as GroupCounter
from webapp.services.readiness.by_group import rows_by
from webapp.services.readiness.people import Answered, read_rated, read_staff
from webapp.services.rounds.close_round import close_round
from webapp.services.rounds.read_for_training import Collected
from webapp.services.training_confidence import chosen_in_secret, data_mark, secret_seed
from webapp.services.training_data import TrainingData, ratings_of_rounds
from webapp.services.training_readiness import training_readiness

ROUND = uuid.UUID(int=9)
SECRET = "the installation's secret, long enough"
REPORTS = ("/validation", "/groups", "/compare", "/tables/reliability.csv", "/tables/figures.csv")
# Tokens, ids and hashes hold any digits.
RANDOM = re.compile(
    r'(?<=name="csrf_token" value=")[^"]+|nonce="[^"]*"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{40,}'
)
FINE = re.compile(r"(?<![\d.,])\d+\.\d{3,}(?![\d.])")
FIGURES = {
    "r": 0.3127,
    "r_low": 0.1119,
    "r_high": 0.4783,
    "key_r": 0.2418,
    "auc": 0.6237,
    "brier": 0.2013,
    "brier_base": 0.2222,
    "log_loss": 0.6011,
    "log_loss_base": 0.6365,
    "slope": 0.8719,
    "criterion_reliability": 0.6177,
    "base_rate": 0.3333,
    "n": 63,
    "n_units": 6,
    "n_answered": 68,
    "n_rated": 64,
    "canary": {"r": 0.0123, "standard_error": 0.0371, "people": 63, "passed": True},
    "reliability_diagram": [{"predicted": 0.3127, "observed": 0.2667, "low": 0.1113, "high": 0.4719, "n": 16}] * 4,
    "expectancy": [{"band": "top quarter", "predicted": 0.5503, "observed": 0.6467, "n": 16}],
    "hire_or_retrain": [{"selection_ratio": 0.1, "expected_share": 0.7183, "low": 0.3917, "high": 0.9713}],
    "item_statistics": {"items": [{"options": [{"choosers": 1, "above_best": 0.731}]}], "never_chosen": []},
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is taken and what is shown do not hang on the database."""
    return sqlite_url


@pytest.fixture
def row(session: Session, settings: Settings) -> RatingRound:
    """A round that is over and released. The first person has two raters, the others have four."""
    house = rounds.house(session)
    opened = rounds.opened(session, house, settings, competences=("needs",))
    released.rate_at_random(session, opened, settings, random.Random(5), unseen=0.0)
    first = session.scalars(select(CollectedRating).where(CollectedRating.performer_id == house.staff[0].id)).all()
    for each in first[2:]:
        session.delete(each)
    session.commit()
    close_round(session, opened.organisation_id, opened.id)
    session.commit()
    return opened


def taken(session: Session, row: RatingRound, secret: str = SECRET) -> Counter[uuid.UUID]:
    found = ratings_of_rounds(session, row.organisation_id, secret).ratings
    return Counter(each.ratee_id for each in found)


def test_a_run_takes_released_rounds_and_people_with_three_raters(session: Session, row: RatingRound) -> None:
    assert not taken(session, row), "closed, but not released"
    row.state, row.released_at = "released", row.closed_at
    session.flush()
    about = taken(session, row)
    assert len(about) == 11, "not the one with two raters"
    assert len(ratings_of_rounds(session, row.organisation_id, SECRET).people) == 12
    assert min(about.values()) >= 2


def test_which_raters_count_hangs_on_the_secret_and_not_on_the_run(session: Session, row: RatingRound) -> None:
    row.state, row.released_at = "released", row.closed_at
    session.flush()

    def keys(secret: str) -> set[tuple[Any, ...]]:
        return {(each.ratee_id, each.rater_code) for each in ratings_of_rounds(session, row.organisation_id, secret)[0]}

    choices = [keys(f"{SECRET} {number}") for number in range(8)]
    assert keys(SECRET) == keys(SECRET), "another run averages nothing out"
    assert len({frozenset(each) for each in choices}) == 8
    assert all(24 <= len(each) < 44 for each in choices)
    assert secret_seed(SECRET, row.organisation_id) != secret_seed("another", row.organisation_id)


def test_the_readiness_page_tells_classes(client: FlaskClient, session: Session, row: RatingRound) -> None:
    row.state, row.released_at = "released", row.closed_at
    company = row.organisation_id
    questionnaire = uuid.uuid4()
    ready = training_readiness(session, company, questionnaire, "A")
    assert (ready.rated, ready.well_rated, ready.left_out) == (10, 10, "0–4")
    assert ready.anybody_rated
    counter = GroupCounter(Answered(set(), False), read_rated(session, company), SECRET)
    rows = rows_by(dict.fromkeys(read_staff(session, company).units, "all"), counter)
    assert {number % 5 for row in rows for number in (row.rated, row.reliable, row.both)} == {0}


def a_sealed_model() -> TrainedModel:
    model = learning.key_only(shelf.get(training.INSTRUMENT), form_id="A")
    manifest = replace(
        model.manifest,
        figures={**model.manifest.figures, **FIGURES},
        seed=271828,
        sed=0.123456,
        data_fingerprint=data_mark(SECRET, uuid.UUID(int=1), "the data"),
    )
    return sealed(replace(model, manifest=manifest), few_raters=7)


def test_figures_are_coarse_wherever_they_are_shown(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Charts are drawn from the tables' figures.
    monkeypatch.setattr("webapp.services.reports.album.svg_of", lambda *_given: "drawn")
    company = people.organisation(session, contact_email="hr@example.org")
    questionnaire = publish(session, company.id, shelf.get(training.INSTRUMENT))
    hr = people.user(session, company, "hr")
    model = a_sealed_model()
    version = add_model(session, questionnaire, "A", model)
    session.commit()
    sign_in(client, hr)
    shown = [client.get(f"/hr/models/{version.id}{end}").get_data(as_text=True) for end in ("", "/card.md", *REPORTS)]
    shown.append(client.get("/hr/models").get_data(as_text=True))
    kept = registry.unpack(version.artefact).manifest
    for text in (*shown, str(version.figures), str(kept.figures), write_card(kept)):
        text = re.sub(r"<svg.*?</svg>", " ", RANDOM.sub(" ", text), flags=re.DOTALL)
        text = re.sub(r"- libraries.*|scikit-learn.*|numpy.*", " ", text)
        # A page writes some figures with three digits; the third is nothing.
        assert not [each for each in FINE.findall(text) if not re.fullmatch(r"\d+\.\d\d0+", each)], text
        assert "271828" not in text
        assert "above_best" not in text
        assert not re.search(r"\b(63|64|68)\b", re.sub(r"\.\d+|&#\d+;|\d+%", " ", text))
    assert "5–9" in shown[0]
    assert "5–9" in shown[1]
    assert kept.data_fingerprint == data_mark(SECRET, uuid.UUID(int=1), "the data")


def test_a_code_of_the_data_confirms_no_guess() -> None:
    first, second = uuid.UUID(int=1), uuid.UUID(int=2)
    marks = {data_mark(SECRET, first, "x"), data_mark(SECRET, second, "x"), data_mark("other", first, "x")}
    assert len(marks) == 3
    assert data_mark(SECRET, first, "x") in marks


@pytest.mark.parametrize("in_confidence", [True, False])
def test_a_run_seals_what_rests_on_ratings_in_confidence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_confidence: bool
) -> None:
    model = learning.key_only(shelf.get(training.INSTRUMENT), form_id="A")
    fine = replace(
        model, manifest=replace(model.manifest, seed=271828, figures={**model.manifest.figures, "r": 0.3127})
    )
    monkeypatch.setattr(stages.training, "fit", lambda _prepared, _figures: fine)
    monkeypatch.setattr(stages, "_prepared", lambda *_given: SimpleNamespace(data=SimpleNamespace(people=())))
    path = tmp_path / "data.json"
    path.write_text(TrainingData((), (), (1.0, 5.0), in_confidence, 2).as_text())
    stages.fit(("", str(path), "A", None, 271828), {}, tmp_path, "mark")
    kept = registry.unpack((tmp_path / "model.zip").read_bytes()).manifest
    assert kept.data_fingerprint == "mark"
    assert (kept.figures["r"], kept.seed) == ((0.31, 0) if in_confidence else (0.3127, 271828))


def test_who_knows_all_ratings_but_one_cannot_try_its_values_out() -> None:
    """An exact figure of everybody's means gives the value away; on the secret choice it hardly helps."""
    dice = random.Random(7)
    plain = secret = 0
    for turn in range(25):
        rows, scores = a_company_of_ratings(dice)
        truth, owner = rows[0].value, f"{SECRET} {turn}"
        tried = [[rows[0]._replace(value=value), *rows[1:]] for value in range(1, 6)]
        plain += closest([agreement(each, scores) for each in tried], agreement(rows, scores)) == truth
        shown = round(agreement(chosen_in_secret(rows, owner), scores), 2)
        guesses = [typical(each, scores) for each in tried]
        secret += closest(guesses, shown) == truth
    print(f"\nvalue found: {plain} of 25 from exact figures, {secret} of 25 from those on a secret choice")
    assert plain == 25
    assert secret <= 12


def a_company_of_ratings(dice: random.Random) -> tuple[list[Collected], dict[uuid.UUID, float]]:
    """Fifty people with four raters each, and what the questionnaire says of them."""
    about = [uuid.UUID(int=dice.getrandbits(128)) for _person in range(50)]
    good = {person: dice.gauss(3, 0.7) for person in about}
    values = [(person, n, min(5, max(1, round(good[person] + dice.gauss(0, 1))))) for person in about for n in range(4)]
    found = [Collected(ROUND, person, f"{n}", "needs", value, 1, 5, "2026-11-01") for person, n, value in values]
    found[0] = found[0]._replace(value=dice.randint(1, 5))
    return found, {person: value + dice.gauss(0, 1.5) for person, value in good.items()}


def agreement(rows: list[Collected], scores: dict[uuid.UUID, float]) -> float:
    given: dict[uuid.UUID, list[int]] = {person: [] for person in scores}
    for each in rows:
        given[each.performer_id].append(each.value)
    return statistics.correlation([statistics.fmean(given[person]) for person in scores], list(scores.values()))


def typical(rows: list[Collected], scores: dict[uuid.UUID, float]) -> float:
    """What the figure is on average over secrets that one makes up."""
    return statistics.fmean(agreement(chosen_in_secret(rows, f"{number}"), scores) for number in range(3))


def closest(guesses: list[float], shown: float) -> int:
    return 1 + min(range(5), key=lambda number: abs(guesses[number] - shown))
