"""What the packages without languages say is read in the page's language, whichever way it comes to the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from flask import Flask, render_template_string
from flask_babel import Babel

from models.errors import ModelError
from questionnaires.tables import read_table
from questionnaires.words import packed, say
from scoring.errors import ScoringError
from webapp import languages
from webapp.services.import_staff import plan_staff
from webapp.services.read_invitation_list import read_uploaded
from webapp.services.training_failure import explain, refusal
from webapp.translations import catalogues

WORDS = {
    "There are %(n)s raters.": "Оценщиков: %(n)s.",
    "Row %(row)s: %(what)s": "Строка %(row)s: %(what)s",
    "Row %(row)s, column %(column)s: %(what)s": "Строка %(row)s, столбец %(column)s: %(what)s",
    "Fewer than 80 % are left.": "Осталось меньше 80 %.",
    "This column is there twice.": "Этот столбец есть дважды.",
    "Delete or rename one of them.": "Удалите или переименуйте один из них.",
    "The column “code” is missing.": "Нет столбца «code».",
    "Ask more colleagues.": "Спросите больше коллег.",
}


@pytest.fixture(autouse=True)
def speaking_russian(tmp_path: Path) -> Iterator[Flask]:
    catalogue = Catalog(locale="ru")
    for english, russian in WORDS.items():
        catalogue.add(english, russian)
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.mo").write_bytes(catalogues.compiled(catalogue))
    app = Flask(__name__)
    babel = Babel()
    languages.register(app, babel)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
    babel.init_app(app, locale_selector=lambda: "ru", default_translation_directories=str(tmp_path))
    with app.test_request_context():
        yield app


def test_a_sentence_is_translated_by_its_template() -> None:
    assert languages.translated(say("There are %(n)s raters.", n=3)) == "Оценщиков: 3."
    assert languages.translated(say("Fewer than 80 % are left.")) == "Осталось меньше 80 %."


def test_a_sentence_inside_a_sentence_is_translated_too() -> None:
    inner = say("There are %(n)s raters.", n=3)
    assert languages.translated(say("Row %(row)s: %(what)s", row=2, what=inner)) == "Строка 2: Оценщиков: 3."


def test_a_sentence_kept_in_the_database_is_translated_when_it_is_read() -> None:
    assert languages.translated(packed(say("There are %(n)s raters.", n=3))) == "Оценщиков: 3."


def test_what_nobody_translated_and_what_is_no_sentence_stays() -> None:
    assert languages.translated(say("Untranslated %(n)s.", n=1)) == "Untranslated 1."
    assert languages.translated("There are %(n)s raters.") == "There are %(n)s raters."


def test_pages_have_the_filter_and_it_escapes() -> None:
    html = render_template_string("{{ it|translated }}", it=say("Row %(row)s: %(what)s", row=2, what="<b>"))
    assert html == "Строка 2: &lt;b&gt;"


def test_an_invited_list_tells_its_faults_in_russian() -> None:
    found = read_uploaded(b"email,email\na@example.org,b@example.org\n", "list.csv")
    assert found.faults == ["Строка 1, столбец email: Этот столбец есть дважды. Удалите или переименуйте один из них."]


def test_the_faults_of_an_import_are_kept_in_no_language() -> None:
    plan = plan_staff(None, None, read_table(b"name\nAnna\n"))  # type: ignore[arg-type]
    message = plan.summary()["faults"][0][2]
    assert message == {"template": "The column “code” is missing.", "values": {}}
    assert languages.translated(message) == "Нет столбца «code»."


@pytest.mark.parametrize(
    ("error", "russian"),
    [
        (ScoringError(say("There are %(n)s raters.", n=1)), "Оценщиков: 1."),
        (
            ModelError(say("There are %(n)s raters.", n=1), "ratings", say("Ask more colleagues.")),
            "Оценщиков: 1. Спросите больше коллег.",
        ),
    ],
    ids=["scoring", "model"],
)
def test_why_a_job_failed_is_told_in_russian(error: Exception, russian: str) -> None:
    kept = refusal(error)
    assert explain(kept["reason"], kept["numbers"], kept["message"]) == russian


def test_an_inner_fault_of_a_stored_model_is_not_told_in_english_technicalities() -> None:
    kept = refusal(ModelError("The manifest is missing.", "model: manifest.json", "Restore it."))
    assert kept["reason"] == "unusable"
    assert "manifest" not in explain(kept["reason"], kept["numbers"], kept["message"])
