"""make bench: Assay and what it is held against, in one run, on one memory file system.

Prints what every command took (medians) and the ratios beside the bounds that the issues set. It
judges nothing: a missed bound is a word in the table, not an exit status.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile

from build_rows import BUILD_ROWS
from diff_rows import DIFF_ROWS
from gate_rows import GATE_ROWS
from measure import MEMORY_FLOOR, Contender, Failed, available_memory
from peers import Bench
from table import Row

ROWS = BUILD_ROWS + GATE_ROWS + DIFF_ROWS

NEEDED_BYTES = 5 << 30
"""The largest row: a tree of 2 GiB, its image, and a peer's."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--assay", required=True, help="the release binary")
    parser.add_argument("--full", action="store_true", help="run the peers that take minutes too")
    parser.add_argument(
        "--as-is", action="store_true", help="do not claim memory before each run"
    )
    parser.add_argument("--runs", type=int, default=5, help="of each command (5)")
    parser.add_argument("--work", help="an empty folder to work in, rather than a tmpfs")
    parser.add_argument("rows", nargs="*", help=f"of {' '.join(row.key for row in ROWS)}; all")
    chosen = parser.parse_args()
    unknown = set(chosen.rows) - {row.key for row in ROWS}
    if unknown:
        parser.error(f"no row {' '.join(sorted(unknown))}")
    if chosen.work and os.listdir(chosen.work):
        parser.error(f"{chosen.work} is not empty, and everything in it would be removed")
    return chosen


def memory_folder() -> str:
    """A tmpfs with room, or a folder on disk and a word about it."""
    for folder in ["/dev/shm", tempfile.gettempdir()]:
        kind = subprocess.run(
            ["stat", "-f", "-c", "%T", folder], capture_output=True, text=True
        ).stdout.strip()
        room = min(shutil.disk_usage(folder).free, available_memory() - MEMORY_FLOOR)
        if kind == "tmpfs" and room >= NEEDED_BYTES:
            return folder
    print("bench: no tmpfs with 5 GiB free, so the figures hold a disk's time too")
    return tempfile.gettempdir()


def machine(binary: str) -> str:
    model = "unknown processor"
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True)
    first_line = version.stdout.splitlines()[0]
    return f"{first_line}; {os.cpu_count()} cores, {model}, Linux {platform.release()}"


def show(row: Row, bench: Bench) -> None:
    print(f"\n{row.key}  {row.title}", flush=True)
    table = row.measure(bench)
    for contender in table.contenders:
        cost = contender.cost()
        print(
            f"   {contender.name:44} {cost.cpu:8.2f} s CPU {cost.wall:8.2f} s wall"
            f" {cost.memory / 1e6:6.0f} MB   {len(contender.costs)} runs"
        )
    for ratio in table.ratios:
        print(f"   {ratio.line()}")
    for skipped in table.skipped:
        print(f"   skipped: {skipped}")


def clear(folder: str) -> None:
    """Empties the work folder: what one row made must not take memory from the next."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def main() -> int:
    chosen = arguments()
    binary = os.path.abspath(chosen.assay)
    work = chosen.work or tempfile.mkdtemp(prefix="assay-bench-", dir=memory_folder())
    bench = Bench(binary, work, chosen.full, chosen.runs)
    Contender.claims_memory = not chosen.as_is
    rows = [row for row in ROWS if not chosen.rows or row.key in chosen.rows]
    print(f"bench: {machine(binary)}")
    try:
        for row in rows:
            try:
                show(row, bench)
            finally:
                clear(work)
    except Failed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 2
    finally:
        if not chosen.work:
            shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
