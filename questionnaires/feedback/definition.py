"""What people are told about a result, and what recruiters may ask next: texts as data, in every language.

A text is for a *band*. Bands compare a person's score with the staff's, so a text speaks of the answers given and
never of what somebody is. Where the facet's own score says nothing that the total does not (see
``scoring.facets``), there is no band, and the text says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from questionnaires.definition import Change

Texts = Mapping[str, str]
"""A text by language."""


class Band(StrEnum):
    """How a score stands, the best first."""

    STRENGTH = "strength"
    SOLID = "solid"
    TO_DEVELOP = "to_develop"


TOO_LITTLE = "too_little_information"
_BANDS: dict[str, Band | None] = {
    "above": Band.STRENGTH,
    "around": Band.SOLID,
    "below": Band.TO_DEVELOP,
    TOO_LITTLE: None,
} | {band.value: band for band in Band}


class NoFeedback(LookupError):
    """Texts that are not there: for this questionnaire, language, facet or band; the message names what is."""


def band_of(code: str) -> Band | None:
    """Return the band that a code names, None where there is too little information for one.

    Parameters
    ----------
    code
        ``above``, ``around``, ``below`` or ``too_little_information`` as ``scoring.facets`` says it, or a band.

    Raises
    ------
    NoFeedback
        Where the code is none of these.
    """
    if code not in _BANDS:
        raise NoFeedback(f"There is no band {code}; known are {', '.join(_BANDS)}.")
    return _BANDS[code]


@dataclass(frozen=True)
class Prompt:
    """A question for the interview, and what to listen for in the answer."""

    question: str
    listen_for: str


@dataclass(frozen=True)
class PromptTexts:
    """A prompt in every language."""

    question: Texts
    listen_for: Texts


@dataclass(frozen=True)
class FacetTexts:
    """Everything that may be said about one facet."""

    bands: Mapping[Band, Texts]
    interview: tuple[PromptTexts, ...]


@dataclass(frozen=True)
class FacetSaid:
    """What one person is told about one facet. ``band`` is None where there is too little information."""

    facet: str
    band: Band | None
    text: str


@dataclass(frozen=True)
class Feedback:
    """The texts for one questionnaire."""

    name: str
    version: str
    languages: tuple[str, ...]
    band_names: Mapping[Band, Texts]
    too_little: Texts
    overall_bands: Mapping[Band, Texts]
    overall_too_little: Texts
    cautions: Texts
    facets: Mapping[str, FacetTexts]
    authorship: str
    review_status: str
    licence: str
    history: tuple[Change, ...]

    def overall(self, band: str, language: str) -> str:
        """Return the text on the whole result.

        Parameters
        ----------
        band
            What `band_of` understands.

        Raises
        ------
        NoFeedback
            Where there is no such band or language.
        """
        return self._in(language, _chosen(self.overall_bands, band_of(band), self.overall_too_little))

    def facet(self, facet: str, band: str, language: str) -> str:
        """Return the text on one facet.

        Raises
        ------
        NoFeedback
            Where there is no such facet, band or language.
        """
        return self._in(language, _chosen(self._facet(facet).bands, band_of(band), self.too_little))

    def band_name(self, band: Band, language: str) -> str:
        """Return what a band is called."""
        return self._in(language, self.band_names[band])

    def caution(self, language: str) -> str:
        """Return what a result does not say; it stands under every result."""
        return self._in(language, self.cautions)

    def interview(self, facet: str, language: str) -> tuple[Prompt, ...]:
        """Return the prompts on one facet.

        Raises
        ------
        NoFeedback
            Where there is no such facet or language.
        """
        prompts = self._facet(facet).interview
        return tuple(Prompt(self._in(language, p.question), self._in(language, p.listen_for)) for p in prompts)

    def ordered(self, profile: Mapping[str, str], language: str) -> tuple[FacetSaid, ...]:
        """Return what a person is told, strengths first and facets of too little information last.

        Parameters
        ----------
        profile
            Band (what `band_of` understands) by facet. Facets that it leaves out are left out.

        Returns
        -------
        tuple of FacetSaid
            Within a band in the order of the file.

        Raises
        ------
        NoFeedback
            Where there is no such facet, band or language.
        """
        said = [FacetSaid(facet, band_of(code), self.facet(facet, code, language)) for facet, code in profile.items()]
        return tuple(sorted(said, key=self._place))

    def _place(self, said: FacetSaid) -> tuple[int, int]:
        order = (*Band, None)
        return order.index(said.band), list(self.facets).index(said.facet)

    def _facet(self, facet: str) -> FacetTexts:
        if facet not in self.facets:
            raise NoFeedback(f"There are no texts for the facet {facet}; there are for {', '.join(self.facets)}.")
        return self.facets[facet]

    def _in(self, language: str, texts: Texts) -> str:
        if language not in texts:
            raise NoFeedback(f"There are no texts in {language}; there are in {', '.join(self.languages)}.")
        return texts[language]


def _chosen(bands: Mapping[Band, Texts], band: Band | None, otherwise: Texts) -> Texts:
    return otherwise if band is None else bands[band]
