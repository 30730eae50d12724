"""What a new company gets from the library."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.definition import Purpose
from webapp.records import ModelVersion, QuestionnaireVersion
from webapp.services.install_company import add_library, install_company
from webapp.services.read_questionnaire import read_questionnaire


def test_a_company_gets_what_is_for_selection_and_nothing_else(session: Session) -> None:
    owner = install_company(session, "A new company").id
    rows = session.scalars(select(QuestionnaireVersion).where(QuestionnaireVersion.organisation_id == owner)).all()
    assert {(row.name, row.version) for row in rows} == set(shelf.for_selection())
    assert {read_questionnaire(session, owner, row.id).purpose for row in rows} == {Purpose.SELECTION}
    served = session.scalars(select(ModelVersion.questionnaire_id).where(ModelVersion.organisation_id == owner)).all()
    assert set(served) == {row.id for row in rows}


def test_nothing_is_added_twice(session: Session) -> None:
    owner = install_company(session, "A new company").id
    assert add_library(session, owner) == []
