"""A company with a questionnaire, a panel that rates it, and experts who were asked."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.definition import Questionnaire
from questionnaires.loading import load_text
from tests.factories import people
from webapp.config import Settings
from webapp.records import ExpertPanel, Organisation, PanelExpert, QuestionnaireVersion, User
from webapp.records.base import now
from webapp.services import install_company
from webapp.services.panel.close_panel import close_panel
from webapp.services.panel.expert_links import link_token
from webapp.services.panel.invite_experts import invite_experts
from webapp.services.panel.make_panel import PanelPlan, make_panel
from webapp.services.panel.publish_key import publish_key
from webapp.services.panel.rate_options import GivenRating, save_panel_ratings
from webapp.services.panel.rated_items import rated_items
from webapp.services.read_invitation_list import Person

SMALL = """
format: 1
name: three-scenes
version: 1.0.0
languages: [en, lt]
title: {en: "Three scenes", lt: "Trys scenos"}
key_set_by: authors
items:
  - id: bill
    facet: recovery
    format: best_worst
    title: {en: "The bill", lt: "Sąskaita"}
    stem: {en: "The bill is higher than agreed. What do you do?", lt: "Sąskaita didesnė. Ką darote?"}
    generous_option: a
    options:
      - {id: a, text: {en: "I take it down.", lt: "Sumažinu."}, key: {mean: 4.5, reason: {en: "It was agreed."}}}
      - {id: b, text: {en: "I explain it.", lt: "Paaiškinu."}, key: {mean: 3.5, reason: {en: "Honest."}}}
      - {id: c, text: {en: "I ask the manager.", lt: "Klausiu vadovo."}, key: {mean: 2.5}}
      - {id: d, text: {en: "I say it is the price.", lt: "Sakau, kad tokia kaina."}, key: {mean: 1.5}}
  - id: queue
    facet: composure
    format: pick_one
    stem: {en: "Two people quarrel in the queue. What do you do?", lt: "Eilėje du ginčijasi. Ką darote?"}
    options:
      - {id: a, text: {en: "I serve the next.", lt: "Aptarnauju kitą."}, key: {mean: 2}}
      - {id: b, text: {en: "I ask who was first.", lt: "Klausiu, kas pirmas."}, key: {mean: 4}}
      - {id: c, text: {en: "I call a colleague.", lt: "Kviečiu kolegą."}, key: {mean: 3}}
  - id: calm
    format: likert
    facet: composure
    direction: 1
    stem: {en: "I stay calm.", lt: "Lieku ramus."}
    scale: {minimum: 1, maximum: 5}
"""
WITHOUT_KEY = """
format: 1
name: own-scenes
version: 0.3.0
languages: [en]
title: {en: "Our own scenes"}
items:
  - id: parcel
    facet: ownership
    format: rank
    stem: {en: "A parcel is lost. What do you do?"}
    options:
      - {id: a, text: {en: "I look for it."}}
      - {id: b, text: {en: "I write to the carrier."}}
      - {id: c, text: {en: "I ask them to wait."}}
"""
# What eight experts think of the small questionnaire's options; they disagree about one of the first situation.
TRUTH = {("bill", "a"): 4.6, ("bill", "b"): 3.4, ("bill", "d"): 1.4, ("queue", "a"): 2.4, ("queue", "b"): 4.5}
TRUTH |= {("queue", "c"): 3.2}


@dataclass
class Firm:
    """A company with HR and one published questionnaire."""

    company: Organisation
    hr: User
    version: QuestionnaireVersion


def firm(session: Session, text: str = SMALL) -> Firm:
    company = people.organisation(session, contact_email="hr@example.org", simulated=True)
    version = install_company.publish(session, company.id, read(text))
    hr = people.user(session, company, "hr")
    session.commit()
    return Firm(company, hr, version)


def read(text: str) -> Questionnaire:
    return load_text(text)


def panel(session: Session, where: Firm, **values: object) -> ExpertPanel:
    given = {
        "questionnaire_id": where.version.id,
        "title": "What good service looks like",
        "closes_on": now().date() + dt.timedelta(days=9),
    }
    row = make_panel(session, where.company.id, PanelPlan(**(given | values)), user_id=where.hr.id)  # type: ignore[arg-type]
    session.commit()
    return row


def asked(session: Session, row: ExpertPanel, settings: Settings, number: int = 8) -> list[PanelExpert]:
    """Experts who were asked and have not opened their link."""
    people_of = [Person(n, f"Expert {n:02d}", f"expert{n}@example.org", "en") for n in range(1, number + 1)]
    assert row.created_by is not None
    invite_experts(session, row.organisation_id, row.id, people_of, settings, user_id=row.created_by)
    session.commit()
    found = select(PanelExpert).where(PanelExpert.panel_id == row.id).order_by(PanelExpert.id)
    experts = list(session.scalars(found))
    session.commit()
    return experts


def rate(session: Session, row: ExpertPanel, experts: Sequence[PanelExpert], seed: int = 7) -> None:
    """Each of these rates everything: most options alike, one from 1 to 5 in turn."""
    dice = random.Random(seed)
    for place, expert in enumerate(experts):
        given = [
            GivenRating(item.id, option, opinion(item.id, option, place, dice))
            for item in rated_items(session, row)
            for option in item.option_ids
        ]
        save_panel_ratings(session, row.organisation_id, expert.id, given)
    session.commit()


def opinion(item: str, option: str, place: int, dice: random.Random) -> int:
    """One expert's rating: near what all think, or at the two ends by turns where they disagree."""
    truth = TRUTH.get((item, option))
    if truth is None:
        return 1 if place % 2 else 5
    return min(5, max(1, round(truth + dice.uniform(-0.6, 0.6))))


def link(settings: Settings, expert: PanelExpert) -> str:
    return f"/p/{link_token(settings.secret_key, expert.link_id)}"


def walk_in(client: FlaskClient, settings: Settings, expert: PanelExpert) -> str:
    """Open the link and press the button; return the address of the expert's page."""
    address = link(settings, expert)
    assert client.get(address).status_code == 200
    started = client.send(f"{address}/start")  # type: ignore[attr-defined]
    assert started.status_code == 302, started.status_code
    home: str = started.location
    assert client.get(home).status_code == 200
    return home


def one_of_each(session: Session, version: QuestionnaireVersion) -> tuple[ExpertPanel, PanelExpert]:
    """A panel of this questionnaire, and somebody whom it asks."""
    row = ExpertPanel(
        organisation_id=version.organisation_id,
        questionnaire_id=version.id,
        title="Panel",
        closes_at=now() + dt.timedelta(days=9),
        languages=["en"],
        widest_spread=1.0,
    )
    session.add(row)
    session.flush()
    expert = PanelExpert(
        organisation_id=version.organisation_id,
        panel_id=row.id,
        name="Ada",
        email="ada@example.org",
        link_id=row.id,
        token_hash=row.id.hex,
        seed=1,
        expert_code=row.id,
    )
    session.add(expert)
    session.flush()
    return row, expert


def rated(session: Session, settings: Settings, where: Firm, number: int = 8, **values: object) -> ExpertPanel:
    """A panel of so many experts who have rated everything."""
    row = panel(session, where, **values)
    rate(session, row, asked(session, row, settings, number))
    return row


def close(session: Session, row: ExpertPanel) -> ExpertPanel:
    assert close_panel(session, row.organisation_id, row.id) is True
    session.commit()
    return row


def publish(session: Session, where: Firm, row: ExpertPanel) -> QuestionnaireVersion:
    made = publish_key(session, where.company.id, row.id, user_id=where.hr.id)
    session.commit()
    return made
