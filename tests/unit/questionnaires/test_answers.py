"""Answers in tables and from the site, one canonical shape for both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.answers import (
    MESSAGES,
    AnswerSheet,
    answer_row,
    columns_of,
    is_complete,
    parse_answer_table,
    validate_answer,
)
from questionnaires.definition import Item, Questionnaire, ResponseFormat
from questionnaires.loading import load_text
from questionnaires.tables import Row, Table, TableError, TableFault, read_table
from tests.unit.questionnaires.samples_folder import sample

ALL = load_text("""
format: 1
name: all
version: 1.0.0
languages: [en, lt]
title: {en: "All formats", lt: "Visi formatai"}
items:
  - {id: bw, format: best_worst, withheld: true, options: [{id: "1"}, {id: "2"}, {id: "3"}]}
  - {id: one, format: pick_one, withheld: true, options: [{id: a}, {id: b}]}
  - {id: each, format: rate_each, withheld: true, scale: {minimum: 0, maximum: 9}, options: [{id: a}, {id: b}]}
  - {id: order, format: rank, withheld: true, options: [{id: a}, {id: b}, {id: c}]}
  - {id: agree, format: likert, withheld: true, direction: -1, scale: {minimum: -2, maximum: 2}}
  - {id: words, format: open_text, withheld: true}
