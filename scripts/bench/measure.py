"""Runs commands and says what they cost: CPU seconds first, since they bear a loaded machine."""

import dataclasses
import mmap
import os
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from typing import ClassVar

MEMORY_FLOOR = 2 << 30
"""A command that leaves the machine less than this is ended: on a tmpfs, one that writes out
64 GiB of hole would take every other process with it."""

WORKING_SET = 3 << 30
"""More than a command of any row takes."""

MADV_POPULATE_WRITE = 23
"""asm-generic/mman-common.h, Linux 5.14; Python's own module has no name for it."""


@dataclasses.dataclass(frozen=True)
class Cost:
    """What one run, or the median run, took."""

    cpu: float
    """User and system seconds of the command and of every child that it waited for."""
    wall: float
    """Seconds from start to end."""
    memory: int
    """The largest resident set of one process, in bytes."""


@dataclasses.dataclass
class Contender:
    """One way to do the work of a row."""

    name: str
    commands: list[list[str]]
    """Run one after the other; their costs add up."""
    output: str | None = None
    """Removed after each run; before it, made `output_size` bytes of hole if that is given."""
    output_size: int | None = None
    runs: int = 5
    costs: list[Cost] = dataclasses.field(default_factory=list)

    claims_memory: ClassVar[bool] = True
    """Whether `claim_memory` comes before each run."""

    def cost(self) -> Cost:
        """The median of each measure, which may come from different runs."""
        return Cost(
            statistics.median(cost.cpu for cost in self.costs),
            statistics.median(cost.wall for cost in self.costs),
            int(statistics.median(cost.memory for cost in self.costs)),
        )

    def run_once(self) -> None:
        if self.output and self.output_size is not None:
            with open(self.output, "wb") as image:
                image.truncate(self.output_size)
        if self.claims_memory:
            claim_memory()
        try:
            steps = [run(command) for command in self.commands]
        finally:
            if self.output:
                remove(self.output)
        self.costs.append(
            Cost(
                sum(step.cpu for step in steps),
                sum(step.wall for step in steps),
                max(step.memory for step in steps),
            )
        )


class Failed(Exception):
    """A command that had to work did not."""


def remove(path: str) -> None:
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


def run(command: list[str]) -> Cost:
    """Runs `command`, its output kept from the terminal, and returns its cost."""
    with tempfile.NamedTemporaryFile("r") as peak:
        # GNU time starts the command from a process that is small. From this one the kernel would
        # count what Python held before the child became the command.
        timed = ["/usr/bin/time", "-q", "-o", peak.name, "-f", "%M", *command]
        cpu, wall = wait_for(timed)
        return Cost(cpu, wall, int(peak.read()) * 1024)


def wait_for(command: list[str]) -> tuple[float, float]:
    """CPU and wall seconds of a command that must succeed."""
    start = time.monotonic()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        ended = threading.Event()
        guard = threading.Thread(target=guard_memory, args=(process.pid, ended))
        guard.start()
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        ended.set()
        guard.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        text = complaint.decode(errors="replace").strip()[-2000:]
        raise Failed(f"status {process.returncode} from: {' '.join(command)}\n{text}")
    return usage.ru_utime + usage.ru_stime, wall


def available_memory() -> int:
    """Bytes that can be had without swapping, as the kernel reckons."""
    with open("/proc/meminfo") as info:
        for line in info:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 0


def claim_memory() -> None:
    """Takes as much memory as a run needs, and lets go of it.

    A virtual machine that gave free memory back to its host gets it again at many times the price,
    and whoever happens to ask first pays: of the same command, some runs took four times as long as
    others. So this asks, before each run and for everybody.
    """
    size = min(WORKING_SET, available_memory() // 2)
    # Where the kernel cannot or will not, the figures hold the host's time, too.
    with suppress(OSError, ValueError):
        with mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
            with suppress(OSError):
                memory.madvise(mmap.MADV_HUGEPAGE)
            memory.madvise(MADV_POPULATE_WRITE)


def guard_memory(group: int, ended: threading.Event) -> None:
    """Kills the process group when it runs the machine out of memory."""
    while not ended.wait(0.02):
        if available_memory() < MEMORY_FLOOR:
            os.killpg(group, signal.SIGKILL)
            return


def compete(contenders: list[Contender]) -> None:
    """Runs them in turns, so that a change in the machine's mood meets all of them alike."""
    for turn in range(max(contender.runs for contender in contenders)):
        for contender in contenders:
            if turn < contender.runs:
                contender.run_once()
