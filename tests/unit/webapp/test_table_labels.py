"""Cells of a table carry the names of their columns."""

from __future__ import annotations

from markupsafe import Markup

from webapp.table_labels import with_labels

COLUMNS = ["Unit", ("Raters", "num"), Markup('Said "so"'), ""]


def test_each_plain_cell_is_labelled_and_rows_begin_anew() -> None:
    row = '<tr><th scope="row">A</th><td class="num">3</td><td>x</td><td>y</td></tr>'
    labelled = str(with_labels(row + "\n" + row, COLUMNS))
    assert labelled.count('<th scope="row">A</th>') == 2
    assert labelled.count('<td class="num" data-label="Raters">3</td>') == 2
    assert labelled.count('<td data-label="Said &#34;so&#34;">x</td>') == 2
    assert labelled.count("<td>y</td>") == 2, "a column without a name gives none"


def test_a_wide_cell_takes_the_name_of_its_first_column() -> None:
    labelled = str(with_labels('<tr><th>A</th><td colspan="2">none</td><td>y</td></tr>', [*COLUMNS[:3], "Last"]))
    assert '<td colspan="2" data-label="Raters">none</td>' in labelled
    assert '<td data-label="Last">y</td>' in labelled


def test_a_line_over_a_group_has_no_label_and_words_stay_words() -> None:
    group = '<tr class="group"><td colspan="4"><b>Tie</b></td></tr>'
    assert str(with_labels(group, COLUMNS)) == group
    said = "<tr><th>&lt;td&gt;</th></tr>"
    assert str(with_labels(said, COLUMNS)) == said
