"""Response quality and shift in simulated worlds: false alarms first, then what is found.

    python -m benchmarks.quality [--seeds 10]

Everything here is simulated. Answers come from the worlds of the design; positions on the screen are shuffled; times
are log-normal around the reading time with a personal pace (.35) and a spread over screens (.4), an assumption.
Limits are those of the product, at 1 % per index, from 60, 200 or 1,000 staff. Every figure is a mean over seeds with
two standard errors of that mean.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from questionnaires.answers import AnswerSheet
from questionnaires.loading import load_text
from scoring.encoding import AnswerEncoder, Encoded
from scoring.precision import lambda_two
from scoring.quality.assessment import Quality, assess
from scoring.quality.confirmation import Link, Population, confirm
from scoring.quality.indices import LONGEST_RUN, SIDES
from scoring.quality.reference import QualityReference, build_reference
from scoring.quality.traces import Trace
from scoring.shift.domain import domain_shift
from scoring.shift.psi import item_shifts
from scoring.shift.recalibrate import recalibrate_outcomes
from scoring.simulation.answers import SimulatedItem, canonical_answer, draw_responses
from scoring.simulation.company import Simulation, simulate
from scoring.simulation.people import People

APPLICANTS = 500
STAFF = (60, 200, 1000)
SECONDS = 30.0
PACE, RHYTHM = 0.35, 0.4
NAMES = (LONGEST_RUN, *(name for name in SIDES if name != "scale_variability"))
"""The worlds' items have no scales."""

Responses = list[np.ndarray]


@dataclass(frozen=True)
class Workshop:
    """A company, its reference, and everything needed to let applicants of any kind answer."""

    simulation: Simulation
    encoder: AnswerEncoder
    staff: Encoded
    reference: QualityReference
    rng: np.random.Generator

    @property
    def items(self) -> tuple[SimulatedItem, ...]:
        return self.simulation.items

    def people(self, lift: float = 0.0, *, careless: bool = False, assisted: bool = False) -> People:
        """The applicants, their facets lifted by so many standard deviations, all careless or all assisted."""
        people, n = self.simulation.applicants, len(self.simulation.applicants)
        return replace(
            people,
            facets=people.facets + lift,
            trait=people.trait + lift,
            careless=np.full(n, careless),
            assisted=np.full(n, assisted),
        )

    def answer(self, people: People) -> Responses:
        return answers(self.simulation, people, self.rng)

    def encode(self, responses: Responses) -> Encoded:
        return encode(self.encoder, self.items, responses)

    def traces(self, n: int, *, haste: float = 1.0, still: float = 0.0, rhythm: float = RHYTHM) -> list[Trace]:
        return draw_traces(self.encoder, n, self.rng, haste=haste, still=still, rhythm=rhythm)

    def judge(self, responses: Responses, traces: Sequence[Trace] | None = None) -> list[Quality]:
        encoded = self.encode(responses)
        return assess(self.encoder, encoded, self.reference, traces or self.traces(len(encoded.X)))


def draw_traces(
    encoder: AnswerEncoder,
    n: int,
    rng: np.random.Generator,
    *,
    haste: float = 1.0,
    still: float = 0.0,
    rhythm: float = RHYTHM,
) -> list[Trace]:
    """Positions at random (or, a share ``still`` of the time, the first and the last place), and log-normal seconds."""
    ids = [item.id for item in encoder.items]
    traces = []
    for own in PACE * rng.standard_normal(n):
        stays = rng.random(len(ids)) < still
        places = [(0, 3) if stay else tuple(rng.permutation(4)[:2].tolist()) for stay in stays]
        seconds = SECONDS / haste * np.exp(own + rhythm * rng.standard_normal(len(ids)))
        traces.append(Trace(dict(zip(ids, places, strict=True)), dict(zip(ids, seconds.tolist(), strict=True))))
    return traces


