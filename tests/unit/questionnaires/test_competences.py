"""Anchored scales, indicators, "could not observe" and what a questionnaire is for."""

import pytest

from questionnaires.answers import AnswerSheet, answer_row, is_complete, parse_answer_table, validate_answer
from questionnaires.definition import Purpose
from questionnaires.identity import content_identity, item_texts_identity, scoring_identity, texts_identity
from questionnaires.loading import QuestionnaireError, load_text
from questionnaires.tables import Row, Table, TableError, read_table
from scoring.encoding import AnswerEncoder
from scoring.key import standardised_score
from tests.unit.questionnaires.samples_folder import sample, sample_text

TEXT = sample_text("competence")
COMPETENCE = sample("competence")
ITEM = COMPETENCE.item("constancy")
PLAIN = COMPETENCE.item("plain")
UNSEEN = {"not_observed": True}


def faults_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(QuestionnaireError) as caught:
        load_text(text)
    return [(fault.path, fault.message) for fault in caught.value.faults]


def test_a_competence_has_indicators_anchors_and_a_way_out() -> None:
    assert COMPETENCE.purpose is Purpose.RATINGS
    assert [(each.id, each.texts["lt"]) for each in ITEM.indicators] == [
        ("time", "Padaro sutartu laiku."),
        ("news", "Įspėja, kad vėluos."),
    ]
    assert ITEM.scale.anchors["en"] == {1: "I have to remind.", 3: "I never have to remind."}
    assert ITEM.scale.labels["en"][2] == "Middling"
    assert ITEM.not_observed == {"en": "Could not observe", "lt": "Negalėjau stebėti"}


def test_what_says_nothing_of_its_purpose_is_for_selection() -> None:
    assert sample("minimal").purpose is Purpose.SELECTION
    assert not sample("likert").item("l1").not_observed
    assert sample("likert").item("l1").scale.anchors == {}


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ("purpose: ratings", "purpose: rating", "purpose", "not one of: selection, ratings, survey, reaction"),
        ("purpose: ratings\n", "", "items[0].not_observed", "belongs to ratings and surveys"),
        ("purpose: ratings", "purpose: selection", "items[0].not_observed", "belongs to ratings and surveys"),
        (', lt: "Negalėjau stebėti"', "", "items[0].not_observed.lt", "no text in lt"),
        ('lt: "Negalėjau stebėti"', 'de: "Nein"', "items[0].not_observed.de", "not among the languages"),
        ("id: news", "id: time", "items[0].indicators[1].id", "taken already"),
        ("id: news, ", "", "items[0].indicators[1]", "id is missing"),
        (', lt: "Įspėja, kad vėluos."', "", "items[0].indicators[1].text.lt", "no text in lt"),
        ("{1: \"I have to remind.\", 3:", "{3:", "items[0].scale.anchors.en", "no anchor for 1; the ends"),
        ('en: {1: "I have to remind."', 'en: {2: "So so.", 1: "I have to remind."', "items[0].scale.anchors.lt",
         "no anchor for 2; another language has one"),
        ('2: "Middling", 3: "Good"', '2: "Middling"', "items[0].scale.anchors.en.3", "an anchor and no label in en"),
        ('3: "I never have', '4: "I never have', "items[0].scale.anchors.en.4", "outside the scale 1 to 3"),
        ('3: "I never have', 'top: "I never have', "items[0].scale.anchors.en.top", "a whole number"),
        ('        lt: {1: "Tenka priminti.", 3: "Priminti netenka."}\n', "", "items[0].scale.anchors.lt", "no text in"),
        ("    format: likert\n    direction: 1\n", "    format: open_text\n", "items[0].indicators", "open_text;"),
        ("    format: likert\n    direction: 1\n", "    format: rank\n", "items[0].not_observed", "to the format rank"),
        ("  - id: constancy\n", "  - id: constancy\n    withheld: true\n", "items[0].not_observed", "item is withheld"),
        ("  - id: constancy\n", "  - id: constancy\n    withheld: true\n", "items[0].scale.anchors", "is withheld"),
    ],
)  # fmt: skip
def test_each_fault_has_its_path(old: str, new: str, path: str, said: str) -> None:
    assert old in TEXT
    found = faults_of(TEXT.replace(old, new, 1))
    assert [message for where, message in found if where == path and said in message], found


