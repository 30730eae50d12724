"""Every feature of the format loads; every fault is named with its path and line."""

from pathlib import Path

import pytest

from questionnaires.definition import Questionnaire, ResponseFormat
from questionnaires.loading import QuestionnaireError, load, load_text
from tests.unit.questionnaires.samples_folder import NAMES, SAMPLES, sample, sample_text


def faults_of(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(QuestionnaireError) as caught:
        load_text(text)
    return [(fault.line, fault.path, fault.message) for fault in caught.value.faults]


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_loads_and_is_named_after_its_file(name: str) -> None:
    loaded = sample(name)
    assert loaded.name == name
    assert loaded.source == sample_text(name)
    assert all(loaded.items_of(form.id) for form in loaded.forms)


def test_the_samples_cover_every_format() -> None:
    assert {item.format for name in NAMES for item in sample(name).items} == set(ResponseFormat)


def test_a_full_item() -> None:
    item = sample("best-worst").item("needs-1")
    assert item.format is ResponseFormat.BEST_WORST
    assert (item.facet, item.second_facet, item.generous_option) == ("needs", "recovery", "c")
    assert (item.touchpoint, item.role, item.instruction) == ("support", "receptionist", "knowledge")
    assert item.stems["lt"] == "Pirkėjas prašo pigiausios spynos. Ką darote?"
    assert item.scenes["ru"] == "Магазин, пять часов."
    assert item.option_ids == ("a", "b", "c")
    assert item.option("b").key.mean == 3.0
    assert item.option("a").key.reason == {"en": "The need comes before the goods."}
    assert item.keyed
    assert item.key_set_by == "authors"


def test_what_belongs_to_the_whole_questionnaire() -> None:
    loaded = sample("best-worst")
    assert loaded.languages == ("en", "ru", "lt")
    assert loaded.version == "1.2.0"
    assert loaded.review_status == "Nobody has reviewed the key."
    assert [(change.version, change.date) for change in loaded.history] == [
        ("1.2.0", "2026-11-21"),
        ("1.0.0", "2026-11-20"),
    ]
    assert loaded.time_allowance_minutes is None


PER_LANGUAGE = """authorship:
  en: "The tests."
  ru: "Тесты."
  lt: "Testai."
"""


def test_a_statement_is_one_text_or_a_text_per_language() -> None:
    once = sample("best-worst")
    assert [once.statement("authorship", language) for language in once.languages] == ["The tests."] * 3
    assert once.statements == {}
    each = load_text(sample_text("best-worst").replace('authorship: "The tests."\n', PER_LANGUAGE))
    assert [each.statement("authorship", language) for language in each.languages] == [
        "The tests.",
        "Тесты.",
        "Testai.",
    ]
    assert each.statement("review", "lt") == each.review_status == "Nobody has reviewed the key."
    assert each.authorship == "The tests."
    assert sample("minimal").statement("licence", "en") == ""


@pytest.mark.parametrize(("name", "language"), [("licences", "en"), ("authorship", "pl")])
def test_there_is_no_other_statement_or_language(name: str, language: str) -> None:
    each = load_text(sample_text("best-worst").replace('authorship: "The tests."\n', PER_LANGUAGE))
    with pytest.raises(KeyError):
        each.statement(name, language)


def test_the_first_language_of_a_questionnaire_is_what_a_statement_says_where_nobody_asks_for_one() -> None:
    text = sample_text("best-worst").replace('authorship: "The tests."\n', PER_LANGUAGE)
    assert load_text(text.replace("[en, ru, lt]", "[lt, en, ru]")).authorship == "Testai."


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('  lt: "Testai."\n', "", (7, "authorship.lt", "there is no text in lt")),
        ('lt: "Testai."', 'lt: ""', (10, "authorship.lt", "is empty; write a text, or leave the field out")),
        ('lt: "Testai."', "lt: no", (10, "authorship.lt", 'YAML reads no as false; write "no" in quotes')),
        ('"Testai."\n', '"Testai."\n  pl: "Testy."\n', (11, "authorship.pl", "pl is not among the languages")),
        (PER_LANGUAGE, "authorship: {}\n", (7, "authorship", "is empty; give it for every language")),
        (PER_LANGUAGE, "authorship: [us]\n", (7, "authorship", "should be a text or a group of fields, but is a list")),
        (PER_LANGUAGE, "authorship: 5\n", (7, "authorship", "YAML reads 5 as the number 5")),
    ],
)
def test_faults_of_a_statement_are_told(old: str, new: str, fault: tuple[int, str, str]) -> None:
    text = sample_text("best-worst").replace('authorship: "The tests."\n', PER_LANGUAGE)
    ((line, path, message),) = faults_of(text.replace(old, new))
    assert (line, path) == fault[:2]
    assert message.startswith(fault[2])


