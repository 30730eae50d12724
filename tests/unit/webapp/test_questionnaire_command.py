"""`makings questionnaire check FILE`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.questionnaires.samples_folder import NAMES, SAMPLES, sample_text
from webapp.commands.questionnaire import questionnaire


def run(path: Path) -> Result:
    return CliRunner().invoke(questionnaire, ["check", str(path)])


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_passes(name: str) -> None:
    result = run(SAMPLES / f"{name}.yaml")
    assert result.exit_code == 0
    assert f"{name} " in result.output
    assert "no faults" in result.output


def test_figures_and_advice_are_printed() -> None:
    output = run(SAMPLES / "best-worst.yaml").output
    lines = output.splitlines()
    assert lines[0] == "best-worst 1.2.0: no faults; 1 items, 0 for practice, form A: 1"
    rows = [line.split()[:2] for line in lines if line.strip().startswith("A ")]
    assert rows == [["A", "en"], ["A", "ru"], ["A", "lt"]]
    assert "form A, place of the best option in the file: 1: 1" in lines
    assert "note: the key: no panel has judged the options, and every report will say so" in lines
    assert lines[-1] == "0 pieces of advice."


def test_faults_are_printed_with_their_line_and_end_with_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(sample_text("pick-one").replace("mean: 4", "mean: 40").replace("pick_one", "pick"), "utf-8")
    result = run(path)
    assert result.exit_code == 1
    first, second, last = result.output.splitlines()
    assert first.startswith(f'{path}:10: items[0].format: "pick" is not one of: best_worst')
    assert second == f"{path}:14: items[0].options[0].key.mean: 40 is above 5, the most allowed"
    assert last == "2 to mend. The format is described in docs/questionnaire-format.md."


def test_advice_alone_is_no_fault() -> None:
    result = run(SAMPLES / "likert.yaml")
    assert result.exit_code == 0
    assert "advice: l2: the ends of the scale have no labels in en" in result.output
    assert result.output.endswith("1 piece of advice.\n")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run(tmp_path / "none.yaml")
    assert result.exit_code == 2
    assert "does not exist" in result.output
