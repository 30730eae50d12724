"""What a company asks applicants to tell of themselves, and who confirmed that it may ask for race and ethnicity."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import DemographicAnswer, Organisation, User
from webapp.records.base import now
from webapp.services.demographics.catalogue import ATTRIBUTES, BY_DEFAULT, JURISDICTIONS, RACE, categories
from webapp.services.lock_row import lock_organisation
from webapp.services.record_event import record_event

SHORTEST_BASIS, LONGEST_BASIS = 20, 2000


@dataclass(frozen=True)
class DemographicPolicy:
    """`attributes` in the catalogue's order. `basis` is the legal basis in the words of whoever confirmed it."""

    country: str
    attributes: tuple[str, ...] = BY_DEFAULT
    jurisdiction: str = ""
    basis: str = ""
    confirmed_by: uuid.UUID | None = None
    confirmed_at: dt.datetime | None = None

    @property
    def asked(self) -> dict[str, tuple[str, ...]]:
        """By attribute: its categories. What has none in this country is not asked, whatever is set."""
        found = {each: categories(each, self.country, self.jurisdiction) for each in self.attributes}
        return {each: names for each, names in found.items() if names and (each != RACE or self.confirmed_at)}

    @property
    def local_law(self) -> bool:
        """Whether New York City's tables apply."""
        found = JURISDICTIONS.get(self.jurisdiction)
        return RACE in self.asked and found is not None and found.local_law


def demographic_policy(organisation: Organisation) -> DemographicPolicy:
    """What this company has set, else the default: sex and age band."""
    kept = organisation.settings.get("demographics", {})
    by, at = kept.get("confirmed_by"), kept.get("confirmed_at")
    return DemographicPolicy(
        organisation.country.upper(),
        tuple(each for each in ATTRIBUTES if each in kept.get("attributes", BY_DEFAULT)),
        kept.get("jurisdiction", ""),
        kept.get("basis", ""),
        uuid.UUID(by) if by else None,
        dt.datetime.fromisoformat(at) if at else None,
    )


def policy_of(session: Session, organisation_id: uuid.UUID) -> DemographicPolicy:
    return demographic_policy(session.get_one(Organisation, organisation_id))


def confirmer_of(session: Session, organisation_id: uuid.UUID, policy: DemographicPolicy) -> str:
    """Who confirmed the legal basis."""
    found = session.get(User, (organisation_id, policy.confirmed_by)) if policy.confirmed_by else None
    return found.name if found else ""


def set_demographic_policy(
    session: Session,
    organisation_id: uuid.UUID,
    attributes: Collection[str],
    jurisdiction: str,
    basis: str,
    *,
    confirmed: bool,
    user_id: uuid.UUID,
) -> None:
    """Set what is asked from now on. What is asked no longer is deleted at once, of everybody."""
    organisation = lock_organisation(session, organisation_id)
    before = demographic_policy(organisation)
    chosen = tuple(each for each in ATTRIBUTES if each in attributes)
    asks_race = RACE in chosen
    if asks_race:
        _refuse(before.country, jurisdiction, basis, confirmed=confirmed)
    kept: dict[str, object] = {"attributes": list(chosen)}
    if asks_race:
        kept |= {"jurisdiction": jurisdiction, "basis": basis.strip()}
        kept |= {"confirmed_by": str(user_id), "confirmed_at": now().isoformat()}
    organisation.settings = {**organisation.settings, "demographics": kept}
    _forget_what_is_asked_no_longer(session, organisation)
    record_event(
        session,
        organisation_id,
        "demographics.changed",
        user_id=user_id,
        subject="organisation",
        subject_id=organisation_id,
        before=list(before.asked),
        after=list(chosen),
        jurisdiction=jurisdiction if asks_race else "",
    )


def _refuse(country: str, jurisdiction: str, basis: str, *, confirmed: bool) -> None:
    faults = []
    if not categories(RACE, country, jurisdiction):
        faults.append(_("Race and ethnicity may be asked only in a jurisdiction of this list. Choose where you ask."))
    if not SHORTEST_BASIS <= len(basis.strip()) <= LONGEST_BASIS:
        faults.append(_("Write down the legal basis in a sentence or two, at most 2,000 characters."))
    if not confirmed:
        faults.append(_("Tick that the legal basis has been checked."))
    if faults:
        raise Invalid(faults)


def _forget_what_is_asked_no_longer(session: Session, organisation: Organisation) -> None:
    asked = demographic_policy(organisation).asked
    gone = delete(DemographicAnswer).where(
        DemographicAnswer.organisation_id == organisation.id, DemographicAnswer.attribute.not_in(list(asked))
    )
    session.execute(gone.execution_options(synchronize_session=False))
