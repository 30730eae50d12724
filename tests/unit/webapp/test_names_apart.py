"""Names inside sentences are set apart from them, so that a name written from the right turns no words around."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webapp.recruiter.words import apart

TEMPLATES = Path(__file__).parents[3] / "webapp" / "templates" / "recruiter"
SENTENCE = re.compile(r"_\(\"[^\"]*%\((?:one|other|person|name)\)s[^\"]*\",[^}]*?\}")
OF_A_PERSON = re.compile(r"\b(?:one|other|person|name)=[\w.]*(?:label|author|remover|undone_by|\.by|who)\b(?!\|apart)")


def test_a_name_is_between_marks_that_end_with_it() -> None:
    assert apart("דוד") == "\u2068דוד\u2069"
    assert apart("") == ""


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_sentence_of_the_recruiter_s_room_holds_a_bare_name(template: Path) -> None:
    bare = [said for said in SENTENCE.findall(template.read_text("utf-8")) if OF_A_PERSON.search(said)]
    assert bare == []
