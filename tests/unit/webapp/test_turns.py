"""A lock that is given in the order in which it was asked for."""

from __future__ import annotations

import threading
import time

from webapp.turns import Turns

LONG = 30.0


def wait_until_waiting(turns: Turns, number: int) -> None:
    while len(turns._row) < number:
        time.sleep(0.001)


def test_it_is_given_in_the_order_asked() -> None:
    turns, order = Turns(), []

    def ask(number: int) -> None:
        assert turns.take(LONG)
        order.append(number)
        turns.give_on()

    turns.take(LONG)
    threads = []
    for number in range(8):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        wait_until_waiting(turns, number + 1)
    turns.give_on()
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_who_has_it_takes_it_again() -> None:
    turns = Turns()
    assert turns.take(0)
    assert turns.take(0)
    turns.give_on()
    refused = []
    thread = threading.Thread(target=lambda: refused.append(turns.take(0.01)))
    thread.start()
    thread.join()
    assert refused == [False], "it is held until it was given on as often as it was taken"
    turns.give_on()
    assert turns.take(0)


def test_who_gave_up_is_passed_over() -> None:
    turns = Turns()
    turns.take(LONG)
    got = []
    impatient = threading.Thread(target=lambda: got.append(turns.take(0.01)))
    impatient.start()
    impatient.join()
    patient = threading.Thread(target=lambda: got.append(turns.take(LONG)))
    patient.start()
    wait_until_waiting(turns, 1)
    turns.give_on()
    patient.join()
    assert got == [False, True]
