"""Our own packages after somebody else had them: corrected texts are taken over, contradictions refused."""

import pytest

from questionnaires.exchange.faults import ExchangeError
from questionnaires.exchange.importing import import_qti
from tests.unit.questionnaires.exchange.making import all_formats, changed
from tests.unit.questionnaires.samples_folder import sample

OURS = all_formats()
BEST = "items/lt/best-worst.xml"


def refused(data: bytes) -> list[str]:
    with pytest.raises(ExchangeError) as raised:
        import_qti(data, "p.zip")
    return [str(fault) for fault in raised.value.faults]


TEXTS = {
    "stem": ("Pirkėjas prašo pigiausios spynos", "Pirkėja prašo pigiausios spynos"),
    "option": ("Klausiu, kur stovi dviratis.", "Paklausiu, kur stovi dviratis."),
    "scene": ("Parduotuvė, penkta valanda.", "Parduotuvė, šešta valanda."),
    "title": ("Dviratis ir spyna", "Dviračio spyna"),
}


@pytest.mark.parametrize(("before", "after"), TEXTS.values(), ids=TEXTS)
def test_a_corrected_text_is_taken_over_and_told(before: str, after: str) -> None:
    made = import_qti(changed(OURS, {BEST: (before, after)}), "p.zip")
    assert after in made.yaml
    assert before not in made.yaml
    assert made.questionnaire.scoring_identity == OURS.scoring_identity
    assert made.questionnaire.texts_identity != OURS.texts_identity
    (note,) = made.notes
    assert note.startswith(BEST)
    assert "the text in lt was changed" in note


def test_a_corrected_label_of_a_point_is_taken_over() -> None:
    made = import_qti(changed(OURS, {"items/en/likert.xml": (">Neither<", ">Neither of both<")}), "p.zip")
    assert made.questionnaire.item("likert").scale.labels["en"][3] == "Neither of both"  # type: ignore[union-attr]


def test_corrected_anchors_and_indicators_are_taken_over() -> None:
    competence = sample("competence")
    path = f"items/lt/{competence.items[0].id}.xml"
    made = import_qti(changed(competence, {path: ("Tenka priminti.", "Reikia priminti.")}), "p.zip")
    assert "Reikia priminti." in made.questionnaire.items[0].scale.anchors["lt"].values()  # type: ignore[union-attr]
    made = import_qti(changed(competence, {path: ("Padaro sutartu laiku.", "Viską padaro laiku.")}), "p.zip")
    assert made.questionnaire.items[0].indicators[0].texts["lt"] == "Viską padaro laiku."


def test_other_layout_changes_nothing() -> None:
    package = changed(OURS, {BEST: ("Parduotuvė, penkta valanda.", "\n   Parduotuvė,\n penkta   valanda.\n")})
    made = import_qti(package, "p.zip")
    assert (made.notes, made.questionnaire.texts_identity) == ((), OURS.texts_identity)


def test_another_order_of_options_changes_nothing_or_is_refused() -> None:
    faults = refused(changed(OURS, {BEST: ('identifier="a" match-max', 'identifier="z" match-max')}))
    assert "Its options (z, _1, __1, c) is not that of the companion data (a, _1, __1, c)." in faults[0]


def test_another_key_is_refused() -> None:
    faults = refused(changed(OURS, {BEST: ('mapped-value="4.625"', 'mapped-value="1.0"')}))
    assert faults[0].startswith(f"{BEST}:2: The key is not that of the companion data, for: a best.")


def test_other_processing_is_told_and_not_taken_over() -> None:
    package = changed(
        OURS, {BEST: ('<qti-base-value base-type="integer">1<', '<qti-base-value base-type="integer">9<')}
    )
    made = import_qti(package, "p.zip")
    assert "its processing of the answer differs from the key's; the companion data holds." in made.notes[0]
    assert made.questionnaire.scoring_identity == OURS.scoring_identity


def test_every_missing_language_is_told() -> None:
    cut = {
        "items/lt/pick-one.xml": None,
        "imsmanifest.xml": ('identifier="pick-one.lt"', 'identifier="pick-one.lv"'),
    }
    faults = refused(changed(OURS, cut))
    assert '"items/lt/pick-one.xml" is not in the package.' in faults[0]
    faults = refused(changed(OURS, {"imsmanifest.xml": cut["imsmanifest.xml"]}))
    assert "The item pick-one is missing in lt." in faults[0]
    assert "The companion data knows nothing of the item pick-one.lv." in faults[1]


def test_another_language_or_format_is_refused() -> None:
    assert "Its language (lv) is not" in refused(changed(OURS, {BEST: ('xml:lang="lt"', 'xml:lang="lv"')}))[0]
    path = "items/en/rate-each.xml"
    faults = refused(changed(OURS, {path: ('identifier="point_2"', 'identifier="point_3"')}))
    assert "its second set is no scale" in faults[0]


def test_texts_that_came_or_went_are_refused() -> None:
    added = {"items/en/pick-one.xml": ("<qti-item-body>", "<qti-item-body><p>A new scene.</p>")}
    assert "a text that the companion data does not know: “A new scene.”" in refused(changed(OURS, added))[0]
    gone = {BEST: ("<p>Parduotuvė, penkta valanda.</p>", "<p></p>")}
    assert "A text is gone that the companion data has" in refused(changed(OURS, gone))[0]


def test_all_contradictions_are_told_at_once() -> None:
    changes = {
        f"items/{language}/best-worst.xml": ('mapped-value="4.625"', 'mapped-value="1.0"')
        for language in OURS.languages
    }
    assert len(refused(changed(OURS, changes))) == 3
