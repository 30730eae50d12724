"""Simulated staff and applicants with traces, shared by the tests of response quality."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from questionnaires.loading import load_text
from scoring.encoding import AnswerEncoder, Encoded
from scoring.quality.reference import QualityReference, build_reference
from scoring.quality.traces import Trace
from scoring.simulation.company import simulate
from scoring.simulation.people import World


@dataclass(frozen=True)
class Company:
    encoder: AnswerEncoder
    staff: Encoded
    applicants: Encoded


@cache
def company(
    staff: int = 300, applicants: int = 600, seed: int = 5, careless: float = 0.0, assisted: float = 0.0
) -> Company:
    world = World("test", 0.33, 0.55, 0.55, careless_share=careless, assisted_share=assisted)
    simulation = simulate(world, staff, applicants, seed)
    encoder = AnswerEncoder(load_text(simulation.questionnaire_text()))
    return Company(encoder, encoder.encode(simulation.staff_sheets()), encoder.encode(simulation.applicant_sheets()))


@cache
def reference(staff: int = 300) -> QualityReference:
    found = company(staff)
    return build_reference(found.encoder, found.staff, traces(found.encoder, staff, seed=1))


def traces(encoder: AnswerEncoder, n: int, seed: int, *, haste: float = 1.0, rhythm: float = 0.4) -> list[Trace]:
    """Positions at random and seconds around 30 with a personal pace; ``haste`` divides, ``rhythm`` spreads them."""
    rng = np.random.default_rng(seed)
    ids = [item.id for item in encoder.items]
    return [
        Trace(
            {item: tuple(rng.permutation(4)[:2].tolist()) for item in ids},
            dict(zip(ids, (30 / haste * np.exp(own + rhythm * rng.standard_normal(len(ids)))).tolist(), strict=True)),
        )
        for own in 0.35 * rng.standard_normal(n)
    ]


def share(assessed, flag: str) -> float:
    return float(np.mean([flag in each.flags for each in assessed]))


def review_share(assessed) -> float:
    return float(np.mean([each.review for each in assessed]))