def test_faults_of_several_kinds_are_found_at_once() -> None:
    wrong = TEXT.replace("id: news", "id: time").replace('3: "I never', '9: "I never').replace("purpose: ratings\n", "")
    assert {"items[0].indicators[1].id", "items[0].scale.anchors.en.9", "items[0].not_observed"} <= {
        path for path, _ in faults_of(wrong)
    }


@pytest.mark.parametrize("cell", ["x", "X", "х", "Х", " x "])
def test_could_not_observe_is_written_x(cell: str) -> None:
    (sheet,) = parse_answer_table(read_table(f"person,constancy\np,{cell}\n".encode()), COMPETENCE)
    assert sheet.answers == {"constancy": UNSEEN}


def test_could_not_observe_is_not_the_same_as_nothing() -> None:
    table = read_table(b"person,constancy,plain\na,x,2\nb,,2\nc,3,2\n")
    answers = [sheet.answers.get("constancy") for sheet in parse_answer_table(table, COMPETENCE)]
    assert answers == [UNSEEN, None, {"value": 3}]
    assert is_complete(ITEM, UNSEEN)
    assert not is_complete(ITEM, {})


@pytest.mark.parametrize("answer", [UNSEEN, {"value": 2}])
def test_an_answer_survives_a_table(answer: dict[str, object]) -> None:
    sheet = AnswerSheet("p", {"constancy": answer})
    row = answer_row(sheet, COMPETENCE)
    assert parse_answer_table(Table(tuple(row), [Row(2, row)]), COMPETENCE) == [sheet]


@pytest.mark.parametrize(
    "answer",
    [
        {"not_observed": True, "value": 2},
        {"not_observed": False},
        {"not_observed": 1},
        {"not_observed": "x"},
        {"not_observed": True, "extra": 1},
    ],
)
def test_half_meant_answers_are_refused(answer: dict[str, object]) -> None:
    assert validate_answer(ITEM, answer)
    assert not is_complete(ITEM, answer)


def test_where_it_is_not_offered_it_is_refused() -> None:
    assert validate_answer(PLAIN, UNSEEN)
    with pytest.raises(TableError, match=r'"x" is not a whole number\. Write a whole number from 1 to 3, or leave'):
        parse_answer_table(read_table(b"person,plain\np,x\n"), COMPETENCE)


def test_the_remedy_names_the_way_out() -> None:
    with pytest.raises(TableError, match="from 1 to 3, x for “could not observe”, or nothing"):
        parse_answer_table(read_table(b"person,constancy\np,y\n"), COMPETENCE)


def test_could_not_observe_is_never_scored() -> None:
    assert standardised_score(ITEM, UNSEEN) is None
    assert standardised_score(ITEM, {"value": 1}) == 0.0
    sheets = [AnswerSheet("unseen", {"constancy": UNSEEN}), AnswerSheet("nothing", {})]
    unseen, nothing = AnswerEncoder(COMPETENCE).encode(sheets).X
    assert (unseen == nothing).all()


PRINTS = {"scoring": scoring_identity, "texts": texts_identity, "content": content_identity}


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("I never have to", "I do not have to", {"texts", "content"}),
        ("Is ready when", "Is there when", {"texts", "content"}),
        ("Could not observe", "I could not tell", {"texts", "content"}),
        ("purpose: ratings", "purpose: survey", {"content"}),
        ('    not_observed: {en: "Could not observe", lt: "Negalėjau stebėti"}\n', "", {"scoring", "texts", "content"}),
    ],
)
def test_what_the_fingerprints_notice(old: str, new: str, changed: set[str]) -> None:
    assert old in TEXT
    before, after = load_text(TEXT), load_text(TEXT.replace(old, new, 1))
    assert {kind for kind, identity in PRINTS.items() if identity(before) != identity(after)} == changed


def test_an_anchor_is_a_text_of_its_own_language() -> None:
    after = load_text(TEXT.replace("Priminti netenka.", "Priminti nereikia.")).item("constancy")
    assert item_texts_identity(after, "lt") != item_texts_identity(ITEM, "lt")
    assert item_texts_identity(after, "en") == item_texts_identity(ITEM, "en")


def test_the_purpose_that_is_meant_anyway_changes_nothing() -> None:
    text = sample_text("minimal")
    said = load_text(text.replace("items:", "purpose: selection\nitems:", 1))
    assert content_identity(said) == content_identity(load_text(text))