def workshop(world: str, staff: int, seed: int, *, careless_staff: float = 0.0) -> Workshop:
    """Simulate a company and learn its reference."""
    simulation = simulate(world, staff, APPLICANTS, seed)
    encoder = AnswerEncoder(load_text(simulation.questionnaire_text()))
    rng = np.random.default_rng([seed, staff])
    encoded = encoder.encode(simulation.staff_sheets())
    if careless_staff:
        spoiled = replace(simulation.staff, careless=rng.random(staff) < careless_staff)
        encoded = encode(encoder, simulation.items, answers(simulation, spoiled, rng))
    reference = build_reference(encoder, encoded, draw_traces(encoder, staff, rng), seed=seed)
    return Workshop(simulation, encoder, encoded, reference, rng)


def answers(simulation: Simulation, people: People, rng: np.random.Generator) -> Responses:
    """What people answer, item by item."""
    return [draw_responses(simulation.world, item, people, rng) for item in simulation.items]


def encode(encoder: AnswerEncoder, items: Sequence[SimulatedItem], responses: Responses) -> Encoded:
    """Encode answers given item by item."""
    columns = [
        [canonical_answer(item, row) for row in given.tolist()] for item, given in zip(items, responses, strict=True)
    ]
    ids = [item.id for item in items]
    rows = enumerate(zip(*columns, strict=True))
    return encoder.encode([AnswerSheet(f"A{row}", dict(zip(ids, given, strict=True))) for row, given in rows])


def mixed(shop: Workshop, own: Responses, other: Responses, share: float) -> Responses:
    """Answers of which each item is, with this probability, the other's."""
    return [np.where(shop.rng.random((len(a), 1)) < share, b, a) for a, b in zip(own, other, strict=True)]


def own_judgement(shop: Workshop) -> Responses:
    """An assistant with an opinion of its own: the truly best and worst option, which our key only correlates with."""
    ends = [(int(np.argmax(item.effectiveness)), int(np.argmin(item.effectiveness))) for item in shop.items]
    return [np.tile(end, (APPLICANTS, 1)) for end in ends]


def key_of(shop: Workshop) -> Responses:
    """What the key would answer."""
    ends = [(int(np.argmax(item.key)), int(np.argmin(item.key))) for item in shop.items]
    return [np.tile(end, (APPLICANTS, 1)) for end in ends]


KINDS: dict[str, Callable[[Workshop], list[Quality]]] = {
    "ordinary": lambda s: s.judge(s.answer(s.people())),
    "ordinary, half a SD better": lambda s: s.judge(s.answer(s.people(0.5))),
    "ordinary, one SD better": lambda s: s.judge(s.answer(s.people(1.0))),
    "answers at random": lambda s: s.judge(s.answer(s.people(careless=True))),
    "half of the items at random": lambda s: s.judge(
        mixed(s, s.answer(s.people()), s.answer(s.people(careless=True)), 0.5)
    ),
    "random and three times as fast": lambda s: s.judge(
        s.answer(s.people(careless=True)), s.traces(APPLICANTS, haste=3.0)
    ),
    "same place on the screen": lambda s: s.judge(s.answer(s.people(careless=True)), s.traces(APPLICANTS, still=1.0)),
    "same place 70 % of the time": lambda s: s.judge(
        s.answer(s.people(careless=True)), s.traces(APPLICANTS, still=0.7)
    ),
    "assisted: the key": lambda s: s.judge(key_of(s)),
    "assisted: the key, 70 % of items": lambda s: s.judge(mixed(s, s.answer(s.people()), key_of(s), 0.7)),
    "assisted: the key, 50 % of items": lambda s: s.judge(mixed(s, s.answer(s.people()), key_of(s), 0.5)),
    "assisted: the key, 30 % of items": lambda s: s.judge(mixed(s, s.answer(s.people()), key_of(s), 0.3)),
    "assisted: own judgement": lambda s: s.judge(own_judgement(s)),
    "assisted: the key, even pace": lambda s: s.judge(key_of(s), s.traces(APPLICANTS, rhythm=0.1)),
}


