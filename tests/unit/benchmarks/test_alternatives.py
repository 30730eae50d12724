"""The benchmark of alternatives prints what every report records."""

from __future__ import annotations

from benchmarks import alternatives
from benchmarks.__main__ import available


def record(gain):
    row = {"r": 0.3 + gain, "log_loss": 0.6 - gain, "gain": gain, "gain_se": 0.01}
    intervals = {"tried": {"conformal": {"coverage": 0.9 + gain, "width": 2.0}}}
    tried = {"chosen": "stack", "tried": {"stack": row}}
    return {"challengers": tried, "calibrations": tried, "interval_methods": intervals}


def test_it_prints_means_over_companies(capsys):
    alternatives.print_records("two companies", [record(0.0), record(0.02)])
    printed = capsys.readouterr().out
    assert "challengers; chosen: stack 2" in printed
    assert "r 0.3100   gain +0.0100" in printed
    assert "coverage 0.9100   width 2.000" in printed


def test_small_companies_have_no_challengers_to_print(capsys):
    assert alternatives.main(["--companies", "1", "--staff", "60"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("chosen: not tried 1") == 3
    assert "gaussian" in printed


def test_it_says_what_is_wrong_with_its_input(capsys, tmp_path):
    assert alternatives.main(["--train", str(tmp_path / "absent.csv"), "--companies", "0"]) == 2
    assert "absent.csv" in capsys.readouterr().err


def test_it_is_listed():
    assert "alternatives" in available()
