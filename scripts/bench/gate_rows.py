"""The rows that measure `assay check` and `assay verify`, with the bounds of issues 3 and 4."""

import os
import shutil

import peers
from measure import Contender, compete, remove, run
from peers import Bench
from table import MIB, Ratio, Row, Table, wall

GATE_INODES = 66_000


def image_of(bench: Bench, tree_name: str, size: str | None = None) -> str:
    """Builds the image of a tree, which is then no longer needed and makes room."""
    tree = peers.grow(bench, tree_name)
    image = bench.scratch(f"{tree_name}-{size or 'small'}.img")
    sized = ["--size", size] if size else []
    run([bench.assay, "build", "--root", tree, "-o", image, "--no-check", *sized])
    shutil.rmtree(tree)
    return image


def golden_of(bench: Bench, image: str) -> str:
    golden = f"{os.path.splitext(image)[0]}.golden"
    run([bench.assay, "golden", "record", image, "-o", golden, "--allow-ci"])
    return golden


def verify(bench: Bench, image: str, name: str = "assay verify") -> Contender:
    command = [bench.assay, "verify", "--golden", golden_of(bench, image), image]
    return Contender(name, [command], runs=bench.runs)


def check_row(bench: Bench) -> Table:
    image = image_of(bench, "gate", "2G")
    check = Contender("assay check", [[bench.assay, "check", image]], runs=bench.runs)
    fsck = Contender("e2fsck -fn", [["e2fsck", "-fn", image]], runs=bench.runs)
    compete([fsck, check])
    allowed = 64 * MIB + 300 * GATE_INODES
    remove(image)
    return Table(
        [fsck, check],
        [
            Ratio("wall time, of e2fsck's", wall(check, fsck), 2),
            Ratio("memory, of 64 MiB + 300 B an inode", check.cost().memory / allowed, 1),
        ],
    )


def verify_row(bench: Bench) -> Table:
    image = image_of(bench, "gate", "2G")
    gate = verify(bench, image)
    copy = bench.scratch("copy.img")
    shutil.copyfile(image, copy)
    peer = {
        command[0]: Contender(" ".join(command[:-1]), [command], runs=bench.runs)
        for command in [
            ["sha256sum", image],
            ["cmp", image, copy],
            ["openssl", "dgst", "-sha256", image],
        ]
    }
    compete([*peer.values(), gate])
    remove(image)
    remove(copy)
    return Table(
        [*peer.values(), gate],
        [
            Ratio("wall time, of sha256sum's", wall(gate, peer["sha256sum"]), 1 / 6),
            Ratio("wall time, of cmp's", wall(gate, peer["cmp"]), 0.8),
            Ratio("wall time, of openssl dgst's", wall(gate, peer["openssl"]), 0.6),
        ],
    )


def holes_row(bench: Bench) -> Table:
    small = verify(bench, image_of(bench, "gibibyte"), "assay verify, 1 GiB")
    large = verify(bench, image_of(bench, "gibibyte", "16G"), "assay verify, 16 GiB of which 1 GiB")
    compete([small, large])
    return Table([small, large], [Ratio("wall time, of the small one's", wall(large, small), 1.5)])


GATE_ROWS = [
    Row("check", "check: an image of 2 GiB, 66,000 inodes", check_row),
    Row("verify", "verify: the same image, the whole gate", verify_row),
    Row("holes", "verify: 16 GiB that hold 1 GiB", holes_row),
]
