"""English sentences that can be said in another language later."""

import copy
import json
import pickle

import pytest

from questionnaires.words import Sentence, packed, say, unpacked

ROW = say("“%(code)s” is in row %(row)s already.", code="A-1", row=4)


def test_a_sentence_is_the_filled_english_string() -> None:
    assert ROW == "“A-1” is in row 4 already."
    assert isinstance(ROW, str)
    assert json.dumps({"message": ROW}, ensure_ascii=False) == '{"message": "“A-1” is in row 4 already."}'


def test_a_sentence_keeps_how_it_was_made() -> None:
    assert ROW.template == "“%(code)s” is in row %(row)s already."
    assert ROW.values == {"code": "A-1", "row": 4}


def test_a_percent_sign_stands_alone_where_nothing_is_filled() -> None:
    assert say("Fewer than 80 % are left.") == "Fewer than 80 % are left."
    assert say("Fewer than %(share)s %% are left.", share=80) == "Fewer than 80 % are left."


def test_a_gap_without_a_value_is_refused() -> None:
    with pytest.raises(KeyError):
        say("Row %(row)s has no %(column)s.", row=3)


@pytest.mark.parametrize("copied", [pickle.loads(pickle.dumps(ROW)), copy.deepcopy(ROW)], ids=["pickled", "copied"])
def test_a_copy_is_still_a_sentence(copied: Sentence) -> None:
    assert type(copied) is Sentence
    assert (copied, copied.template, copied.values) == (ROW, ROW.template, ROW.values)


def test_a_kept_sentence_comes_back_whole() -> None:
    outer = say("Row %(row)s: %(what)s", row=4, what=ROW)
    back = unpacked(json.loads(json.dumps(packed(outer))))
    assert isinstance(back, Sentence)
    assert back == "Row 4: “A-1” is in row 4 already."
    assert back.template == "Row %(row)s: %(what)s"
    assert back.values["what"].template == ROW.template


def test_a_plain_text_is_kept_as_it_is() -> None:
    assert packed("A-1") == "A-1"
    assert unpacked("A-1") == "A-1"
