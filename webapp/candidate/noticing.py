"""What the notice of a sitting rests on: whose law it follows, whom to complain to, the organisation's policies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import gettext as _

from webapp.services.forget_applicants import kept_months
from webapp.services.read_sitting import SittingView
from webapp.services.retakes import RetakePolicy, retake_policy

VERSION = "2026-11-22d"
"""Raise it with every change of meaning."""

_CODES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
EUROPEAN = frozenset(re.findall("[A-Z]{2}", _CODES))
"""Where the General Data Protection Regulation holds: the Union, Iceland, Liechtenstein and Norway."""

# Each by the name that it bears itself; where none stands here, the notice speaks of the country's own.
AUTHORITIES = {
    "AT": "Österreichische Datenschutzbehörde",
    "CZ": "Úřad pro ochranu osobních údajů",
    "DK": "Datatilsynet",
    "EE": "Andmekaitse Inspektsioon",
    "ES": "Agencia Española de Protección de Datos",
    "FI": "Tietosuojavaltuutetun toimisto",
    "FR": "Commission nationale de l’informatique et des libertés (CNIL)",
    "IE": "Data Protection Commission",
    "IT": "Garante per la protezione dei dati personali",
    "LT": "Valstybinė duomenų apsaugos inspekcija",
    "LV": "Datu valsts inspekcija",
    "NL": "Autoriteit Persoonsgegevens",
    "NO": "Datatilsynet",
    "PL": "Urząd Ochrony Danych Osobowych (UODO)",
    "SE": "Integritetsskyddsmyndigheten (IMY)",
}


@dataclass(frozen=True)
class Notice:
    """What the notice needs besides the sitting itself."""

    law: str
    """eu, ru, us or general: which text of law is shown."""
    country: str
    authority: str
    contact: str
    months: int
    retakes: RetakePolicy


def notice_of(view: SittingView) -> Notice:
    organisation = view.organisation
    country = organisation.country.upper()
    return Notice(
        law=law_of(country),
        country=country,
        authority=AUTHORITIES.get(country, ""),
        contact=organisation.contact_email or _("the people who invited you"),
        months=kept_months(organisation),
        retakes=retake_policy(organisation),
    )


def law_of(country: str) -> str:
    return "eu" if country in EUROPEAN else {"RU": "ru", "US": "us"}.get(country, "general")


def notice_version(view: SittingView) -> str:
    """What was agreed to: the text, whose law, about what, in which language."""
    kind = view.model_kind if view.sitting.purpose == "selection" else view.sitting.purpose
    return f"{VERSION}.{view.organisation.country}.{kind}.{view.sitting.language}"
