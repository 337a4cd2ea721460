"""The commands that are measured."""

import dataclasses
import os
import subprocess

from measure import Contender

MIB = 1 << 20
LABEL = "BENCH"
UUID = "44444444-4444-4444-8888-888888888888"


@dataclasses.dataclass(frozen=True)
class Bench:
    """Where things lie, and how patient the user is."""

    assay: str
    work: str
    full: bool
    runs: int

    def tree(self, name: str) -> str:
        return os.path.join(self.work, name)

    def scratch(self, name: str) -> str:
        return os.path.join(self.work, f"out-{name}")


@dataclasses.dataclass(frozen=True)
class Census:
    """What a tree holds, as the script that Assay replaces counts it."""

    entries: int
    blocks: int

    @staticmethod
    def of(tree: str) -> "Census":
        entries, blocks = 0, 0
        for folder, folders, files in os.walk(tree):
            entries += 1 + len(files)
            for name in files:
                blocks += -(-os.lstat(os.path.join(folder, name)).st_size // 4096)
            entries += sum(os.path.islink(os.path.join(folder, name)) for name in folders)
        return Census(entries, blocks)

    def image_size(self) -> int:
        """make-ext4-fs.nix: two blocks an entry, 1.2 times the data, rounded up to a MiB."""
        size = 4096 * (2 * self.entries + int(self.blocks * 1.2))
        return -(-size // MIB) * MIB

    def inode_option(self) -> list[str]:
        """`-N` where mke2fs' own ratio leaves too few inodes, and the script would fail."""
        size = self.image_size()
        by_ratio = size // (4096 if size < 512 * MIB else 16384)
        return [] if by_ratio > self.entries + 64 else ["-N", str(self.entries + 2048)]


def assay(bench: Bench, tree: str, *options: str, name: str = "assay build") -> Contender:
    image = bench.scratch("assay.img")
    command = [bench.assay, "build", "--root", tree, "-o", image, *options]
    return Contender(name, [command], image, runs=bench.runs)


def golden(bench: Bench) -> list[str]:
    """What makes `assay build` take a golden in the same pass."""
    return ["--golden", bench.scratch("assay.golden"), "--force", "--allow-ci"]


def tar(bench: Bench, tree: str) -> Contender:
    archive = bench.scratch("peer.tar")
    command = ["tar", "-C", os.path.dirname(tree), "-cf", archive, os.path.basename(tree)]
    return Contender("tar -cf", [command], archive, runs=bench.runs)


def copy(bench: Bench, file: str) -> Contender:
    target = bench.scratch("peer.copy")
    return Contender("cp", [["cp", file, target]], target, runs=bench.runs)


def script(bench: Bench, tree: str, runs: int) -> Contender:
    """mkfs.ext4 -d as nixpkgs' make-ext4-fs.nix runs it, then its check. What `faked`, the
    daemon of fakeroot, takes is not waited for and so not counted: in the peer's favour."""
    image = bench.scratch("peer.img")
    census = Census.of(tree)
    make = ["faketime", "-f", "1970-01-01 00:00:01", "fakeroot", "mkfs.ext4", "-q"]
    make += [*census.inode_option(), "-L", LABEL, "-U", UUID, "-d", tree, image]
    return Contender(
        "mkfs.ext4 -d, e2fsck -fn",
        [make, ["e2fsck", "-fn", image]],
        image,
        output_size=census.image_size(),
        runs=runs,
    )


def grow(bench: Bench, name: str) -> str:
    """Makes the tree `name`, unless it stands, and returns its folder."""
    tree = bench.tree(name)
    if not os.path.isdir(tree):
        maker = os.path.join(os.path.dirname(__file__), "trees.py")
        subprocess.run(["python3", maker, name, bench.work], check=True)
    return tree
