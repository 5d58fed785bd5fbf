"""Work in several processes, in order."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from functools import partial

import numpy as np
import pytest

from summarize.scale import limited
from summarize.workers import Crew, StartError, batches, in_order, pool, process, processes_of
from summarize.workers import crew as crews

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


def each(function, items):
    return [function(item) for item in items]


def run(function, items, processes=2, **options):
    """Do items one by one."""
    return run_batches(function, ([item] for item in items), processes, **options)


def run_batches(function, batches, processes=2, **options):
    work = partial(nullcontext, partial(each, function))
    return in_order(work, batches, processes=processes, lost=lost, **options)


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


@posix
def test_a_batch_with_which_a_process_dies_is_tried_once_more_item_by_item():
    results = list(run_batches(double, [[1, 7, 2], [3, 4]], processes=2))
    assert [result[0] for result in results] == [2, "lost", 4, 6, 8]


def spends(item):
    return os.getpid(), item


def test_a_process_that_is_spent_is_replaced(monkeypatch):
    results = list(run(spends, [1, 2, 3, 4], processes=1, spent=lambda result: result[1] == 2))
    assert [item for _, item in results] == [1, 2, 3, 4]
    by = [number for number, _ in results]
    assert by[0] == by[1] != by[2] == by[3]
    monkeypatch.setattr(process, "RENEWAL", 2)
    by = [number for number, _ in run(spends, range(4), processes=1)]
    assert by[0] == by[1] != by[2] == by[3]


@posix
def test_what_ends_a_program_ends_no_process():
    results = run(sys.exit, [3], processes=1)
    with pytest.raises(RuntimeError, match="SystemExit: 3"):
        next(results)


@contextmanager
def dies():
    os._exit(4)
    yield


@posix
def test_processes_that_cannot_begin_are_told():
    with pytest.raises(StartError, match=r"exit status 4.*__main__"):
        list(in_order(dies, [[1], [2]], processes=2, lost=lost))


def test_an_error_of_the_items_comes_behind_what_came_before():
    def items():
        yield 1
        raise OSError("the disk is gone")

    results = run(double, items())
    assert next(results)[0] == 2
    with pytest.raises(OSError, match="the disk is gone"):
        next(results)


def test_batches_are_cut_by_size_too_and_an_error_loses_none():
    def items():
        yield from ["a", "bb", "ccc", "d", "e", "f"]
        raise ValueError("torn")

    cut = batches(items(), 2, size=len, most=3)
    assert [next(cut) for _ in range(4)] == [["a", "bb"], ["ccc"], ["d", "e"], ["f"]]
    with pytest.raises(ValueError, match="torn"):
        next(cut)


@pytest.mark.parametrize("jobs", [0, True, 1.5, "all", None])
def test_jobs_that_make_no_sense(jobs):
    with pytest.raises(ValueError, match="jobs="):
        processes_of(jobs)


def test_jobs_of_any_whole_number():
    assert processes_of(np.int64(3)) == 3
    assert processes_of("auto") >= 1


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
    another, data = next(results)
    assert another != process
    assert len(data) == 64 << 20
    assert next(results) == (another, bytes(2))


@pytest.mark.parametrize(
    ("function", "message"),
    [(fails_oddly, "Unsendable: item 1"), (unsendable_result, "unsendable_result")],
)
def test_what_does_not_pickle_is_told(function, message):
    with pytest.raises(Exception, match=message):
        list(run(function, [1]))


class Unmakeable:
    def __init__(self, kind):
        self.kind = kind

    def __reduce__(self):
        return unmakeable, (self.kind,)


def unmakeable(kind):
    raise kind("it cannot be made")


@pytest.mark.parametrize("kind", [ValueError, EOFError, SystemExit])
def test_what_cannot_be_made_in_the_other_process_is_told(kind):
    with crew_of(process_and_size, processes=1) as crew:
        number, _ = crew.do(1)
        with pytest.raises(Exception, match="it cannot be made"):
            crew.do(Unmakeable(kind))
        assert crew.do(2) == (number, bytes(2))


@pytest.mark.parametrize("error", [KeyError, ConnectionError, EOFError])
def test_what_cannot_be_opened_is_told(error):
    with pytest.raises(error, match="nothing here"):
        list(in_order(partial(cannot_open, error), [[1], [2]], processes=2, lost=lost))


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


# --- A crew -------------------------------------------------------------------------------------


def crew_of(function, processes=2):
    return Crew(partial(nullcontext, partial(each, function)), processes=processes, lost=lost)


def work_or_die(item):
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return double(item)


@posix
def test_threads_share_a_crew_whose_dead_are_replaced():
    done, failed = {}, []

    def bring(items):
        for item in items:
            try:
                done[item] = crew.do(item)
            except Exception as error:
                failed.append((item, error))

    with crew_of(work_or_die) as crew:
        threads = [threading.Thread(target=bring, args=([100 + i, 5, i + 200],)) for i in range(6)]
        for thread in threads:
            thread.start()
        assert crew.do("die") == ("lost", "die", -signal.SIGKILL)
        for thread in threads:
            thread.join(60)
        os.kill(crew.do(1)[1], signal.SIGKILL)  # while nobody waits for it
        assert [crew.do(i)[0] for i in range(4)] == [0, 2, 4, 6]
    assert {item: value for item, (value, _) in done.items()} == {
        n + i: 2 * (n + i) for i in range(6) for n in (100, 200)
    }
    assert len({process for _, process in done.values()} - {os.getpid()}) >= 2
    assert [(item, type(error)) for item, error in failed] == [(5, ValueError)] * 6
    assert not multiprocessing.active_children()
    with pytest.raises(RuntimeError, match="has been closed"):
        crew.do(1)


def batch_size(items):
    if "die" in items:
        os.kill(os.getpid(), signal.SIGKILL)
    if "fail" in items:
        raise ValueError("no such thing")
    time.sleep(0.5 if "slow" in items else 0)
    return [(item, len(items)) for item in items]


@posix
def test_those_who_wait_are_served_together_and_apart_where_one_is_bad():
    found = {}

    def bring(item):
        try:
            found[item] = crew.do(item)
        except ValueError as error:
            found[item] = str(error)

    with Crew(
        partial(nullcontext, batch_size), processes=1, lost=lost, joins=lambda item: item != "alone"
    ) as crew:
        for several in (["a", "b", "c"], ["d", "alone", "e"], ["f", "die", "g"], ["h", "fail"]):
            threads = []
            for item in ["slow", *several]:  # those behind the first wait for it, in this order
                threads.append(threading.Thread(target=bring, args=(item,)))
                threads[-1].start()
                while crew._idle or len(crew._waiting) < len(threads) - 1:
                    time.sleep(0.001)
            for thread in threads:
                thread.join(60)
    died = ("lost", "die", -signal.SIGKILL)
    assert {item: found[item] for item in "abcdefgh"} == {
        **{item: (item, 3) for item in "abc"},
        **{item: (item, 1) for item in "defgh"},
    }
    assert (found["alone"], found["die"], found["fail"]) == (("alone", 1), died, "no such thing")


def runs_out(item):
    if item == "memory":
        raise MemoryError
    return os.getpid(), item


def test_a_process_of_a_crew_is_renewed_as_those_of_a_batch(monkeypatch):
    monkeypatch.setattr(process, "RENEWAL", 3)
    work = partial(nullcontext, partial(each, runs_out))
    with Crew(work, processes=1, lost=lost, spent=lambda result: result[1] == 7) as crew:
        by = [crew.do(item)[0] for item in (0, 1, 2, 3, 7, 4)]
        with pytest.raises(MemoryError):
            crew.do("memory")
        by.append(crew.do(5)[0])
        assert crew.do_all([6, 8]) == [(by[6], 6), (by[6], 8)]
    assert by[0] == by[1] == by[2] != by[3] == by[4] != by[5] != by[6]
    assert len(set(by)) == 4
    assert not multiprocessing.active_children()


def runs_out_or_counts(items):
    return [(os.getpid(), item, len(items)) for item in items]


def test_a_limited_process_that_is_spent_is_replaced():
    """It has each item alone if it writes, since several would share the limit of one."""
    work = partial(nullcontext, runs_out_or_counts)
    for alone in (False, True):
        with limited(
            work, 60, lost=lost, late=None, spent=lambda result: result[1] == 2, alone=alone
        ) as do:
            first, second, third = do([1]), do([2, 3]), do([4])
        assert [each[2] for each in (*first, *second)] == ([1, 1, 1] if alone else [1, 2, 2])
        assert first[0][0] == second[0][0] != third[0][0]
        assert (second[1][0] == third[0][0]) == alone


def dies_once(folder, item):
    mark = folder / f"{item}"
    if mark.exists() or item == "good":
        return item
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)


@posix
@pytest.mark.parametrize("of", ["a pool", "a crew"])
def test_a_process_that_was_dead_before_is_no_death_of_an_item(of, tmp_path, monkeypatch):
    """The first is killed while it is idle, the second by the item; it is done by the third."""

    def kill():
        [child] = multiprocessing.active_children()
        child.kill()
        child.join()

    work = partial(nullcontext, partial(each, partial(dies_once, tmp_path)))
    if of == "a crew":
        with Crew(work, processes=1, lost=lost) as crew:
            assert crew.do("good") == "good"
            kill()
            assert crew.do("bad") == "bad"
        return

    def items():
        yield ["good"]
        kill()
        yield ["bad"]

    monkeypatch.setattr(pool, "_AHEAD", 1)  # so that the second is asked for when the first is done
    assert list(in_order(work, items(), processes=1, lost=lost)) == ["good", "bad"]


@pytest.mark.parametrize("where", ["_await", "_others", "_serve"])
def test_an_interrupt_between_the_steps_costs_no_process(monkeypatch, where):
    """It comes when a thread has a process, or others to do, and does not work with them yet."""
    with Crew(
        partial(nullcontext, batch_size), processes=1, lost=lost, joins=lambda item: True
    ) as crew:
        crew.do("a")
        step, waits = getattr(crew, where), crews._Turn("waits")

        def interrupted(*args):
            monkeypatch.setattr(crew, where, step)
            if where == "_others":
                crew._waiting.append(waits)
            if where != "_serve":
                step(*args)
            raise KeyboardInterrupt

        monkeypatch.setattr(crew, where, interrupted)
        with pytest.raises(KeyboardInterrupt):
            crew.do("interrupted")
        if where == "_others":
            assert waits.called  # and has the process
            crew._serve([waits], waits.worker)
            assert waits.done.results == [("waits", 1)]
        assert len(crew._idle) == 1
        assert crew.do("b") == ("b", 1)


def test_an_interrupt_puts_back_who_waited(monkeypatch):
    with Crew(
        partial(nullcontext, batch_size), processes=1, lost=lost, joins=lambda item: True
    ) as crew:
        crew.do("a")
        asked = crew._asked

        def interrupted(worker, turns):
            monkeypatch.setattr(crew, "_asked", asked)
            raise KeyboardInterrupt

        monkeypatch.setattr(crew, "_asked", interrupted)
        waiting = [crews._Turn(item) for item in "xy"]
        [worker], crew._idle = crew._idle, type(crew._idle)()
        own = crews._Turn("own")
        own.others = list(waiting)
        with pytest.raises(KeyboardInterrupt):
            crew._serve([own, *waiting], worker)
        process.ended(worker)
        crew._waiting, before = type(crew._waiting)(), crew._waiting  # as if another had taken it
        crew._leave(own)
        assert not crew._waiting  # it is put back once
        crew._waiting = before
        assert [turn.item for turn in crew._waiting] == ["y"]  # the first of them has been called
        assert (waiting[0].called, waiting[0].worker) == (True, None)
        crew._waiting.clear()
        crew._serve([waiting[0]], None)
        assert waiting[0].done.results == [("x", 1)]


def test_an_interrupt_of_many_leaves_none_of_them_behind(monkeypatch):
    with crew_of(process_and_size, processes=1) as crew:
        asked = crew._asked

        def interrupted(worker, turns):
            monkeypatch.setattr(crew, "_asked", asked)
            process.ended(worker)
            raise KeyboardInterrupt

        monkeypatch.setattr(crew, "_asked", interrupted)
        with pytest.raises(KeyboardInterrupt):
            crew.do_all([1, 2, 3])
        assert not crew._waiting
        assert [size for _, size in crew.do_all([1, 2])] == [bytes(1), bytes(2)]


def test_an_interrupt_after_the_end_tells_who_waited(monkeypatch):
    crew = crew_of(double, processes=1)
    crew.do(1)

    def interrupted(worker, turns):
        crew.close()
        process.ended(worker)
        raise KeyboardInterrupt

    monkeypatch.setattr(crew, "_asked", interrupted)
    waiting = [crews._Turn(item) for item in (2, 3)]
    own = crews._Turn(1)
    own.others = list(waiting)
    with pytest.raises(KeyboardInterrupt):
        crew._serve([own, *waiting], crew._idle.popleft())
    assert all(turn.come.acquire(timeout=5) for turn in waiting)
    assert not crew._waiting


def sleeps(item):
    time.sleep(item)
    return item


def sleeps_at_five(item):
    while item == 5:
        time.sleep(60)
    return 2 * item


@pytest.mark.parametrize("joins", [True, False])
def test_an_item_of_a_crew_that_takes_too_long_is_late_and_no_other(joins):
    done = {}
    with Crew(
        partial(nullcontext, partial(each, sleeps_at_five)),
        processes=1,
        lost=lost,
        joins=lambda item: joins,
        limit=1,
        late=lambda item: ("late", item),
    ) as crew:
        threads = [
            threading.Thread(target=lambda item=item: done.update({item: crew.do(item)}))
            for item in (3, 5, 4, 6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert done == {3: 6, 4: 8, 5: ("late", 5), 6: 12}


@pytest.mark.skipif(sys.platform != "linux", reason="a fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_what_only_this_process_can_do_has_the_limit_by_a_fork(monkeypatch):
    monkeypatch.setattr(pool, "may_fork", lambda: True)  # there may be threads of others
    late = {"limit": 1, "late": lambda item: ("late", item)}
    for item, expected in ((4, 8), (5, ("late", 5))):
        items = [1, item, 2]
        results = run(sleeps_at_five, items, here=lambda each, item=item: each == item, **late)
        assert list(results) == [2, expected, 4]


def test_those_who_wait_for_a_crew_that_is_closed_are_told():
    told = []

    def bring():
        try:
            crew.do(0.0)
        except RuntimeError as error:
            told.append(str(error))

    crew = crew_of(sleeps, processes=1)
    first = threading.Thread(target=crew.do, args=(0.5,))
    first.start()
    threads = [threading.Thread(target=bring) for _ in range(2)]
    while crew._idle:
        time.sleep(0.01)
    for thread in threads:
        thread.start()
    while len(crew._waiting) < 2:
        time.sleep(0.01)
    crew.close()
    for thread in (first, *threads):
        thread.join(60)
        assert not thread.is_alive()
    assert told == ["the summarizer was closed while it worked"] * 2


@pytest.mark.parametrize(
    ("work", "error"),
    [(partial(cannot_open, KeyError), KeyError), (partial(cannot_open, SystemExit), RuntimeError)],
)
def test_a_crew_that_cannot_open_its_work_says_so_each_time(work, error):
    with Crew(work, processes=1, lost=lost) as crew:
        for _ in range(2):
            with pytest.raises(error, match="nothing here"):
                crew.do(1)


@posix
def test_a_crew_that_dies_before_it_begins_is_told():
    with Crew(dies, processes=1, lost=lost) as crew, pytest.raises(StartError, match="__main__"):
        crew.do(1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_has_a_crew_of_its_own():
    context = multiprocessing.get_context("fork")
    with crew_of(double, processes=1) as crew:
        [_, process] = crew.do(1)
        results = context.SimpleQueue()

        def child():
            results.put(crew.do(2))
            crew.close()

        forked = context.Process(target=child)
        forked.start()
        [value, other] = results.get()
        forked.join(60)
        assert (value, forked.exitcode) == (4, 0)
        assert other != process
        assert crew.do(3) == (6, process)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_the_threads_of_a_fork_that_come_at_once_share_its_own_crew(monkeypatch):
    context = multiprocessing.get_context("fork")
    with crew_of(double, processes=2) as crew:
        parents = {worker.process.pid for worker in crew._idle}
        results = context.SimpleQueue()
        start = crew._started

        def slowly():
            time.sleep(0.2)
            return start()

        def child():
            with crew:
                threads = [
                    threading.Thread(target=lambda i=i: results.put(crew.do(i))) for i in range(4)
                ]
                for thread in threads:
                    thread.start()
                    time.sleep(0.02)
                for thread in threads:
                    thread.join(60)

        monkeypatch.setattr(crew, "_started", slowly)
        forked = context.Process(target=child)
        forked.start()
        found = [results.get() for _ in range(4)]
        forked.join(60)
        assert (sorted(value for value, _ in found), forked.exitcode) == ([0, 2, 4, 6], 0)
        processes = {process for _, process in found}
        assert len(processes) <= 2
        assert not processes & parents


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_of_what_is_closed_is_closed():
    crew = crew_of(double, processes=1)
    crew.close()
    told = multiprocessing.get_context("fork").SimpleQueue()

    def child():
        try:
            crew.do(1)
        except RuntimeError as error:
            told.put(str(error))

    forked = multiprocessing.get_context("fork").Process(target=child)
    forked.start()
    forked.join(60)
    assert not told.empty()
    assert "has been closed" in told.get()
