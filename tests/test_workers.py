"""Work in several processes, in order."""

import multiprocessing
import os
import signal
import time
from contextlib import contextmanager, nullcontext
from functools import partial

import pytest

from summarize.workers import in_order

posix = pytest.mark.skipif(os.name != "posix", reason="exit codes are POSIX")


def double(item):
    if item == 5:
        raise ValueError("no fives")
    if item == 7:
        os._exit(3)
    return (2 * item, os.getpid())


def process_and_size(size):
    return os.getpid(), bytes(size)


class Unsendable(Exception):
    def __init__(self, *, item):
        super().__init__(f"item {item}")


def fails_oddly(item):
    raise Unsendable(item=item)


def unsendable_result(item):
    return lambda: item


@contextmanager
def cannot_open(error):
    raise error("nothing here")
    yield


def lost(item, exit_code):
    return ("lost", item, exit_code)


def run(function, items, processes=2, **options):
    return in_order(
        partial(nullcontext, function), items, processes=processes, lost=lost, **options
    )


def test_results_are_in_order_and_by_other_processes():
    results = list(run(double, [4, 1, 3, 2, 0, 6], here=lambda item: item == 3))
    assert [result for result, _ in results] == [8, 2, 6, 4, 0, 12]
    by = [process for _, process in results]
    assert by[2] == os.getpid()
    assert os.getpid() not in by[:2] + by[3:]
    assert len(set(by)) <= 3


def test_nothing_to_do():
    assert list(run(double, [])) == []


def test_an_error_comes_in_its_turn():
    results = run(double, [1, 2, 5, 3])
    assert [next(results)[0], next(results)[0]] == [2, 4]
    with pytest.raises(ValueError, match="no fives") as caught:
        next(results)
    assert "in double" in caught.value.__notes__[0]  # where it was, in the other process


@posix
def test_a_process_that_dies_loses_one_item():
    results = list(run(double, [1, 7, 2, 3], processes=1))
    assert [result[0] for result in results] == [2, "lost", 4, 6]
    assert results[1] == ("lost", 7, 3)


def kills(item):
    if item == 0:
        [process] = multiprocessing.active_children()
        process.kill()
        process.join()
    return item


@posix
def test_a_process_that_dies_without_an_item_loses_none():
    assert list(run(kills, [1, 0, 2], processes=1, here=lambda item: item == 0)) == [1, 0, 2]


@posix
def test_a_process_that_dies_in_the_middle_of_its_answer():
    results = run(process_and_size, [1, 64 << 20, 2], processes=1)
    process, _ = next(results)
    time.sleep(0.5)  # by now it sends more than its connection holds
    os.kill(process, signal.SIGKILL)
    assert next(results) == ("lost", 64 << 20, -signal.SIGKILL)
    assert len(next(results)[1]) == 2


@pytest.mark.parametrize(
    ("function", "message"),
    [(fails_oddly, "Unsendable: item 1"), (unsendable_result, "unsendable_result")],
)
def test_what_does_not_pickle_is_told(function, message):
    with pytest.raises(Exception, match=message):
        list(run(function, [1]))


@pytest.mark.parametrize("error", [KeyError, ConnectionError, EOFError])
def test_what_cannot_be_opened_is_told(error):
    with pytest.raises(error, match="nothing here"):
        list(in_order(partial(cannot_open, error), [1, 2], processes=2, lost=lost))


def test_no_more_is_taken_than_is_needed():
    taken = []

    def items():
        for number in range(100, 200):
            taken.append(number)
            yield number

    results = run(double, items())
    assert next(results)[0] == 200
    assert len(taken) <= 2 * 4
    results.close()
    assert len(taken) <= 2 * 4