def rates(assessed: Sequence[Quality]) -> dict[str, float]:
    """Share flagged by each index, and to be reviewed."""
    found = {name: float(np.mean([name in each.flags for each in assessed])) for name in NAMES}
    return {**found, "review": float(np.mean([each.review for each in assessed]))}


def shown(values: Sequence[float], digits: int = 1) -> str:
    """Mean in per cent, with two standard errors over seeds."""
    if not len(values):
        return "none"
    error = 2 * np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return f"{100 * np.mean(values):.{digits}f} ± {100 * error:.{digits}f}"


def row(first: str, cells: Sequence[str]) -> str:
    return f"| {first} | {' | '.join(cells)} |"


def heading(first: str, cells: Sequence[str]) -> str:
    return row(first, cells) + "\n" + "|---" * (len(cells) + 1) + "|"


def false_alarms(seeds: int) -> Iterator[str]:
    """Ordinary applicants flagged, per cent, by index."""
    yield heading("world, staff", [*NAMES, "review"])
    for world in ("pessimistic", "typical", "strong"):
        for staff in STAFF:
            found = [rates(KINDS["ordinary"](workshop(world, staff, seed))) for seed in range(seeds)]
            yield row(f"{world}, {staff}", [shown([each[name] for each in found]) for name in (*NAMES, "review")])


def detection(seeds: int, staff: int = 200, careless_staff: float = 0.0) -> Iterator[str]:
    """Everybody of one kind: share flagged, per cent, typical world."""
    yield heading(f"applicants ({staff} staff)", [*NAMES, "review"])
    shops = [workshop("typical", staff, seed, careless_staff=careless_staff) for seed in range(seeds)]
    for kind, judged in KINDS.items():
        found = [rates(judged(shop)) for shop in shops]
        yield row(kind, [shown([each[name] for each in found], 0) for name in (*NAMES, "review")])


def shares(seeds: int, staff: int = 200) -> Iterator[str]:
    """Pools of which some were assisted: what a flag is worth, and whether the pool as a whole looks shifted."""
    yield heading(
        "assisted share, how",
        [
            "key agreement",
            "right when flagged",
            "review",
            "right when reviewed",
            "area",
            "p < .05",
            "PSI alarm",
        ],
    )
    shops = [workshop("typical", staff, seed) for seed in range(seeds)]
    for share in (0.0, 0.05, 0.10, 0.30):
        for how, depth in (("all items", 1.0), ("half of the items", 0.5)):
            if share or depth == 1.0:
                found = np.array([_pool(shop, share, depth) for shop in shops])
                areas = f"{found[:, 4].mean():.3f}"
                cells = [shown(column[np.isfinite(column)].tolist(), 0) for column in found.T]
                yield row(f"{share:.0%}, {how}", [*cells[:4], areas, *cells[5:]])


def _pool(shop: Workshop, share: float, depth: float) -> list[float]:
    helped = np.arange(APPLICANTS) < round(share * APPLICANTS)
    own = shop.answer(shop.people())
    other = mixed(shop, own, key_of(shop), depth)
    responses = [np.where(helped[:, None], b, a) for a, b in zip(own, other, strict=True)]
    assessed = shop.judge(responses)
    flagged = np.array(["key_agreement" in each.flags for each in assessed])
    review = np.array([each.review for each in assessed])
    X = shop.encode(responses).X
    domain = domain_shift(shop.staff.X, X, permutations=199)
    alarms = any(shift.level == "alarm" for shift in item_shifts(shop.encoder, shop.staff.X, X))
    return [
        *_found_and_right(flagged, helped),
        *_found_and_right(review, helped),
        domain.auc,
        float(domain.p < 0.05),
        float(alarms),
    ]


def _found_and_right(flagged: np.ndarray, helped: np.ndarray) -> tuple[float, float]:
    """Share of the assisted that is flagged, and share of the flagged that was assisted; NaN where there is nobody."""
    found = float(flagged[helped].mean()) if helped.any() else np.nan
    return found, float(helped[flagged].mean()) if flagged.any() else np.nan