def test_scales_and_their_labels() -> None:
    rated = sample("rate-each").item("judged").scale
    assert list(rated.points) == list(range(10))
    assert rated.labels == {"en": {0: "Very bad", 9: "Very good"}}
    assert sample("likert").item("l2").scale.minimum == -2


def test_likert_directions_say_whether_an_item_is_keyed() -> None:
    loaded = sample("likert")
    assert loaded.item("l1").keyed
    assert loaded.item("l1").key_set_by == "authors"
    assert not loaded.item("l2").keyed
    assert loaded.item("l2").key_set_by is None


def test_withheld_items_have_ids_and_no_texts() -> None:
    item = sample("withheld").item("w1")
    assert item.withheld
    assert item.option_ids == ("1", "2", "3", "4")
    assert not item.stems
    assert not item.keyed


def test_practice_stands_apart() -> None:
    loaded = sample("practice")
    assert [item.id for item in loaded.practice] == ["try-it"]
    assert not loaded.has_item("try-it")


def test_forms_share_sections_and_keep_their_own_order() -> None:
    loaded = sample("two-forms")
    assert [item.id for item in loaded.items_of("A")] == ["c1", "a1"]
    assert [item.id for item in loaded.items_of("B")] == ["b1", "c1"]


def test_sections_give_the_order_and_the_introductions() -> None:
    loaded = sample("sections")
    assert [item.id for item in loaded.items_of("A")] == ["s2", "s1"]
    assert loaded.section("statements").introductions == {"en": "Say how far you agree."}


def test_without_sections_and_forms_everything_is_asked_as_written() -> None:
    loaded = sample("minimal")
    assert [form.id for form in loaded.forms] == ["A"]
    assert [item.id for item in loaded.items_of("A")] == ["only"]


def test_a_panel_key_keeps_its_spread_and_who_set_it() -> None:
    loaded = sample("panel-key")
    assert loaded.item("p1").option("b").key.spread == 0.93
    assert loaded.item("p1").key_set_by.startswith("panel of 14")
    assert loaded.item("p2").key_set_by == "authors"


def test_time_allowance_and_own_facets() -> None:
    assert sample("time-allowance").time_allowance_minutes == 20
    assert sample("own-facets").item("f1").facet == "patience"


