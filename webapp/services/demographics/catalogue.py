"""What may be asked, with which categories, in which country. Nothing else is ever kept.

Sex and age band are asked by default. Race and ethnicity are asked nowhere but in a jurisdiction of this list, and only
after somebody of the company has confirmed the legal basis. Health, disability, religion and orientation are not here
at all: no figure of this product needs them.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

SEX, AGE, RACE = "sex", "age_band", "race_ethnicity"
ATTRIBUTES = (SEX, AGE, RACE)
BY_DEFAULT = (SEX, AGE)

_TWO_SEXES = ("female", "male")
_SEXES = (*_TWO_SEXES, "another")
_AGES = ("under_25", "25_34", "35_44", "45_54", "55_over")
# Forty is the line of the Age Discrimination in Employment Act.
_AGES_US = ("under_30", "30_39", "40_49", "50_over")
# The categories of the EEO-1 report, Component 1.
_RACES_US = ("hispanic", "white", "black", "pacific", "asian", "native", "two_or_more")
_RACES_GB = ("asian", "black", "mixed", "white", "other")


@dataclass(frozen=True)
class Jurisdiction:
    """A place whose law knows the question about race and ethnicity. `local_law`: New York City's tables apply."""

    code: str
    country: str
    races: tuple[str, ...]
    local_law: bool = False


JURISDICTIONS = {
    each.code: each
    for each in (
        Jurisdiction("US", "US", _RACES_US),
        Jurisdiction("US-NYC", "US", _RACES_US, local_law=True),
        Jurisdiction("GB", "GB", _RACES_GB),
    )
}


def categories(attribute: str, country: str, jurisdiction: str = "") -> tuple[str, ...]:
    """The categories of an attribute in a country; none where it may not be asked."""
    if attribute == SEX:
        return _TWO_SEXES if country == "RU" else _SEXES
    if attribute == AGE:
        return _AGES_US if country == "US" else _AGES
    found = JURISDICTIONS.get(jurisdiction)
    return found.races if attribute == RACE and found and found.country == country else ()


def jurisdictions_of(country: str) -> list[Jurisdiction]:
    """Where in this country the question about race and ethnicity may be turned on."""
    return [each for each in JURISDICTIONS.values() if each.country == country]


def attribute_name(attribute: str) -> str:
    names = {
        SEX: _("Sex"),
        AGE: _("Age band"),
        RACE: _("Race or ethnicity"),
        "language": _("Language of the answers"),
        "sex_and_race": _("Sex and race or ethnicity"),
    }
    return names.get(attribute, attribute)


def jurisdiction_name(code: str) -> str:
    names = {
        "US": _("United States, outside New York City"),
        "US-NYC": _("United States, New York City (Local Law 144)"),
        "GB": _("United Kingdom"),
    }
    return names.get(code, code)


def category_name(category: str, country: str = "") -> str:
    """A category as people read it; a pair of two is named with both."""
    if " / " in category:
        return ", ".join(category_name(part, country) for part in category.split(" / "))
    names = _simple() | (_british() if country == "GB" else _american())
    return names.get(category, category)


def _simple() -> dict[str, str]:
    return {
        "female": _("Female"),
        "male": _("Male"),
        "another": _("Another"),
        "under_25": _("Under 25"),
        "under_30": _("Under 30"),
        "25_34": _("25 to 34"),
        "30_39": _("30 to 39"),
        "35_44": _("35 to 44"),
        "40_49": _("40 to 49"),
        "45_54": _("45 to 54"),
        "50_over": _("50 and over"),
        "55_over": _("55 and over"),
        "en": "English",
        "ru": "Русский",
        "lt": "Lietuvių",
    }


def _american() -> dict[str, str]:
    return {
        "hispanic": _("Hispanic or Latino"),
        "white": _("White"),
        "black": _("Black or African American"),
        "pacific": _("Native Hawaiian or Pacific Islander"),
        "asian": _("Asian"),
        "native": _("Native American or Alaska Native"),
        "two_or_more": _("Two or more races"),
    }


def _british() -> dict[str, str]:
    return {
        "asian": _("Asian or Asian British"),
        "black": _("Black, Black British, Caribbean or African"),
        "mixed": _("Mixed or multiple ethnic groups"),
        "white": _("White"),
        "other": _("Other ethnic group"),
    }
