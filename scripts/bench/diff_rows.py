"""The rows that measure `assay diff`, with the bounds of issue 5."""

import shutil

import peers
from gate_rows import GATE_INODES, image_of
from measure import Contender, compete, remove, run
from peers import Bench
from table import MIB, Ratio, Row, Table, wall


def differing(bench: Bench, name: str, command: str) -> Contender:
    """A command that ends with status 1, since the images differ."""
    return Contender(name, [["sh", "-c", f"{command}; test $? = 1"]], runs=bench.runs)


def diff_row(bench: Bench) -> Table:
    """Every time stamp of every inode differs: some 4,100 blocks of the inode tables."""
    tree = peers.grow(bench, "gate")
    images = [bench.scratch(f"{name}.img") for name in ("one", "other")]
    for epoch, image in enumerate(images, start=1):
        build = [bench.assay, "build", "--root", tree, "-o", image, "--no-check", "--size", "2G"]
        run([*build, "--epoch", str(epoch)])
    shutil.rmtree(tree)
    pair = " ".join(images)
    # `cmp -l` ends with status 1, and the pipe with that of tail.
    bytewise = Contender(
        "cmp -l A B | tail -n 1", [["sh", "-c", f"cmp -l {pair} | tail -n 1"]], runs=bench.runs
    )
    diff = differing(bench, "assay diff", f"{bench.assay} diff {pair}")
    compete([bytewise, diff])
    for image in images:
        remove(image)
    allowed = 64 * MIB + 600 * GATE_INODES
    return Table(
        [bytewise, diff],
        [
            Ratio("wall time, of cmp -l's", wall(diff, bytewise), 1.5),
            Ratio("wall time, seconds", diff.cost().wall, 1),
            Ratio("memory, of 64 MiB + 300 B an inode", diff.cost().memory / allowed, 1),
        ],
    )


def same_row(bench: Bench) -> Table:
    image = image_of(bench, "gate", "2G")
    copy = bench.scratch("copy.img")
    shutil.copyfile(image, copy)
    compare = Contender("cmp", [["cmp", image, copy]], runs=bench.runs)
    diff = Contender("assay diff", [[bench.assay, "diff", image, copy]], runs=bench.runs)
    compete([compare, diff])
    remove(image)
    remove(copy)
    return Table([compare, diff], [Ratio("wall time, of cmp's", wall(diff, compare), 1.2)])


def diffoscope_row(bench: Bench) -> Table:
    """Two images of 64 MiB that differ in one byte of a file."""
    images = [bench.scratch(f"{name}.img") for name in ("one", "other")]
    script = (
        "mkdir t && head -c 8M /dev/urandom > t/file"
        f" && mke2fs -q -F -t ext4 -d t {images[0]} 64M && cp {images[0]} {images[1]}"
        f" && place=$(debugfs -R 'blocks /file' {images[0]} | cut -d' ' -f1)"
        f" && printf x | dd of={images[1]} bs=4096 seek=$place conv=notrunc"
    )
    run(["sh", "-c", f"cd {bench.work} && {script}"])
    pair = " ".join(images)
    diff = differing(bench, "assay diff", f"{bench.assay} diff {pair}")
    contenders = [diff]
    if not bench.full or not shutil.which("diffoscope"):
        compete(contenders)
        return Table(contenders, [], ["diffoscope (takes minutes; FULL=1 runs it once)"])
    scope = differing(bench, "diffoscope", f"diffoscope --text /dev/null {pair}")
    scope.runs = 1
    compete([diff, scope])
    return Table([diff, scope], [Ratio("wall time, of diffoscope's", wall(diff, scope), 1 / 200)])


DIFF_ROWS = [
    Row("diff", "diff: 2 GiB, 66,000 inodes, every time stamp differs", diff_row),
    Row("same", "diff: the same image twice", same_row),
    Row("diffoscope", "diff: 64 MiB that differ in one byte", diffoscope_row),
]