BASE = sample_text("best-worst")
LIKERT = sample_text("likert")
FORMS = sample_text("two-forms")


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("text", "old", "new", "path", "said"),
    [
        (BASE, "id: needs-1", "id: needs.1", "items[0].id", "letters A-Z, digits, _ and -"),
        (BASE, "id: needs-1", "id: person", "items[0].id", "column of every answer table"),
        (BASE, "      - id: b\n", "      - id: a\n", "items[0].options[1].id", "taken already"),
        (BASE, ', lt: "Klausiu, kur stovi dviratis."', "", "items[0].options[0].text.lt", "no text in lt"),
        (BASE, "lt: \"Dviratis\"", "de: \"Rad\"", "items[0].title.de", "not among the languages"),
        (BASE, "lt: \"Dviratis\"", "lt: \" \"", "items[0].title.lt", "is empty"),
        (BASE, "mean: 4.6", "mean: 5.1", "items[0].options[0].key.mean", "5.1 is above 5"),
        (BASE, "mean: 4.6", "mean: 0", "items[0].options[0].key.mean", "0 is below 1"),
        (BASE, "mean: 4.6", "mean: .nan", "items[0].options[0].key.mean", "not a number that can be used"),
        (BASE, "mean: 4.6", "mean: high", "items[0].options[0].key.mean", "should be a number"),
        (BASE, "key_set_by: authors\n", "", "items[0].key_set_by", "who set the key"),
        (BASE, "generous_option: c", "generous_option: d", "items[0].generous_option", "no option d"),
        (BASE, "facet: needs", "facet: to listen", "items[0].facet", "letters A-Z"),
        (BASE, "facet: needs", "facet: [needs]", "items[0].facet", "should be a text, but is a list"),
        (BASE, "title: {en: \"A bicycle\", ru:", "title: {en: \"A bicycle\", no:", "items[0].title.no", 'write "no"'),
        (BASE, "title: {en: \"A bicycle\"", "title: {en: {a: b}", "items[0].title.en", "but is a group of fields"),
        (BASE, "options:\n", "options: none\n    role2:\n", "items[0].options", 'should be a list, but is "none"'),
        (BASE, "mean: 4.6", "mean: 0b2", "items[0].options[0].key.mean", "should be a number"),
        (BASE, "mean: 4.6", "mean: 1" + "0" * 5000, "items[0].options[0].key.mean", "should be a number"),
        (FORMS, "items: [a1]", "items: [a1, 7]", "sections[1].items[1]", "as the number 7"),
        (FORMS, "[common, first]", "[common, first, 7]", "forms[0].sections[2]", "as the number 7"),
        (BASE, "facet: needs", "facet: speed", "items[0].facet", "speed is not a facet"),
        (BASE, "second_facet: recovery", "second_facet: needs", "items[0].second_facet", "same as facet"),
        (BASE, "format: best_worst", "format: best", "items[0].format", "is not one of: best_worst"),
        (BASE, "format: best_worst", "format: likert", "items[0].options", "does not belong to the format likert"),
        (BASE, "format: best_worst", "format: rate_each", "items[0]", "scale is missing"),
        (BASE, "format: 1\n", "format: 2\n", "format", "should be 1"),
        (BASE, "version: 1.2.0\n", "version: 1.2\n", "version", "1.2 as the number 1.2"),
        (BASE, "version: 1.2.0\n", "version: \"01.2.0\"\n", "version", "is not a version such as 1.0.0"),
        (BASE, "version: 1.2.0\n", "version: 1.3.0\n", "history", "no line for version 1.3.0"),
        (BASE, "date: 2026-11-20", "date: yesterday", "history[1].date", "is not a date"),
        (BASE, "languages: [en, ru, lt]", "languages: [en, ru, lt, no]", "languages[3]", '"no" in quotes'),
        (BASE, "languages: [en, ru, lt]", "languages: [en, ru, lt, en]", "languages", "the same thing twice"),
        (BASE, "id: needs-1", "id: on", "items[0].id", 'YAML reads on as true; write "on" in quotes'),
        (BASE, "id: needs-1", "id: 17", "items[0].id", "as the number 17"),
        (BASE, "touchpoint:", "touchpont:", "items[0].touchpont", "did you mean touchpoint?"),
        (BASE, "    generous_option: c", "    withheld: true", "items[0].stem", "although the item is withheld"),
        (BASE, "role: receptionist", "role: receptionist\n    role: guard", "items[0].role", "given twice"),
        (BASE, "role: receptionist", "role: &r receptionist", "items[0].role", "anchors and aliases"),
        (BASE, "role: receptionist", "role: *r", "items[0].role", "anchors and aliases"),
        (BASE, "role: receptionist", "role: !!python/name:os.system x", "items[0].role", "tag"),
        (BASE, "role: receptionist", "<<: {role: x}", "items[0]", "<< is not accepted"),
        (BASE, "role: receptionist", "? [a]\n    : x", "items[0]", "must be one word"),
        (LIKERT, "    direction: -1\n", "", "items[0]", "direction is missing"),
        (LIKERT, "direction: -1", "direction: 2", "items[0].direction", "2 is not one of: 1, -1, 0"),
        (LIKERT, "{minimum: -2, maximum: 2}", "{minimum: 2, maximum: -2}", "items[1].scale", "must be below"),
        (LIKERT, "{minimum: -2, maximum: 2}", "{minimum: 1.5, maximum: 2}", "items[1].scale.minimum", "whole number"),
        (LIKERT, "5: \"Agree\"", "6: \"Agree\"", "items[0].scale.labels.en.6", "outside the scale 1 to 5"),
        (LIKERT, "5: \"Agree\"", "high: \"Agree\"", "items[0].scale.labels.en.high", "a whole number"),
        (FORMS, "items: [a1]", "items: [a1, zz]", "sections[1].items[1]", "there is no item zz"),
        (FORMS, "items: [a1]", "items: [a1, c1]", "sections[1].items[1]", "in a section already"),
        (FORMS, "[common, first]", "[common, third]", "forms[0].sections[1]", "there is no section third"),
        (FORMS, "[common, first]", "[common, first, common]", "forms[0].sections[2]", "in this form already"),
        (FORMS, "{id: B, ", "{id: A, ", "forms[1].id", "taken already"),
        (FORMS, "{id: second, ", "{id: first, ", "sections[2].id", "taken already"),
    ],
)  # fmt: skip
def test_each_fault_has_its_path_and_line(text: str, old: str, new: str, path: str, said: str) -> None:
    assert old in text
    changed = text.replace(old, new, 1)
    found = [fault for fault in faults_of(changed) if fault[1] == path and said in fault[2]]
    assert found, faults_of(changed)