""")


def parsed(text: str, questionnaire: Questionnaire = ALL, form_id: str | None = None) -> list[AnswerSheet]:
    return parse_answer_table(read_table(text.encode()), questionnaire, form_id=form_id)


def faults_of(text: str, questionnaire: Questionnaire = ALL, form_id: str | None = None) -> list[TableFault]:
    with pytest.raises(TableError) as caught:
        parsed(text, questionnaire, form_id)
    return caught.value.faults


def test_the_columns_of_each_format() -> None:
    assert columns_of(ALL) == [
        "bw.best", "bw.worst", "one", "each.a", "each.b", "order.a", "order.b", "order.c", "agree", "words",
    ]  # fmt: skip


def test_the_columns_of_a_form() -> None:
    assert columns_of(sample("two-forms"), "B") == ["b1", "c1"]
    with pytest.raises(KeyError):
        columns_of(sample("two-forms"), "C")


def test_a_whole_row() -> None:
    header = "person,unit,job_family,language," + ",".join(columns_of(ALL))
    (sheet,) = parsed(header + "\np1,Kaunas,sales,LT,1,3,b,0,9,2,1,3,-2,In my words\n")
    assert sheet == AnswerSheet(
        person="p1",
        unit="Kaunas",
        job_family="sales",
        language="lt",
        answers={
            "bw": {"best": "1", "worst": "3"},
            "one": {"choice": "b"},
            "each": {"ratings": {"a": 0, "b": 9}},
            "order": {"ranks": {"a": 2, "b": 1, "c": 3}},
            "agree": {"value": -2},
            "words": {"text": "In my words"},
        },
    )


def test_what_is_empty_is_unanswered_and_columns_may_be_missing_or_moved() -> None:
    first, second = parsed("bw.worst,person,agree,each.b\n2,p1,,\n,p2,1,4\n")
    assert first.answers == {"bw": {"worst": "2"}}
    assert second.answers == {"agree": {"value": 1}, "each": {"ratings": {"b": 4}}}
    assert second.unit is None


@pytest.mark.parametrize("cell", ["1", "1.0", '"1,0"', " 1 "])
def test_numbers_as_statistics_programs_write_them(cell: str) -> None:
    (sheet,) = parsed(f"person,bw.best,agree,each.a\np,{cell},{cell},{cell}\n")
    assert sheet.answers == {"bw": {"best": "1"}, "agree": {"value": 1}, "each": {"ratings": {"a": 1}}}


@pytest.mark.parametrize(
    ("table", "row", "column", "said", "mend"),
    [
        ("person,bw.best\np,4", 2, "bw.best", '"4" is not an option of bw', "1, 2, 3"),
        ("person,bw.best\np,1.5", 2, "bw.best", '"1.5" is not an option', "leave it empty"),
        ("person,one\np,A", 2, "one", '"A" is not an option of one', "a, b"),
        ("person,bw.best,bw.worst\np,2,2", 2, "bw.worst", "best and as the worst", "two different"),
        ("person,agree\np,3", 2, "agree", "3 is outside the scale from -2 to 2", "from -2 to 2"),
        ("person,agree\np,yes", 2, "agree", '"yes" is not a whole number', "from -2 to 2"),
        ("person,each.a\np,10", 2, "each.a", "10 is outside the scale from 0 to 9", "0 to 9"),
        ("person,order.a\np,0", 2, "order.a", "0 is outside the ranks from 1 to 3", "1 to 3"),
        ("person,order.a,order.c\np,1,1", 2, "order.c", "Rank 1 of order is given to a already", "once"),
        ("person,language,one\np,de,a", 2, "language", "de is not a language of all", "en, lt"),
        ("person,one\n,a", 2, "person", "no person", "delete the row"),
        ("person,one\np,a\nq,b\np,a", 4, "person", "p is in row 2 already", "one row for each person"),
        ("person,one\n1.23E+11,a", 2, "person", "spreadsheet has shortened", "as text"),
        (f"person,one\n{'p' * 201},a", 2, "person", "201 characters", "200"),
        ("person,One\np,a", None, "One", "not known", "Did you mean one?"),
        ("person,bw.bst,one\np,1,a", None, "bw.bst", "not known", "Did you mean bw.best?"),
        ("person,salary,one\np,1,a", None, "salary", "not known", "Rename or delete"),
        ("one\na", None, "person", "person is missing", "one name or number"),
        ("Persons,one\np,a", None, "person", "person is missing", "Rename Persons to person"),
        ("person,unit\np,u", None, None, "no column with answers", "bw.best, bw.worst, one"),
        (f"person,words\np,{'w' * 10_001}", 2, "words", "10001 characters", "10,000"),
    ],
)  # fmt: skip
def test_each_fault_says_where_what_and_how_to_mend_it(
    table: str, row: int | None, column: str | None, said: str, mend: str
) -> None:
    matching = [fault for fault in faults_of(table) if (fault.row, fault.column) == (row, column)]
    assert len(matching) == 1
    assert said in matching[0].message
    assert mend in matching[0].remedy


def test_every_fault_is_reported_at_once() -> None:
    faults = faults_of("person,bw.best,agree,wrong\np,9,9,\np,1,x,\n")
    assert [(fault.row, fault.column) for fault in faults] == [
        (None, "wrong"),
        (2, "bw.best"),
        (2, "agree"),
        (3, "person"),
        (3, "agree"),
    ]


def test_columns_of_another_form() -> None:
    (fault,) = faults_of("person,b1,a1\np,a,a\n", sample("two-forms"), "B")
    assert fault.column == "a1"
    assert fault.message == "This column does not belong to form B."
    assert parsed("person,b1,a1\np,a,a\n", sample("two-forms"))[0].answers.keys() == {"a1", "b1"}


def items() -> dict[str, Item]:
    return {item.id: item for item in ALL.items}


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("bw", {}),
        ("bw", {"best": "1"}),
        ("bw", {"best": "1", "worst": "2"}),
        ("one", {"choice": "a"}),
        ("each", {"ratings": {}}),
        ("each", {"ratings": {"a": 0, "b": 0}}),
        ("order", {"ranks": {"c": 1}}),
        ("order", {"ranks": {"a": 3, "b": 2, "c": 1}}),
        ("agree", {"value": 0}),
        ("words", {"text": ""}),
        ("words", {"text": "Так и было."}),
    ],
)
def test_valid_answers_even_when_half_done(item: str, answer: dict) -> None:
    assert validate_answer(items()[item], answer) == []


COMPLETE = {
    "bw": {"best": "1", "worst": "2"},
    "one": {"choice": "a"},
    "each": {"ratings": {"a": 0, "b": 0}},
    "order": {"ranks": {"a": 3, "b": 2, "c": 1}},
    "agree": {"value": 0},
    "words": {"text": "So it was."},
}
HALF = {
    "bw": {"worst": "2"},
    "one": {},
    "each": {"ratings": {"a": 0}},
    "order": {"ranks": {"a": 1, "b": 2}},
    "agree": {},
    "words": {"text": "  "},
}


@pytest.mark.parametrize("item", sorted(COMPLETE))
def test_complete_and_half_done(item: str) -> None:
    assert is_complete(items()[item], COMPLETE[item])
    assert not is_complete(items()[item], HALF[item])
    assert not is_complete(items()[item], {})
    assert not is_complete(items()[item], None)
    assert not is_complete(items()[item], {**COMPLETE[item], "extra": 1})


@pytest.mark.parametrize(
    ("item", "answer", "said"),
    [
        ("bw", {"best": "1", "worst": "1"}, "two different reactions"),
        ("bw", {"best": "4"}, "one of the reactions"),
        ("bw", {"best": None}, "one of the reactions"),
        ("bw", {"best": ["1"]}, "one of the reactions"),
        ("bw", {"middle": "1"}, "not understood"),
        ("bw", "1", "not understood"),
        ("bw", None, "not understood"),
        ("one", {"choice": ""}, "one of the reactions"),
        ("each", {"ratings": {"a": 10}}, "point of the scale"),
        ("each", {"ratings": {"a": True}}, "point of the scale"),
        ("each", {"ratings": {"a": "3"}}, "point of the scale"),
        ("each", {"ratings": {"z": 3}}, "one of the reactions"),
        ("each", {"ratings": [3, 4]}, "not understood"),
        ("each", {"ratings": {"a": 3}, "ranks": {}}, "not understood"),
        ("order", {"ranks": {"a": 1, "b": 1}}, "each rank once"),
        ("order", {"ranks": {"a": 4}}, "point of the scale"),
        ("order", {"ranks": {"a": [1]}}, "point of the scale"),
        ("agree", {"value": 2.0}, "point of the scale"),
        ("agree", {"value": None}, "point of the scale"),
        ("agree", {"point": 2}, "not understood"),
        ("words", {"text": 5}, "not understood"),
        ("words", {"text": "w" * 10_001}, "at most 10,000"),
    ],
)
def test_wrong_answers_come_with_an_instruction(item: str, answer: object, said: str) -> None:
    (message,) = validate_answer(items()[item], answer)
    assert said in message
    assert message in MESSAGES
    assert not is_complete(items()[item], answer)


def answers_to(item: Item) -> st.SearchStrategy[dict]:
    """Any valid answer to an item, half done ones included."""
    codes = st.sampled_from(item.option_ids) if item.options else st.nothing()
    if item.format is ResponseFormat.BEST_WORST:
        both = st.permutations(item.option_ids).map(lambda order: {"best": order[0], "worst": order[1]})
        return both | codes.map(lambda code: {"best": code}) | codes.map(lambda code: {"worst": code})
    if item.format is ResponseFormat.PICK_ONE:
        return codes.map(lambda code: {"choice": code})
    if item.format is ResponseFormat.RATE_EACH:
        ratings = st.dictionaries(codes, st.sampled_from(item.scale.points), min_size=1)
        return ratings.map(lambda given: {"ratings": given})
    if item.format is ResponseFormat.RANK:
        ranks = st.permutations(range(1, len(item.options) + 1))
        whole = ranks.map(lambda order: dict(zip(item.option_ids, order, strict=True)))
        return whole.flatmap(
            lambda given: st.sets(codes, min_size=1).map(lambda kept: {"ranks": {k: given[k] for k in sorted(kept)}})
        )
    if item.format is ResponseFormat.LIKERT:
        return st.sampled_from(item.scale.points).map(lambda value: {"value": value})
    return texts(min_size=1).map(lambda text: {"text": text})


def texts(min_size: int = 0) -> st.SearchStrategy[str]:
    """Texts as a table keeps them: trimmed, in one Unicode form."""
    from questionnaires.tables import clean

    letters = st.characters(codec="utf-8", exclude_characters="\0\r\ufeff")
    return st.text(letters, max_size=40).map(clean).filter(lambda text: len(text) >= min_size)


@st.composite
def sheets(draw: st.DrawFn) -> AnswerSheet:
    answers = {item.id: draw(st.none() | answers_to(item)) for item in ALL.items}
    return AnswerSheet(
        person=draw(st.from_regex(r"[A-Za-zА-яЁё]{1,20}", fullmatch=True)),
        answers={name: answer for name, answer in answers.items() if answer},
        unit=draw(texts()) or None,
        job_family=draw(texts()) or None,
        language=draw(st.sampled_from([None, "en", "lt"])),
    )


@given(sheets())
def test_a_sheet_written_as_a_row_reads_back_the_same(sheet: AnswerSheet) -> None:
    row = answer_row(sheet, ALL)
    assert parse_answer_table(Table(tuple(row), [Row(2, row)]), ALL) == [sheet]
    for name, answer in sheet.answers.items():
        assert validate_answer(ALL.item(name), answer) == []


@given(sheets())
def test_a_sheet_survives_a_csv_file(sheet: AnswerSheet) -> None:
    import csv
    import io

    row = answer_row(sheet, ALL)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerow(row)
    assert parse_answer_table(read_table(out.getvalue().encode("utf-8")), ALL) == [sheet]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.sampled_from(["1", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["best", "worst", "choice", "ratings", "ranks", "value", "text", "a"]), inner)
    ),
    max_leaves=6,
)


@given(anything, st.sampled_from(ALL.items))
def test_no_answer_from_outside_breaks_the_checks(answer: object, item: Item) -> None:
    messages = validate_answer(item, answer)
    assert set(messages) <= set(MESSAGES)
    assert not (messages and is_complete(item, answer))
