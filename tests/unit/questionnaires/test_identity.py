"""What decides a score and what people read are fingerprinted apart."""

import pytest

from questionnaires import shelf
from questionnaires.identity import (
    content_identity,
    item_identity,
    item_texts_identity,
    scoring_identity,
    texts_identity,
)
from questionnaires.loading import load_text
from tests.unit.questionnaires.samples_folder import sample, sample_text

BASE = sample_text("best-worst")


def changes(old: str, new: str, name: str = "best-worst") -> set[str]:
    """Return which fingerprints a change of the file changes."""
    text = sample_text(name)
    assert old in text
    before, after = load_text(text), load_text(text.replace(old, new, 1))
    prints = {"scoring": scoring_identity, "texts": texts_identity, "content": content_identity}
    return {kind for kind, identity in prints.items() if identity(before) != identity(after)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cheapest lock", "cheapest good lock"),
        ("Спрашиваю", "Я спрашиваю"),
        ("five o'clock", "six o'clock"),
        ("The need comes", "The need always comes"),
        ('title: {en: "Best and worst"', 'title: {en: "Best, worst"'),
    ],
)
def test_a_corrected_text_keeps_the_scoring(old: str, new: str) -> None:
    assert changes(old, new) == {"texts", "content"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mean: 4.6", "mean: 4.5"),
        ("mean: 4.6, spread: null", "mean: 4.6, spread: 0.5"),
        ("facet: needs", "facet: candour"),
        ("instruction: knowledge", "instruction: behaviour"),
        ("format: best_worst", "format: pick_one"),
    ],
)
def test_what_decides_a_score_keeps_the_texts(old: str, new: str) -> None:
    assert changes(old, new) == {"scoring", "content"}


def test_ids_decide_scores_and_carry_texts() -> None:
    assert changes("id: needs-1", "id: needs-2") == {"scoring", "texts", "content"}


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("direction: -1", "direction: 1", "likert"),
        ("maximum: 2}", "maximum: 3}", "likert"),
        ("{id: B, sections: [second, common]}", "{id: B, sections: [common, second]}", "two-forms"),
    ],
)
def test_scales_directions_and_forms_decide_scores(old: str, new: str, name: str) -> None:
    assert changes(old, new, name) == {"scoring", "content"}


def test_what_is_only_about_the_questionnaire_changes_the_content_alone() -> None:
    assert changes("time_allowance_minutes: 20", "time_allowance_minutes: 25", "time-allowance") == {"content"}
    assert changes("The tests.", "Somebody else.") == {"content"}


def test_a_statement_per_language_changes_the_content_alone() -> None:
    each = 'authorship: {en: "The tests.", ru: "Тесты.", lt: "Testai."}'
    assert changes('authorship: "The tests."', each) == {"content"}


def test_a_statement_written_once_keeps_the_fingerprint_that_it_had() -> None:
    """Frozen: what is published was recorded before statements could be written per language."""
    assert shelf.published()["customer-orientation"]["1.0.0"]["content"] == content_identity(
        shelf.get("customer-orientation", "1.0.0")
    )


def test_layout_and_comments_change_nothing() -> None:
    assert changes("items:\n", "# the items\n\nitems:\n") == set()
    assert changes("mean: 3,", "mean: 3.0,") == set()


def test_practice_is_read_and_never_scored() -> None:
    assert changes("after Monday", "after Friday", "practice") == {"texts", "content"}
    assert changes("{id: b, text: {en: \"Sunday\"}}", "{id: c, text: {en: \"Sunday\"}}", "practice") == {
        "texts",
        "content",
    }  # fmt: skip


def test_the_order_in_the_file_does_not_matter_where_forms_give_the_order() -> None:
    text = sample_text("two-forms")
    lines = text.splitlines()
    swapped = "\n".join([*lines[:-2], lines[-1], lines[-2]])
    assert swapped != text.rstrip("\n")
    assert scoring_identity(load_text(swapped)) == scoring_identity(load_text(text))


def test_an_item_has_its_own_fingerprints() -> None:
    before = sample("best-worst").item("needs-1")
    after = load_text(BASE.replace("Klausiu, kur", "Klausiu jo, kur")).item("needs-1")
    assert item_identity(before) == item_identity(after)
    assert item_texts_identity(before, "lt") != item_texts_identity(after, "lt")
    assert item_texts_identity(before, "en") == item_texts_identity(after, "en")
    rekeyed = load_text(BASE.replace("mean: 4.6", "mean: 4.4")).item("needs-1")
    assert item_identity(rekeyed) != item_identity(before)


def test_labels_of_a_scale_are_texts() -> None:
    assert changes("Neither", "In between", "likert") == {"texts", "content"}


def test_fingerprints_are_the_same_everywhere() -> None:
    """Frozen: models trained elsewhere compare with these. A change here breaks every trained model."""
    loaded = sample("two-forms")
    assert loaded.scoring_identity == scoring_identity(loaded)
    assert loaded.scoring_identity == "c6b9a1b10bdd57516e607e2e02f0cd87edde01f2d1e632a1d606d95b52d73795"
    assert loaded.texts_identity == "f484b15fe0452db535bf2a84322de2d71e4dcc6b4e534c2a9b7f131fb286afa5"
