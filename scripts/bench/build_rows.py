"""The rows that measure `assay build`, with the bounds of issue 2."""

import dataclasses

import peers
from measure import Contender, compete
from peers import Bench, Census
from table import MIB, Ratio, Row, Table, cpu, wall


@dataclasses.dataclass(frozen=True)
class TreeBounds:
    """What issue 2 asks of a tree: Assay's cost as a part of the peer's."""

    script_cpu: float
    tar_cpu: float
    tar_wall: float
    golden_cpu: float | None = None


def against_tar_and_script(name: str, bounds: TreeBounds, script_runs: int, slow: bool):
    def measure(bench: Bench) -> Table:
        tree = peers.grow(bench, name)
        tar = peers.tar(bench, tree)
        plain = peers.assay(bench, tree, "--no-check", name="assay build --no-check")
        checked = peers.assay(bench, tree)
        golden = peers.assay(
            bench, tree, "--no-check", *peers.golden(bench), name="assay build --no-check --golden"
        )
        contenders = [tar, plain, golden, checked]
        script = None
        if bench.full or not slow:
            script = peers.script(bench, tree, runs=script_runs)
            contenders.append(script)
        compete(contenders)

        ratios = [
            Ratio("CPU, without check, of tar's", cpu(plain, tar), bounds.tar_cpu),
            Ratio("wall time, without check, of tar's", wall(plain, tar), bounds.tar_wall),
        ]
        if bounds.golden_cpu is not None:
            ratios.append(Ratio("CPU, with a golden, of tar's", cpu(golden, tar), bounds.golden_cpu))
        ratios.append(memory(plain, tree))
        ratios.append(memory(golden, tree, "memory, with a golden, of as much"))
        if script is None:
            return Table(contenders, ratios, [f"mkfs.ext4 -d ({SLOW})"])
        ratios.append(
            Ratio("CPU, check included, of the script's", cpu(checked, script), bounds.script_cpu)
        )
        return Table(contenders, ratios)

    return measure


SLOW = "takes minutes; FULL=1 runs it once"


def empty_directory(bench: Bench) -> Table:
    """One directory of 60,000 empty files, and how the cost of a file grows with their number."""
    counts = [60_000, 250_000, 1_000_000]
    builds, ratios, skipped = [], [], [f"mkfs.ext4 -d ({SLOW})"]
    for count in counts:
        tree = peers.grow(bench, f"empty-{count}")
        builds.append(peers.assay(bench, tree, "--no-check", name=f"assay build, {count:,} files"))
        compete(builds[-1:])
        ratios.append(memory(builds[-1], tree, f"memory, {count:,} files"))
    for count, build in zip(counts[1:], builds[1:]):
        per_file = cpu(build, builds[0]) * counts[0] / count
        ratios.append(Ratio(f"CPU a file, {count:,} against 60,000", per_file, 1.25))
    if bench.full:
        script = peers.script(bench, bench.tree("empty-60000"), runs=1)
        compete([script])
        builds.append(script)
        ratios.append(Ratio("CPU, of the script's", cpu(builds[0], script), 1 / 200))
        skipped = []
    return Table(builds, ratios, skipped)


def one_file(bench: Bench) -> Table:
    tree = peers.grow(bench, "one-file")
    copy = peers.copy(bench, f"{tree}/big.bin")
    build = peers.assay(bench, tree, "--no-check", name="assay build --no-check")
    compete([copy, build])
    return Table(
        [copy, build],
        [
            Ratio("CPU, of cp's", cpu(build, copy), 1.3),
            Ratio("wall time, of cp's", wall(build, copy), 1.3),
        ],
    )


def sparse_file(bench: Bench) -> Table:
    tree = peers.grow(bench, "sparse-file")
    build = peers.assay(bench, tree, "--no-check", name="assay build --no-check")
    compete([build])
    return Table([build], [Ratio("wall time, milliseconds", build.cost().wall * 1000, 100)])


def memory(build: Contender, tree: str, what: str = "memory, of 32 MiB + 320 B an entry") -> Ratio:
    allowed = 32 * MIB + 320 * Census.of(tree).entries
    return Ratio(what, build.cost().memory / allowed, 1)


SMALL_FILES = TreeBounds(script_cpu=1 / 2, tar_cpu=1.2, tar_wall=0.8, golden_cpu=2)
MANY_NAMES = TreeBounds(script_cpu=1 / 20, tar_cpu=1.2, tar_wall=0.8, golden_cpu=2)
BIG_FILES = TreeBounds(script_cpu=1 / 3, tar_cpu=0.95, tar_wall=0.6)

BUILD_ROWS = [
    Row(
        "a",
        "60,000 files, 840 MB",
        against_tar_and_script("many-files", SMALL_FILES, script_runs=3, slow=False),
    ),
    Row(
        "b",
        "64,000 files, 580 MB, 18,000 of them in one directory",
        against_tar_and_script("big-directory", MANY_NAMES, script_runs=1, slow=False),
    ),
    Row(
        "c",
        "a /nix/store of 30,000 names, 300 MB",
        against_tar_and_script("nix-store", MANY_NAMES, script_runs=1, slow=True),
    ),
    Row(
        "d",
        "1,700 files, 1.9 GB",
        against_tar_and_script("big-files", BIG_FILES, script_runs=3, slow=False),
    ),
    Row("e", "empty files in one directory, 60,000 to 1,000,000", empty_directory),
    Row("f", "one file of 2 GiB", one_file),
    Row("g", "one sparse file of 64 GiB with 1 MiB of data", sparse_file),
]
