"""What a new company gets from the library."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import shelf
from questionnaires.definition import Purpose
from questionnaires.faults import QuestionnaireError
from tests.unit.questionnaires.samples_folder import sample_text
from webapp.commands.running import site_scope
from webapp.commands.site import init
from webapp.config import SettingsError, read_settings
from webapp.records import ModelVersion, Organisation, QuestionnaireVersion
from webapp.services.install_company import SameVersion, add_library, install_company
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


def private_folder(folder: Path, name: str = "night-desk", text: str = "", version: str = "1.2.0") -> Path:
    definition = text or sample_text("best-worst").replace("name: best-worst", f"name: {name}")
    (folder / name).mkdir(parents=True)
    (folder / name / f"{version}.yaml").write_text(definition, encoding="utf-8")
    return folder


def test_a_private_folder_is_installed_beside_the_library(session: Session, tmp_path: Path) -> None:
    owner = install_company(session, "A company with its own items", private=private_folder(tmp_path)).id
    rows = session.scalars(select(QuestionnaireVersion).where(QuestionnaireVersion.organisation_id == owner)).all()
    assert {(row.name, row.version) for row in rows} == {*shelf.for_selection(), ("night-desk", "1.2.0")}
    assert add_library(session, owner, tmp_path) == []


def test_a_company_that_is_there_gets_private_questionnaires_later(session: Session, tmp_path: Path) -> None:
    owner = install_company(session, "A company").id
    (added,) = add_library(session, owner, private_folder(tmp_path))
    assert (added.name, added.version) == ("night-desk", "1.2.0")


def test_a_private_questionnaire_must_not_call_itself_as_one_of_the_library(session: Session, tmp_path: Path) -> None:
    owner = install_company(session, "A company").id
    text = sample_text("minimal").replace("name: minimal", "name: customer-orientation")
    folder = private_folder(tmp_path, "customer-orientation", text, "1.0.0")
    with pytest.raises(SameVersion, match=r"customer-orientation 1\.0\.0 is in the library already"):
        add_library(session, owner, folder)


def test_faults_of_a_private_file_are_told_and_nothing_is_added(session: Session, tmp_path: Path) -> None:
    owner = install_company(session, "A company").id
    private_folder(tmp_path, "a-good-one")
    private_folder(tmp_path, "night-desk", "format: 1\nname: night-desk\n")
    before = session.scalar(select(func.count()).select_from(QuestionnaireVersion))
    with pytest.raises(QuestionnaireError, match="items is missing"):
        add_library(session, owner, tmp_path)
    assert session.scalar(select(func.count()).select_from(QuestionnaireVersion)) == before


def test_the_setting_names_a_folder_that_is_there(tmp_path: Path) -> None:
    told = {"MAKINGS_INSTANCE": str(tmp_path / "instance"), "MAKINGS_QUESTIONNAIRES": str(tmp_path)}
    assert read_settings(told).private_questionnaires == tmp_path.resolve()
    assert read_settings(told | {"MAKINGS_QUESTIONNAIRES": ""}).private_questionnaires is None
    with pytest.raises(SettingsError, match="MAKINGS_QUESTIONNAIRES must be a folder"):
        read_settings(told | {"MAKINGS_QUESTIONNAIRES": str(tmp_path / "none")})


def test_init_says_which_private_file_has_faults(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "own", "night-desk", "format: 1\nname: night-desk\n")
    told = {
        "MAKINGS_INSTANCE": str(tmp_path / "instance"),
        "MAKINGS_QUESTIONNAIRES": str(folder),
        "MAKINGS_DATABASE_URL": "",
        "MAKINGS_JOBS_DATABASE_URL": "",
    }
    result = CliRunner().invoke(init, ["--organisation", "A company"], env=told)
    assert result.exit_code == 2
    assert "1.2.0.yaml: line 1: items is missing" in result.output
    (folder / "night-desk" / "1.2.0.yaml").unlink()
    private_folder(folder, "front-desk")
    result = CliRunner().invoke(init, ["--organisation", "A company"], env=told)
    assert result.exit_code == 0, result.output
    assert "A company: ready." in result.output


KEYLESS = """format: 1
name: open-desk
version: 1.2.0
languages: [en]
title: {en: "Open"}
items:
  - {id: only, format: open_text, stem: {en: "How are you?"}}
"""


def kept(told: dict[str, str]) -> tuple[set[str], set[str]]:
    """What is in the database: names of organisations and of questionnaires."""
    with site_scope(read_settings(told)) as session:
        organisations = set(session.scalars(select(Organisation.name)))
        return organisations, set(session.scalars(select(QuestionnaireVersion.name)))


def test_init_refuses_a_private_file_without_any_key_and_keeps_nothing(tmp_path: Path) -> None:
    folder = private_folder(private_folder(tmp_path / "own", "a-good-one"), "open-desk", KEYLESS)
    told = {
        "MAKINGS_INSTANCE": str(tmp_path / "instance"),
        "MAKINGS_QUESTIONNAIRES": str(folder),
        "MAKINGS_DATABASE_URL": "",
        "MAKINGS_JOBS_DATABASE_URL": "",
    }
    refused = CliRunner().invoke(init, ["--organisation", "A company"], env=told)
    assert refused.exit_code == 2
    assert "open-desk 1.2.0: No item of this questionnaire has a key" in refused.output
    assert "Add a key" in refused.output
    assert "Nothing was installed." in refused.output
    assert kept(told) == (set(), set())
    without = told | {"MAKINGS_QUESTIONNAIRES": ""}
    assert CliRunner().invoke(init, ["--organisation", "A company"], env=without).exit_code == 0
    before = kept(told)
    again = CliRunner().invoke(init, [], env=told)
    assert again.exit_code == 2
    assert kept(told) == before == ({"A company"}, {name for name, _ in shelf.for_selection()})
