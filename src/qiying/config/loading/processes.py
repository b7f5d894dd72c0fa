"""Work for all processors: what an iterator yields for each of many parts, made by processes of their own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import Any, TypeVar

P = TypeVar("P")
T = TypeVar("T")
_FORK = multiprocessing.get_context("fork")


@contextmanager
def in_processes(
    work: Callable[[Sequence[P]], Iterable[T]], parts: Sequence[P], processes: int
) -> Iterator[Iterator[T]]:
    """Give what the work yields for the parts, one thing a part, in their order; or raise what it raised.

    Each process takes every so many-th part and is one ahead of who takes. It inherits all that is in memory; it
    must not ask the database, whose connection stays with its parent.
    """
    pipes: list[Any] = []
    running = []
    for n in range(processes):
        taking, giving = _FORK.Pipe(duplex=False)
        worker = _FORK.Process(
            target=_give, args=(giving, [*pipes, taking], work, parts[n::processes]), daemon=True
        )
        worker.start()
        giving.close()  # with the worker's end gone too, whoever takes is told
        pipes.append(taking)
        running.append(worker)
    try:
        yield (_taken(pipe) for _, pipe in zip(parts, cycle(pipes), strict=False))
    finally:
        for pipe, worker in zip(pipes, running, strict=True):
            pipe.close()
            worker.terminate()
            worker.join()


def _give(
    pipe: Any, inherited: Sequence[Any], work: Callable[[Sequence[P]], Iterable[Any]], parts: Sequence[P]
) -> None:
    for end in inherited:  # else a worker whose parent was killed would wait for ever, its connection open
        end.close()
    os.nice(5)  # who takes is waited for at the end, so a processor is his first
    try:
        for found in work(parts):
            pipe.send((found, None))
    except BrokenPipeError:
        pass  # nobody takes any more
    except Exception as failed:
        pipe.send((None, failed))


def _taken(pipe: Any) -> Any:
    found, failed = pipe.recv()
    if failed is not None:
        raise failed
    return found
