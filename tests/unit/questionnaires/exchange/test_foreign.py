"""Items and packages of other tools: imported where they ask what we ask, else refused in words."""

import os
from pathlib import Path

import pytest

from questionnaires.definition import ResponseFormat
from questionnaires.exchange.exporting import export_package
from questionnaires.exchange.faults import ExchangeError
from questionnaires.exchange.importing import Imported, import_qti
from questionnaires.loading import load_text
from tests.unit.questionnaires.exchange.making import (
    CHOICE,
    QTI,
    all_formats,
    item,
    manifest,
    resource,
    with_texts,
    without_companion,
    zipped,
)

MULTIPLE = '<qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="directedPair"/>'
ORDERED = '<qti-response-declaration identifier="RESPONSE" cardinality="ordered" base-type="identifier"/>'
CHOSEN = "qti-simple-associable-choice"
WRITTEN = '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="string"/>'


def read(text: str, **options: str) -> Imported:
    return import_qti(text.encode(), "one.xml", **options)


def refused(data: bytes | str, name: str = "one.xml") -> list[str]:
    with pytest.raises(ExchangeError) as raised:
        import_qti(data.encode() if isinstance(data, str) else data, name)
    return [str(fault) for fault in raised.value.faults]


def match(first: str, second: str, most: str = "1") -> str:
    def choices(names: str, times: str) -> str:
        return "".join(
            f'<{CHOSEN} identifier="{name}" match-max="{times}">{text}</{CHOSEN}>'
            for name, _, text in (each.partition("=") for each in names.split())
        )

    sets = [choices(first, most), choices(second, "4")]
    inside = "".join(f"<qti-simple-match-set>{each}</qti-simple-match-set>" for each in sets)
    prompt = "<qti-prompt>Rate.</qti-prompt>"
    return f'<qti-match-interaction response-identifier="RESPONSE">{prompt}{inside}</qti-match-interaction>'


def test_a_choice_of_one() -> None:
    made = read(item(CHOICE, after='<qti-response-processing template="https://example.invalid/match_correct"/>'))
    (only,) = made.questionnaire.items
    assert only.format is ResponseFormat.PICK_ONE
    assert (only.titles, only.scenes, only.stems) == ({"en": "One"}, {"en": "Some say so."}, {"en": "Which one?"})
    assert [(option.id, option.texts) for option in only.options] == [("A", {"en": "First"}), ("B", {"en": "Second"})]
    assert not only.keyed
    assert made.notes == (
        "the language en-US becomes en.",
        "one.xml:4: its scoring is not taken over: a key here says how good each option is, from 1 to 5.",
    )
    assert load_text(made.yaml).items == made.questionnaire.items


def test_an_order() -> None:
    body = CHOICE.replace("choice-interaction", "order-interaction").replace(' max-choices="1"', "")
    (only,) = read(item(body, declared=ORDERED)).questionnaire.items
    assert (only.format, only.option_ids) == (ResponseFormat.RANK, ("A", "B"))


def test_an_extended_text() -> None:
    body = '<p>Read this.</p><qti-extended-text-interaction response-identifier="RESPONSE"/>'
    (only,) = read(item(body, declared=WRITTEN)).questionnaire.items
    assert (only.format, only.stems) == (ResponseFormat.OPEN_TEXT, {"en": "Read this."})


@pytest.mark.parametrize("columns", ["x=1 y=2 z=3", "point_1=bad point_2=so-so point_3=good", "c=3 a=1 b=2"])
def test_a_match_with_a_scale(columns: str) -> None:
    (only,) = read(item(match("p=One q=Two", columns), declared=MULTIPLE)).questionnaire.items
    assert (only.format, only.option_ids) == (ResponseFormat.RATE_EACH, ("p", "q"))
    assert only.scale is not None
    assert list(only.scale.points) == [1, 2, 3]