@pytest.mark.parametrize(
    ("old", "new", "path", "near"),
    [
        ("mean: 1.5", "mean: 9", "items[0].options[2].key.mean", "mean: 9"),
        ("role: receptionist", "role: 5", "items[0].role", "role: 5"),
        ("lt: \"Pirkėjas prašo pigiausios spynos. Ką darote?\"", "lt: ''", "items[0].stem.lt", "lt: ''"),
        ("facet: needs", "facet: none-such", "items[0].facet", "facet: none-such"),
    ],
)  # fmt: skip
def test_the_line_is_the_one_to_mend(old: str, new: str, path: str, near: str) -> None:
    changed = BASE.replace(old, new, 1)
    assert [fault[:2] for fault in faults_of(changed)] == [(line_of(changed, near), path)]


def test_one_mistake_does_not_hide_another() -> None:
    changed = (
        BASE.replace("mean: 4.6", "mean: 46").replace("facet: needs", "facet: no-such").replace("id: b\n", "id: a\n")
    )
    paths = {path for _, path, _ in faults_of(changed)}
    assert {"items[0].options[0].key.mean", "items[0].facet", "items[0].options[1].id"} <= paths


def test_a_key_for_some_options_only() -> None:
    changed = sample_text("pick-one").replace(", key: {mean: 2}", "")
    assert [(path, said) for _, path, said in faults_of(changed)] == [
        ("items[0].options[1].key", "other options of this item have a key and this one has none")
    ]


def test_an_item_and_a_section_that_nobody_would_be_asked() -> None:
    changed = FORMS.replace("[second, common]", "[common]").replace("items: [a1]", "items: [c1]")
    found = {path: said for _, path, said in faults_of(changed)}
    assert "a1 is in no section" in found["items[0].id"]
    assert "second is in no form" in found["sections[2].id"]


def test_a_practice_item_in_a_section() -> None:
    changed = sample_text("practice") + "sections: [{id: s, items: [real, try-it]}]\n"
    assert "practice stands before all sections" in faults_of(changed)[0][2]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "the file is empty"),
        ("# only a comment\n", 1, "the file is empty"),
        ("- a list\n", 1, "should be a group of fields"),
        ("just words", 1, "should be a group of fields"),
        ("a: b\nc: d: e\n", 2, "put a text that contains a colon in quotes"),
        ("a: 'never closed\n", 2, "this is not YAML"),
        ("a: b\n\x07: c\n", 2, "not text"),
        ("a: b\n---\na: b\n", 2, "a second document"),
        ("a: " + "[" * 40 + "]" * 40, 1, "nested too deeply"),
    ],
)
def test_files_that_are_no_questionnaire_at_all(text: str, line: int, said: str) -> None:
    assert any(found == line and said in message for found, _, message in faults_of(text)), faults_of(text)


def test_aliases_cannot_be_made_to_explode() -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 12)]
    found = faults_of("\n".join(layers))
    assert any("anchors and aliases are not accepted" in said for _, _, said in found)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(QuestionnaireError, match="cannot be read"):
        load(tmp_path / "missing.yaml")
    (tmp_path / "old.yaml").write_bytes("format: 1\nname: Тест\n".encode("cp1251"))
    with pytest.raises(QuestionnaireError, match=r"line 2: this is not UTF-8"):
        load(tmp_path / "old.yaml")
    (tmp_path / "large.yaml").write_bytes(b"#" * 5_000_001)
    with pytest.raises(QuestionnaireError, match="larger than 5 MB"):
        load(tmp_path / "large.yaml")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_text(sample_text("minimal"), encoding="utf-8-sig")
    assert isinstance(load(path), Questionnaire)


def test_the_message_names_the_file() -> None:
    with pytest.raises(QuestionnaireError) as caught:
        load_text("", "mine.yaml")
    assert str(caught.value) == "mine.yaml: line 1: the file is empty"


def test_every_sample_is_in_the_samples_folder() -> None:
    assert {path.suffix for path in SAMPLES.iterdir()} == {".yaml"}
