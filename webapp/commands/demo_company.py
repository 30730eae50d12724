"""The company that `makings demo` shows: simulated from end to end, and kept once it is there."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from models.training import train
from questionnaires import shelf
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Questionnaire
from scoring.simulation.company import Simulation, simulate_on
from webapp.commands.demo_there import CARD, COMPANY
from webapp.commands.running import site_scope
from webapp.config import Settings
from webapp.records import ModelVersion, Organisation, QuestionnaireVersion, Vacancy
from webapp.records.base import now
from webapp.services.add_user import add_user
from webapp.services.decisions.fill_demo_decisions import fill_demo_decisions
from webapp.services.demographics.fill_demo_groups import fill_demo_groups
from webapp.services.erasure.note_trained import note_people
from webapp.services.fill_demo import (
    Sat,
    add_applicants,
    add_ratings,
    add_request,
    add_sittings,
    add_staff,
    add_vacancy,
    unit_name,
)
from webapp.services.find_questionnaire import find_questionnaire
from webapp.services.install_company import add_model, install_company
from webapp.services.matrix.fill_demo_matrix import add_matrix
from webapp.services.monitor.fill_demo_monitor import fill_demo_monitor
from webapp.services.notes.fill_demo_notes import fill_demo_notes
from webapp.services.oversight.fill_demo_oversight import fill_demo_oversight
from webapp.services.promotion.promote_model import promote_model
from webapp.services.rescoring.write_scores import score_everybody
from webapp.services.rounds.fill_demo_round import fill_demo_round
from webapp.services.voice.fill_demo_voice import fill_demo_voice

WORLD = "typical"
SEED = 2026
UNIT_SIZE = 12
INSTRUMENT = "customer-orientation"
LANGUAGES = ("en", "lt", "ru")
HALF_DONE = 5
INVITED = 3
SIGN_INS = (
    ("hr@demo.example", "HR (simulated)", ("hr", "administrator")),
    ("recruiter@demo.example", "Recruiter (simulated)", ("recruiter",)),
    ("adjustments@demo.example", "Adjustments (simulated)", ("adjustments",)),
)


def make_demo(settings: Settings, *, staff: int, applicants: int, tell: Callable[[str], None]) -> None:
    """Fill the demo company."""
    with site_scope(settings) as session:
        organisation = fill(session, staff, applicants, settings.instance / CARD, tell)
        fill_demo_round(session, organisation, settings)
        fill_demo_monitor(session, organisation)
        fill_demo_groups(session, organisation, settings)
        fill_demo_voice(session, organisation, settings)
        fill_demo_oversight(session, organisation)
        fill_demo_decisions(session, organisation)
        fill_demo_notes(session, organisation)


def fill(session: Session, staff: int, applicants: int, card: Path, tell: Callable[[str], None]) -> Organisation:
    """All of it in one transaction: a demo that was cut off leaves nothing behind."""
    tell(f"Simulating a company: {staff} staff, {applicants} applicants (world “{WORLD}”, seed {SEED}) ...")
    organisation = install_company(session, COMPANY, contact_email="hr@demo.example", simulated=True)
    questionnaire = shelf.get(INSTRUMENT)
    simulation = simulate_on(
        questionnaire, WORLD, staff, applicants, SEED, form_id="A", unit_size=UNIT_SIZE, rating_scale=(1, 5)
    )
    row = find_questionnaire(session, organisation.id, questionnaire.name, questionnaire.version)
    fill_staff(session, organisation, row, questionnaire, simulation)
    tell("Training a model on the simulated ratings ...")
    model = train_on(session, row, questionnaire, simulation)
    users = add_sign_ins(session, organisation, card)
    promote_model(session, organisation.id, model.id, user_id=users[0])
    vacancy = add_vacancy(session, organisation, row, model.id)
    fill_applicants(session, vacancy, questionnaire, simulation)
    add_request(session, vacancy)
    score_everybody(session, organisation.id, vacancy.id, model.id)
    return organisation


def fill_staff(
    session: Session,
    organisation: Organisation,
    row: QuestionnaireVersion,
    questionnaire: Questionnaire,
    simulation: Simulation,
) -> None:
    sheets = simulation.staff_sheets()
    staff = add_staff(session, organisation, sheets)
    add_ratings(session, organisation, simulation.rating_list(), staff)
    add_matrix(session, organisation.id, simulation.rating_list(), staff)
    started = now() - dt.timedelta(days=60)
    sittings = [
        Sat(organisation.id, row.id, "A", sheet, "en", started, True, staff_member_id=staff[sheet.person])
        for sheet in sheets
    ]
    add_sittings(session, questionnaire, sittings)


def train_on(
    session: Session, row: QuestionnaireVersion, questionnaire: Questionnaire, simulation: Simulation
) -> ModelVersion:
    sheets = [
        AnswerSheet(sheet.person, sheet.answers, unit=unit_name(str(sheet.unit))) for sheet in simulation.staff_sheets()
    ]
    model = train(questionnaire, sheets, simulation.rating_list(), form_id="A", scale=(1.0, 5.0), seed=SEED)
    version = add_model(session, row, "A", model)
    note_people(session, version, [sheet.person for sheet in sheets])
    return version


def fill_applicants(session: Session, vacancy: Vacancy, questionnaire: Questionnaire, simulation: Simulation) -> None:
    """Most have finished; one stopped half-way, and the last few have not begun."""
    sheets = simulation.applicant_sheets()
    stopped = len(sheets) - INVITED - 1
    half = dict(list(sheets[stopped].answers.items())[:HALF_DONE])
    shown = [
        *sheets[:stopped],
        AnswerSheet(sheets[stopped].person, half),
        *(AnswerSheet(sheet.person, {}) for sheet in sheets[stopped + 1 :]),
    ]
    ids = add_applicants(session, vacancy, shown, LANGUAGES, stopped)
    add_sittings(session, questionnaire, list(sat(vacancy, shown, ids, stopped)))


def sat(vacancy: Vacancy, sheets: Sequence[AnswerSheet], ids: Sequence[uuid.UUID], stopped: int) -> list[Sat]:
    first = now() - dt.timedelta(days=14)
    return [
        Sat(
            vacancy.organisation_id,
            vacancy.questionnaire_id,
            vacancy.form,
            sheet,
            LANGUAGES[number % len(LANGUAGES)],
            first + dt.timedelta(minutes=45 * number),
            number < stopped,
            applicant_id=ids[number],
        )
        for number, sheet in enumerate(sheets)
        if sheet.answers
    ]


def add_sign_ins(session: Session, organisation: Organisation, card: Path) -> list[uuid.UUID]:
    """People with passwords made for this installation, kept where only its owner reads them."""
    lines, ids = [], []
    for email, name, roles in SIGN_INS:
        password = secrets.token_urlsafe(10)
        ids.append(add_user(session, organisation.id, email, name, password, roles).id)
        lines.append(f"  {name:<24} {email:<26} password {password}")
    card.touch(mode=0o600)
    card.write_text("Sign in as\n" + "\n".join(lines) + "\n")
    return ids
