"""The public-data benchmark, on rows that are made up here: the real file is never copied."""

from __future__ import annotations

import csv
import sys

import numpy as np
import pytest

from benchmarks import __main__ as listing
from benchmarks import siop2021
from benchmarks.siop2021_instrument import (
    BINARY,
    PERSON,
    RATINGS,
    TARGET,
    answer_sheets,
    column_pairs,
    instrument,
    read_rows,
)

PEOPLE = 90


def made_up(people, seed, criteria=True):
    """Rows as the competition writes them, whose criteria follow one of the situations."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(people):
        row = {PERSON: f"{seed}{number:05d}"}
        for name, theirs in column_pairs().items():
            low, high = (0, 9) if name.startswith("Scenario") else (1, 4)
            row[theirs] = f"{rng.integers(low, high + 1)}.0"
        for k in range(1, 10):
            best, worst = rng.choice(4, 2, replace=False) + 1
            row[f"SJ_Most_{k}"], row[f"SJ_Least_{k}"], row[f"SJ_Time_{k}"] = f"{best}.0", f"{worst}.0", "32158.0"
        if criteria:
            good = sum(row[f"SJ_Most_{k}"] == "1.0" for k in range(1, 10)) + rng.normal()
            row |= {name: f"{np.clip(round(good), 1, 5)}.0" for name in RATINGS}
            row |= {BINARY: str(int(good > 2.5)), "Retained": "1"}
        rows.append(row)
    return rows


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    rows = made_up(PEOPLE, 1)
    rows[0][TARGET] = ""
    rows[1][BINARY] = "NA"
    rows[2]["SJ_Most_3"] = rows[2]["Biodata_07"] = ""
    return write(tmp_path_factory.mktemp("siop") / "train.csv", rows)


def predict(train, other, out):
    arguments = ["--train", str(train), "--score", str(other), "--out", str(out)]
    return siop2021.main(arguments)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_predictions_for_a_file_without_criteria(train, tmp_path, capsys):
    rows = made_up(20, 2, criteria=False)
    rows[3]["PScale01_Q1"] = ""
    for column in list(rows[4])[1:60]:
        rows[4][column] = ""
    assert predict(train, write(tmp_path / "other.csv", rows), tmp_path / "p.csv") == 0
    assert "88 staff with both criteria; 2 rows without were dropped." in capsys.readouterr().out
    found = rows_of(tmp_path / "p.csv")
    assert list(found[0]) == list(siop2021.COLUMNS)
    assert [row[PERSON] for row in found] == [row[PERSON] for row in rows]
    for row in found:
        assert 1 <= float(row["lower_90"]) <= float(row["expected_rating"]) <= float(row["upper_90"]) <= 5
        assert 0 < float(row["p_top_third"]) < 1
        assert 0 < float(row["p_high_performer"]) < 1


def test_criteria_and_times_of_the_other_file_are_not_looked_at(train, tmp_path):
    rows = made_up(20, 3)
    write(tmp_path / "with.csv", rows)
    for row in rows:
        row.update(dict.fromkeys(RATINGS, "1.0"), **{f"SJ_Time_{k}": "1.0" for k in range(1, 10)})
    write(tmp_path / "other.csv", rows)
    for name in ("with", "other"):
        assert predict(train, tmp_path / f"{name}.csv", tmp_path / f"{name}.out") == 0
    assert (tmp_path / "with.out").read_bytes() == (tmp_path / "other.out").read_bytes()


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (",", "utf-16"), (",", "utf-8")]
)
def test_files_are_read_as_spreadsheets_save_them(train, tmp_path, delimiter, encoding):
    rows = made_up(5, 6, criteria=False)
    write(tmp_path / "plain.csv", rows)
    lines = [["", *rows[0]], *([str(number), *row.values()] for number, row in enumerate(rows)), []]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    (tmp_path / "saved.csv").write_bytes(text.encode(encoding))
    for name in ("plain", "saved"):
        assert predict(train, tmp_path / f"{name}.csv", tmp_path / f"{name}.out") == 0
    assert (tmp_path / "saved.out").read_bytes() == (tmp_path / "plain.out").read_bytes()


def test_the_signal_is_found(train, tmp_path):
    rows = made_up(1000, 4)  # with 200, chance alone moves r by .07
    predict(train, write(tmp_path / "other.csv", rows), tmp_path / "p.csv")
    expected = [float(row["expected_rating"]) for row in rows_of(tmp_path / "p.csv")]
    assert np.corrcoef(expected, [float(row[TARGET]) for row in rows])[0, 1] > 0.2


def test_the_table_holds_us_beside_the_peers(train, capsys):
    assert siop2021.main(["--train", str(train), "--repeats", "1", "--folds", "2"]) == 0
    printed = capsys.readouterr().out
    for name in ("makings", "ridge", "elastic net", "logistic", "boosting", "coverage 90 %", "situations"):
        assert name in printed


def test_bad_files_are_refused_and_leave_nothing(train, tmp_path, capsys):
    (tmp_path / "empty.csv").write_text("")
    twice = made_up(3, 5)
    twice[1][PERSON] = twice[0][PERSON]
    write(tmp_path / "twice.csv", twice)
    (tmp_path / "strange.csv").write_bytes("UNIQUE_ID;Имя\n1;Ы\n".encode("cp1251"))
    for name in ("empty.csv", "twice.csv", "missing.csv", "strange.csv"):
        assert predict(train, tmp_path / name, tmp_path / "p.csv") == 2
        assert not (tmp_path / "p.csv").exists()
    assert siop2021.main(["--train", str(train), "--out", "p.csv"]) == 2
    assert "both --score and --out" in capsys.readouterr().err


def test_the_instrument_holds_every_predictor(train):
    questionnaire = instrument()
    sheets = answer_sheets(read_rows(train), questionnaire)
    assert len(questionnaire.items) == 9 + 2 + 20 + 55
    assert len(sheets[5].answers) == 86
    assert "SJ_3" not in sheets[2].answers or "best" not in sheets[2].answers["SJ_3"]


def test_benchmarks_are_listed_and_run(train, capsys, monkeypatch):
    assert listing.main([]) == 0
    assert "python -m benchmarks.siop2021 --train" in capsys.readouterr().out
    assert listing.main(["nothing"]) == 2
    assert "siop2021" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["benchmarks"])
    monkeypatch.delitem(sys.modules, "benchmarks.siop2021")
    with pytest.raises(SystemExit) as ended:
        listing.main(["siop2021", "--train", str(train), "--out", "p.csv"])
    assert ended.value.code == 2
