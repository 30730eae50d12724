"""The worlds that companies are simulated in, by name.

Three differ in strength only: ``pessimistic``, ``typical`` and ``strong``. The further ones are the typical
world with one trouble each, so that what the trouble costs can be read from the difference. With facet
trait ``th``, popularity ``b``, slope ``a = lambda e`` and key ``k`` of each option (attraction is ``b + a th``):

``non_monotone``
    Each option, by a throw of a coin, keeps its slope or bends instead:
    ``b + (a or 0) th + (0 or c) (th^2 - 1) / sqrt(2) + d (th th' - .6) / sqrt(1.36)`` with ``c, d ~ lambda N(0,1)``
    and ``th'`` the next facet's trait. A bent option draws (or repels) both ends of the facet, and what it says
    depends on what else was chosen: options interact. No sum over single options recovers that.
``rate_each``
    The same instrument answered by rating every option from 1 to 5: the attraction, with a personal shift
    ``.5 N(0,1)`` per item and noise ``.6 Gumbel``, times .8, rounded.
``careless``
    15 % of everybody, staff and applicants, answer at random (``b + a th`` replaced by 0).
``faking``
    Half of the applicants lean towards what everybody likes: ``+ s z(b)``, ``s = |N(0,1)|`` per person, ``z`` the
    popularity standardised within the item. Staff answer without stakes and do not.
``assisted``
    20 % of the applicants answer as the key would: best = argmax k, worst = argmin k.
``severe``
    The variance of raters' severity is .55 in place of .15.
``two_units``
    The staff fall into two sites, and nobody is rated from the other one: who rated whom has two components.
    Raters of the second site are stricter by .8 throughout, which no model can tell from worse work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from questionnaires.definition import ResponseFormat


@dataclass(frozen=True)
class World:
    """How strongly answers, key, trait and performance hang together.

    ``slope`` is lambda (how much a facet moves the choice), ``key_validity`` kr (correlation of key and true
    effectiveness), ``trait_validity`` rho (correlation of trait and performance). ``assisted_share`` of the
    applicants answer as the key would, ``faking_share`` of them lean towards popular options;
    ``careless_share`` of everybody answer at random. Options of a ``bent`` world are not monotone in the
    facet. Staff fall into ``sites`` that do not rate one another, the raters of each stricter by
    ``site_gap`` than those of the site before. Drawn instruments are answered in ``format``.
    """

    name: str
    slope: float
    key_validity: float
    trait_validity: float
    severity_variance: float = 0.15
    assisted_share: float = 0.0
    careless_share: float = 0.0
    faking_share: float = 0.0
    bent: bool = False
    sites: int = 1
    site_gap: float = 0.0
    format: ResponseFormat = ResponseFormat.BEST_WORST


_TYPICAL = World("typical", 0.33, 0.55, 0.55)

WORLDS = {
    "pessimistic": World("pessimistic", 0.25, 0.45, 0.40),
    "typical": _TYPICAL,
    "strong": World("strong", 0.50, 0.70, 0.75),
    "non_monotone": replace(_TYPICAL, name="non_monotone", bent=True),
    "rate_each": replace(_TYPICAL, name="rate_each", format=ResponseFormat.RATE_EACH),
    "careless": replace(_TYPICAL, name="careless", careless_share=0.15),
    "faking": replace(_TYPICAL, name="faking", faking_share=0.5),
    "assisted": replace(_TYPICAL, name="assisted", assisted_share=0.2),
    "severe": replace(_TYPICAL, name="severe", severity_variance=0.55),
    "two_units": replace(_TYPICAL, name="two_units", sites=2, site_gap=0.8),
}
