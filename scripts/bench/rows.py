"""The rows of the benchmark: what is measured against what, and the bound of issue 2 beside it."""

import dataclasses
from collections.abc import Callable

import peers
from measure import Contender, compete
from peers import Bench, Census

MIB = 1 << 20


@dataclasses.dataclass(frozen=True)
class Ratio:
    """A number that was found, and the bound that it is to keep."""

    what: str
    value: float
    bound: float

    def line(self) -> str:
        word = "pass" if self.value <= self.bound else "FAIL"
        return f"{self.what:44} {digits(self.value):>8}   at most {digits(self.bound):>6}   {word}"


def digits(value: float) -> str:
    """Three significant digits."""
    return f"{value:.{max(0, 3 - len(str(int(value))))}f}" if value >= 1 else f"{value:.3g}"


@dataclasses.dataclass
class Table:
    """What one row prints."""

    contenders: list[Contender]
    ratios: list[Ratio]
    skipped: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Row:
    key: str
    title: str
    trees: list[str]
    measure: Callable[[Bench], Table]


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
        digest = peers.assay(
            bench, tree, "--no-check", "--digest", name="assay build --no-check --digest"
        )
        contenders = [tar, plain, digest, checked]
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
            ratios.append(Ratio("CPU, with digests, of tar's", cpu(digest, tar), bounds.golden_cpu))
        ratios.append(memory(plain, tree))
        if script is None:
            return Table(contenders, ratios, [f"mkfs.ext4 -d ({SLOW})"])
        ratios.append(Ratio("CPU, check included, of the script's", cpu(checked, script), bounds.script_cpu))
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


def cpu(one: Contender, other: Contender) -> float:
    return one.cost().cpu / other.cost().cpu


def wall(one: Contender, other: Contender) -> float:
    return one.cost().wall / other.cost().wall


def memory(build: Contender, tree: str, what: str = "memory, of 32 MiB + 320 B an entry") -> Ratio:
    allowed = 32 * MIB + 320 * Census.of(tree).entries
    return Ratio(what, build.cost().memory / allowed, 1)


SMALL_FILES = TreeBounds(script_cpu=1 / 2, tar_cpu=1.2, tar_wall=0.8, golden_cpu=2)
MANY_NAMES = TreeBounds(script_cpu=1 / 20, tar_cpu=1.2, tar_wall=0.8, golden_cpu=2)
BIG_FILES = TreeBounds(script_cpu=1 / 3, tar_cpu=0.95, tar_wall=0.6)

ROWS = [
    Row("a", "60,000 files, 840 MB", ["many-files"],
        against_tar_and_script("many-files", SMALL_FILES, script_runs=3, slow=False)),
    Row("b", "64,000 files, 580 MB, 18,000 of them in one directory", ["big-directory"],
        against_tar_and_script("big-directory", MANY_NAMES, script_runs=1, slow=False)),
    Row("c", "a /nix/store of 30,000 names, 300 MB", ["nix-store"],
        against_tar_and_script("nix-store", MANY_NAMES, script_runs=1, slow=True)),
    Row("d", "1,700 files, 1.9 GB", ["big-files"],
        against_tar_and_script("big-files", BIG_FILES, script_runs=3, slow=False)),
    Row("e", "empty files in one directory, 60,000 to 1,000,000",
        ["empty-60000", "empty-250000", "empty-1000000"], empty_directory),
    Row("f", "one file of 2 GiB", ["one-file"], one_file),
    Row("g", "one sparse file of 64 GiB with 1 MiB of data", ["sparse-file"], sparse_file),
]
