"""The facets of one applicant: bands where they say more than the whole result does, and nothing elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.facets import ABOVE, AROUND, BELOW, FacetBand
from webapp.services.portrait.answered import Answered

BANDS = (BELOW, AROUND, ABOVE)


@dataclass(frozen=True)
class Facet:
    """One facet: `band` is below, around or above the staff's average, empty where nothing may be said."""

    id: str
    name: str
    situations: int
    band: str = ""


@dataclass(frozen=True)
class Profile:
    """`told` have a band; of `untold` the few situations say no more than the whole result does.

    `why` says why nothing is told: incomplete, key (no staff to compare with), old (a model that kept no rules),
    total (no facet of this model says more than the whole); empty where something is told.
    """

    told: tuple[Facet, ...]
    untold: tuple[Facet, ...]
    why: str


def profile_of(answered: Answered, language: str) -> Profile:
    """Haberman's rule, as the model kept it when it was trained, says which facets have a band."""
    (bands,) = answered.counted.facet_bands([answered.sheet])
    facets = _facets(answered, {each.facet: each for each in bands or ()}, language)
    told = tuple(each for each in facets if each.band)
    return Profile(told, tuple(each for each in facets if not each.band), "" if told else _why(answered, bands))


def _facets(answered: Answered, bands: dict[str, FacetBand], language: str) -> list[Facet]:
    counts: dict[str, int] = {}
    for facet in answered.facets.values():
        if facet:
            counts[facet] = counts.get(facet, 0) + 1
    return [
        Facet(facet, answered.name_of(facet, language), number, _band(bands.get(facet)))
        for facet, number in counts.items()
    ]


def _band(band: FacetBand | None) -> str:
    return band.code if band is not None and band.code in BANDS else ""


def _why(answered: Answered, bands: tuple[FacetBand, ...] | None) -> str:
    if answered.model.manifest.kind == "key_only":
        return "key"
    (score,) = answered.counted.score([answered.sheet])
    if score.score is None:
        return "incomplete"
    return "old" if bands is None else "total"