def test_labels_of_points_are_kept() -> None:
    columns = "point_1=bad point_2=2 point_3=good"
    (only,) = read(item(match("p=One q=Two", columns), declared=MULTIPLE)).questionnaire.items
    assert only.scale is not None
    assert only.scale.labels == {"en": {1: "bad", 3: "good"}}


REFUSED = {
    "several choices": (CHOICE.replace('max-choices="1"', 'max-choices="0"'), "Several choices may be made"),
    "a slider": ('<qti-slider-interaction response-identifier="RESPONSE"/>', "a slider (<qti-slider-interaction>)"),
    "an upload": ('<qti-upload-interaction response-identifier="RESPONSE"/>', "an upload of a file"),
    "media": ('<qti-media-interaction response-identifier="RESPONSE"/>', "a recording to be played"),
    "a gap": ('<p>A <qti-text-entry-interaction response-identifier="RESPONSE"/></p>', "a gap to be filled in writing"),
    "hot text": ('<qti-hottext-interaction response-identifier="RESPONSE"/>', "words to be marked"),
    "its own program": ('<qti-portable-custom-interaction response-identifier="RESPONSE"/>', "its own program"),
    "an unheard one": ('<qti-telepathy-interaction response-identifier="RESPONSE"/>', "is not known here"),
    "a picture": (CHOICE.replace("Some say so.", '<img src="x.png" alt=""/>'), "a picture"),
    "a video": (CHOICE.replace("<p>Some say so.</p>", '<video src="x"/>'), "a video"),
    "a formula": (
        CHOICE.replace("First", '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>'),
        "a formula (MathML)",
    ),
    "a table": (CHOICE.replace("<p>Some say so.</p>", "<table><tr><td>x</td></tr></table>"), "a table"),
    "an unknown mark": (CHOICE.replace("Some", "<blink>Some</blink>"), "<blink>, which is not known here"),
    "two interactions": (CHOICE + CHOICE, "a further interaction"),
    "no interaction": ("<p>Nothing.</p>", "has no interaction"),
    "no question": (CHOICE.replace("Which one?", "").replace("Some say so.", ""), "it has no text"),
    "an empty choice": (CHOICE.replace("Second", " "), "The choice B has no text."),
    "a choice twice": (CHOICE.replace('"B"', '"A"'), 'The identifier "A" is missing or used twice.'),
    "one choice": (CHOICE.replace('<qti-simple-choice identifier="B">Second</qti-simple-choice>', ""), "has 1 choices"),
    "no declaration": (CHOICE.replace('"RESPONSE"', '"OTHER"'), "There is no response declaration OTHER."),
}