def confirmations(seeds: int) -> Iterator[str]:
    """Form A unsupervised, form B supervised: those in the top fifth of form A whose score drops significantly."""
    yield heading("top fifth by form A", ["significant drop", "without regression to the mean"])
    for kind, depth in (("honest", 0.0), ("form A assisted, half of the items", 0.5), ("form A assisted", 1.0)):
        found = np.array([_confirmed(seed, depth) for seed in range(seeds)])
        yield row(kind, [shown(column.tolist()) for column in found.T])


def _confirmed(seed: int, depth: float) -> list[float]:
    """Two forms of 24 items each, scored by the key; staff took both and link them."""
    simulation = simulate("typical", 200, APPLICANTS, seed, items_per_facet=6)
    encoder = AnswerEncoder(load_text(simulation.questionnaire_text()))
    staff = encoder.encode(simulation.staff_sheets()).key_scores
    rng = np.random.default_rng(seed)
    honest = encoder.encode(simulation.applicant_sheets()).key_scores
    first = np.arange(honest.shape[1]) % 2 == 0
    a_items = np.where(rng.random(honest[:, first].shape) < depth, 1.0, honest[:, first])
    a, b = a_items.mean(axis=1), honest[:, ~first].mean(axis=1)
    sems = [_error(staff[:, side]) for side in (first, ~first)]
    link = _link(staff[:, first].mean(axis=1), staff[:, ~first].mean(axis=1))
    honest_a = honest[:, first].mean(axis=1)
    population = Population(float(honest_a.mean()), float(honest_a.std()))
    top = np.flatnonzero(a >= np.quantile(a, 0.8))
    return [
        float(np.mean([confirm(a[i], b[i], sems[0], sems[1], link, p).significant for i in top]))
        for p in (population, None)
    ]


def _error(scores: np.ndarray) -> float:
    reliability = lambda_two(scores / scores.shape[1]) or 0.0
    return float(scores.mean(axis=1).std() * np.sqrt(1 - reliability))


def _link(a: np.ndarray, b: np.ndarray) -> Link:
    slope = float(a.std() / b.std())
    error = float(np.sqrt(2 * (1 - np.corrcoef(a, b)[0, 1]) * a.var() / len(a)))
    return Link(slope, float(a.mean() - slope * b.mean()), error)


def recalibrations(repeats: int = 200) -> Iterator[str]:
    """Hired: the best fifth by probability. How far the mean probability of people like them is from the truth."""
    yield heading("true shift (logits), outcomes", ["before", "after", "after, without restraint"])
    for shift in (0.0, -0.4, -0.8):
        for n in (10, 20, 50, 200, 1000):
            found = np.array([_recalibrated(n, shift, seed) for seed in range(repeats)])
            yield row(f"{shift:g}, {n}", [shown(column[np.isfinite(column)].tolist()) for column in found.T])


def _recalibrated(n: int, shift: float, seed: int) -> list[float]:
    rng = np.random.default_rng([seed, n])
    logits = np.sort(-0.7 + 0.8 * rng.standard_normal(5 * n))[-n:]
    given, true = expit(logits), expit(logits + shift)
    found = recalibrate_outcomes(given, (rng.random(n) < true).astype(float))
    free = np.nan if found.unshrunken is None else found.unshrunken
    means = (given.mean(), found.probabilities(given).mean(), expit(logits + free).mean())
    return [abs(float(mean - true.mean())) for mean in means]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=10)
    seeds = parser.parse_args().seeds
    tables = (
        ("False alarms among ordinary applicants, per cent (simulated)", false_alarms(seeds)),
        ("What is flagged, per cent (typical world, simulated)", detection(seeds)),
        ("The same, 5 % of the staff having answered at random", detection(seeds, careless_staff=0.05)),
        ("Pools with assisted applicants, per cent (typical world, 200 staff, simulated)", shares(seeds)),
        ("Confirmation on form B, per cent (typical world, simulated)", confirmations(seeds)),
        ("Error of the mean probability, percentage points, 200 repeats (simulated)", recalibrations()),
    )
    for title, lines in tables:
        print(f"\n{title}\n", flush=True)
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main()
