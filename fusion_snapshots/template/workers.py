"""Running one function on many jobs in processes: one that is killed costs no other job, and none outlives this one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from types import FrameType
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_MOST_TRIES = 2  # a job whose process was killed so often is the reason itself


class Workers(Generic[Job, Result]):
    """Jobs, and the processes that do them; as many at a time as there are cores."""

    def __init__(self, jobs: Iterable[Job] = ()) -> None:
        self.waiting = deque(jobs)
        self.stopped_by = 0  # the signal that asked for it
        self._running: dict[Future[Result], Job] = {}
        self._tries: Counter[Job] = Counter()
        self._most = os.cpu_count() or 1

    def stop(self, number: int, _: FrameType | None = None) -> None:
        """Begin no other job; what is under way is finished. A handler of signals."""
        self.stopped_by = self.stopped_by or number

    def run(self, function: Callable[[Job], Result]) -> Iterator[tuple[Job, Result | None]]:
        """Have all jobs done, and yield each with its result; None for a job whose process was killed each time."""
        while self._goes_on():
            with ProcessPoolExecutor(self._most, initializer=_begin_worker) as pool:
                try:
                    yield from self._run(function, pool)
                except BrokenProcessPool:
                    broken, self._running = list(self._running.values()), {}
                    self._tries.update(broken)
                    self.waiting.extend(job for job in broken if self._tries[job] < _MOST_TRIES)
                    yield from ((job, None) for job in broken if self._tries[job] >= _MOST_TRIES)

    def _goes_on(self) -> bool:
        return bool(self._running) or bool(self.waiting and not self.stopped_by)

    def _run(self, function: Callable[[Job], Result], pool: ProcessPoolExecutor) -> Iterator[tuple[Job, Result | None]]:
        """Run jobs until none is left, or the pool is broken; a job is begun only when a process is free for it."""
        while self._goes_on():
            while self.waiting and not self.stopped_by and len(self._running) < self._most:
                future = pool.submit(function, self.waiting[0])  # where the pool is broken, the job stays
                self._running[future] = self.waiting.popleft()
            for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                result = future.result()
                yield self._running.pop(future), result


def _begin_worker() -> None:
    """Leave Ctrl-C to the process that gives out the jobs, and end when it ends, however it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