@pytest.mark.parametrize(("body", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_used_is_named(body: str, why: str) -> None:
    faults = refused(item(body))
    assert any(why in fault for fault in faults), faults
    assert all(fault.startswith("one.xml:") for fault in faults)


MATCHES = {
    "no scale": (match("C=Capulet D=Demetrius", "M=Dream R=Romeo"), "its second set is no scale."),
    "the wrong way round": (match("p=1 q=2", "M=Dream R=Romeo"), "the first set is one: put the options first"),
    "rated twice": (match("p=One q=Two", "a=1 b=2", most="2"), "The choice p may be matched 2 times."),
    "best twice": (match("p=One q=Two", "best=Best worst=Worst"), "The choice best may be matched 4 times."),
}


@pytest.mark.parametrize(("body", "why"), MATCHES.values(), ids=MATCHES)
def test_a_match_of_another_kind_is_refused(body: str, why: str) -> None:
    assert any(why in fault for fault in refused(item(body, declared=MULTIPLE)))


def test_part_of_an_order_is_refused() -> None:
    body = CHOICE.replace("choice-interaction", "order-interaction")
    assert "Only 1 of 2 choices are to be ordered." in refused(item(body, declared=ORDERED))[0]
    whole = body.replace(' max-choices="1"', "")
    assert "not of cardinality ordered" in refused(item(whole))[0]


SURROUNDINGS = {
    '<qti-assessment-stimulus-ref identifier="s" href="../passage.xml"/>': "a passage in another file",
    "<qti-template-processing/>": "values that a template makes",
    '<qti-modal-feedback identifier="f" outcome-identifier="SCORE" show-hide="show"/>': "feedback to the answer",
}


@pytest.mark.parametrize(("element", "why"), SURROUNDINGS.items())
def test_what_stands_around_the_body_is_named(element: str, why: str) -> None:
    assert why in refused(item(CHOICE, after=element))[0]


def test_adaptive_and_timed_items_are_refused() -> None:
    text = item(CHOICE).replace('adaptive="false"', 'adaptive="true"').replace('dependent="false"', 'dependent="true"')
    assert len(refused(text)) == 2


def test_all_faults_of_an_item_are_told_at_once() -> None:
    body = CHOICE.replace("Some", '<img src="x"/>').replace("First", "<video/>").replace('max-choices="1"', "")
    faults = refused(item(body, extra="", after="<qti-template-processing/>"))
    said = " ".join(faults)
    assert all(each in said for each in ("a picture", "a video", "values that a template makes"))


def test_a_catalogue_is_left_out_and_formatting_becomes_plain_and_both_are_said() -> None:
    made = read(item(CHOICE.replace("Some", "<strong>Some</strong>"), after="<qti-catalog-info/>"))
    assert any("catalogue of glossary entries" in note for note in made.notes)
    assert any("<strong> becomes plain text" in note for note in made.notes)
    assert made.questionnaire.items[0].scenes == {"en": "Some say so."}


def test_older_versions_and_other_files_are_named() -> None:
    old = '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="x" title="x"/>'
    assert "is QTI 2; only QTI 3.0 is read" in refused(old)[0]
    assert "has the namespace (none)" in refused(item(CHOICE).replace(f' xmlns="{QTI}"', ""))[0]
    assert "<html> is not an assessment item" in refused("<html/>")[0]
    listed = manifest(resource("x", "x.xml", "imsqti_item_xmlv2p2"))
    assert "is imsqti_item_xmlv2p2; only QTI 3.0 is read" in refused(zipped({"imsmanifest.xml": listed}), "p.zip")[0]


def test_a_language_is_needed_and_can_be_given() -> None:
    text = item(CHOICE, lang="")
    assert "does not say its language" in refused(text)[0]
    assert read(text, language="lt").questionnaire.languages == ("lt",)


def two_languages(second: str = "lt", *, variant: bool = True) -> dict[str, str]:
    tie = '<cpx:variant identifier="v" identifierref="b"/>' if variant else ""
    return {
        "imsmanifest.xml": manifest(resource("a", "a.xml", inside=tie), resource("b", "b.xml")),
        "a.xml": item(CHOICE, lang=' xml:lang="en"'),
        "b.xml": item(CHOICE.replace("First", "Pirmas"), lang=f' xml:lang="{second}"'),
    }


def test_variants_are_languages_of_one_item() -> None:
    (only,) = import_qti(zipped(two_languages()), "p.zip").questionnaire.items
    assert only.option("A").texts == {"en": "First", "lt": "Pirmas"}


def test_a_missing_language_is_named() -> None:
    faults = refused(zipped(two_languages(variant=False)), "p.zip")
    assert "The item one is in en and not in lt." in faults[0]
    assert "The item one is in lt and not in en." in faults[1]
    assert "is in the package twice in en" in refused(zipped(two_languages("en")), "p.zip")[0]


def test_variants_that_ask_otherwise_are_refused() -> None:
    files = two_languages()
    files["b.xml"] = files["b.xml"].replace('"B"', '"C"')
    assert "differs from a.xml in what is asked" in refused(zipped(files), "p.zip")[0]


def test_unusable_items_can_be_left_out() -> None:
    files = two_languages(variant=False) | {"b.xml": item('<qti-slider-interaction response-identifier="RESPONSE"/>')}
    made = import_qti(zipped(files), "p.zip", skip=True)
    assert len(made.questionnaire.items) == 1
    assert "a slider" in str(made.left_out[0])
    assert "a slider" in refused(zipped(files), "p.zip")[0]
    with pytest.raises(ExchangeError):
        import_qti(files["b.xml"].encode(), "b.xml", skip=True)


def test_a_package_without_a_manifest_or_with_a_gap_is_refused() -> None:
    assert "There is no imsmanifest.xml" in refused(zipped({"a.xml": item(CHOICE)}), "p.zip")[0]
    assert (
        '"a.xml" is not in the package.'
        in refused(zipped({"imsmanifest.xml": manifest(resource("a", "a.xml"))}), "p")[0]
    )
    assert "lists no items" in refused(zipped({"imsmanifest.xml": manifest()}), "p.zip")[0]


def test_foreign_identifiers_become_ids() -> None:
    body = CHOICE.replace('"A"', '"šalis.1"').replace('"B"', '"šalis-1"')
    text = item(body).replace('identifier="one"', 'identifier="person"')
    (only,) = read(text).questionnaire.items
    assert (only.id, only.option_ids) == ("person-1", ("alis-1", "alis-1-2"))


@pytest.mark.parametrize("name", with_texts())
def test_our_own_package_is_read_without_its_companion_data_too(name: str) -> None:
    """Ids, texts, formats, scales, forms and most of the key stand in the QTI itself."""
    ours = with_texts()[name]
    theirs = import_qti(without_companion(export_package(ours)), "p.zip").questionnaire
    for own, read_back in zip((*ours.practice, *ours.items), (*theirs.practice, *theirs.items), strict=True):
        assert (read_back.id, read_back.format, read_back.option_ids) == (own.id, own.format, own.option_ids)
        assert (read_back.stems, read_back.scenes, read_back.scale) == (own.stems, own.scenes, own.scale)
        assert (read_back.titles, read_back.direction) == (own.titles, own.direction)
        assert [option.texts for option in read_back.options] == [option.texts for option in own.options]
    assert [each.item_ids for each in theirs.sections] == [each.item_ids for each in ours.sections]
    assert [(form.id, form.section_ids) for form in theirs.forms] == [
        (form.id, form.section_ids) for form in ours.forms
    ]
    for kind in (ResponseFormat.BEST_WORST, ResponseFormat.PICK_ONE):
        for own in (each for each in ours.items if each.format is kind and each.keyed):
            means = {option.id: option.key.mean for option in own.options if option.key}
            assert {o.id: o.key.mean for o in theirs.item(own.id).options if o.key} == means


SHARED = Path(os.environ.get("MAKINGS_SHARED", Path(__file__).parents[5] / "shared"))
EXAMPLES = SHARED / "data/qti3/examples"
EXPECTED = {
    "BegGuide_March2025.zip": "Several choices",
    "QTI3-match.xml": "its second set is no scale",
    "QTI3-order.xml": "rank",
    "QTI3multiplechoice2.xml": "Several choices",
    "RTL_Hebrew.xml": "Several choices",
    "essay.xml": "open_text",
    "qti3-choice-aria-mathml-catalog.xml": "a formula (MathML)",
    "slider-1.xml": "a slider",
    "unbelievable_night_item1.xml": "a passage in another file",
    "upload-interaction.xml": "an upload of a file",
}


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the public examples are not beside the project")
@pytest.mark.parametrize(("name", "what"), EXPECTED.items())
def test_public_examples_are_imported_or_refused_in_words(name: str, what: str) -> None:
    data = (EXAMPLES / name).read_bytes()
    if what in list(ResponseFormat):
        assert import_qti(data, name).questionnaire.items[0].format == what
    else:
        assert any(what in fault for fault in refused(data, name))


def test_the_example_of_all_formats_has_all() -> None:
    assert {each.format for each in all_formats().items} == set(ResponseFormat)
