"""The site's clock goes with the system's and does not jump with it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from webapp.clock import SteadyClock, moved_by_file


class Machine:
    """A machine whose clock can be moved."""

    def __init__(self) -> None:
        self.running = 100.0
        self.wall = 1_800_000_000.0

    def pass_by(self, seconds: float, moved: float = 0.0) -> None:
        self.running += seconds
        self.wall += seconds + moved

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.running, boot="b")


def stamp(clock: SteadyClock) -> float:
    return clock.now().timestamp()


def test_it_follows_small_corrections() -> None:
    machine = Machine()
    clock = machine.clock()
    for _second in range(100):
        machine.pass_by(1.0, moved=0.01)
        assert stamp(clock) == pytest.approx(machine.wall)
    assert clock.jumped == 0


@pytest.mark.parametrize("moved", [3600.0, -3600.0])
def test_a_jump_of_an_hour_is_noted_and_not_followed(moved: float, caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    clock = machine.clock()
    before = stamp(clock)
    machine.pass_by(10, moved=moved)
    for _look in range(3):
        assert stamp(clock) == pytest.approx(before + 10)
    assert clock.jumped == pytest.approx(moved)
    assert len(caplog.records) == 1
    machine.pass_by(10, moved=-moved)
    assert stamp(clock) == pytest.approx(before + 20)
    assert clock.jumped == 0


def test_a_process_that_starts_after_the_jump_keeps_to_the_others() -> None:
    machine = Machine()
    first = machine.clock()
    machine.pass_by(5, moved=3600)
    second = machine.clock()
    assert stamp(second) - stamp(first) == pytest.approx(3600)
    second.keep_to(first.offset)
    assert stamp(second) == pytest.approx(stamp(first))
    assert second.jumped == pytest.approx(3600)


def test_the_new_time_is_taken_when_it_is_believed() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.pass_by(5, moved=3600)
    clock.now()
    clock.believe()
    assert stamp(clock) == pytest.approx(machine.wall)
    assert clock.jumped == 0


def test_the_true_clock_tells_the_time_in_utc() -> None:
    said = SteadyClock().now()
    assert said.tzinfo is dt.UTC
    assert abs(said - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=30)


def test_a_file_moves_the_clock_of_a_fault_test_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "moved"
    wall = moved_by_file(file)
    assert "never a real company" in caplog.text
    plain = wall()
    file.write_text("-3600\n")
    assert wall() - plain == pytest.approx(-3600, abs=30)
    file.write_text("nonsense")
    assert wall() - plain == pytest.approx(0, abs=30)
