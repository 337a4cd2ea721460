"""Makes the trees that are measured: the same names, sizes and bytes every time, from nothing.

Run as a program (`trees.py NAME FOLDER`) it makes one tree: a process of its own, so that a list
of a million names never stands in the memory of the process that measures.
"""

import hashlib
import os
import sys

MIB = 1 << 20
GIB = 1 << 30
EPOCH_NS = 1_600_000_000 * 10**9


class Noise:
    """Bytes that do not compress and hold no block of zeros, and numbers: a function of the seed."""

    def __init__(self, seed: str):
        self._block = hashlib.shake_256(seed.encode()).digest(MIB)
        self._state = int.from_bytes(self._block[:8], "little") | 1

    def number(self, below: int) -> int:
        """The next number of a linear congruential sequence (Knuth's MMIX constants)."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % below

    def chunks(self, start: int, size: int):
        """`size` bytes of the noise from `start` on, over and over."""
        start %= MIB
        while size > 0:
            chunk = self._block[start : start + size]
            yield chunk
            size -= len(chunk)
            start = 0


class Grower:
    """Fills one folder. Every size is known before the first file is written."""

    def __init__(self, root: str):
        self.root = root
        self.noise = Noise(os.path.basename(root))
        self._count = 0

    def folder(self, path: str) -> str:
        full = os.path.join(self.root, path)
        os.makedirs(full, exist_ok=True)
        return full

    def file(self, path: str, size: int) -> None:
        self._count += 1
        with open(path, "wb", buffering=0) as out:
            for chunk in self.noise.chunks(self._count * 4099, size):
                out.write(chunk)

    def sizes(self, count: int, total: int, spread: int) -> list[int]:
        """`count` sizes that add up to `total`, the largest 2**spread times the smallest."""
        weights = [2 ** (self.noise.number(spread * 16) / 16) for _ in range(count)]
        scale = total / sum(weights)
        return [int(weight * scale) for weight in weights]

    def spread_out(self, sizes: list[int], per_folder: int = 100) -> None:
        """Files three levels deep, `per_folder` in each folder, as sources and packages lie."""
        for index, size in enumerate(sizes):
            leaf = index // per_folder
            if index % per_folder == 0:
                here = self.folder(f"usr/part-{leaf // 25:02}/package-{leaf:04}")
            self.file(f"{here}/file-{index:06}.dat", size)


def many_files(grow: Grower) -> None:
    """60,000 files, 840 MB."""
    grow.spread_out(grow.sizes(60_000, 840_000_000, spread=8))


def big_directory(grow: Grower) -> None:
    """64,000 files, 580 MB, 18,000 of them in one directory."""
    sizes = grow.sizes(64_000, 580_000_000, spread=8)
    here = grow.folder("var/lib/objects")
    for index, size in enumerate(sizes[:18_000]):
        grow.file(f"{here}/object-{index:06}-with-a-usual-name.bin", size)
    grow.spread_out(sizes[18_000:])


def nix_store(grow: Grower) -> None:
    """A /nix/store of 30,000 names: single files, and packages of a program and a link."""
    store = grow.folder("nix/store")
    sizes = grow.sizes(30_000, 300_000_000, spread=8)
    for index, size in enumerate(sizes):
        base32 = hashlib.sha256(b"%d" % index).hexdigest()[:32]
        path = f"{store}/{base32}-package-{index % 977}-1.{index % 40}"
        if index % 3:
            grow.file(path, size)
            continue
        os.makedirs(f"{path}/bin")
        grow.file(f"{path}/bin/program", size)
        os.symlink("program", f"{path}/bin/alias")


def big_files(grow: Grower) -> None:
    """1,700 files, 1.9 GB."""
    grow.spread_out(grow.sizes(1_700, 1_900_000_000, spread=8))


def gate(grow: Grower) -> None:
    """66,000 files, 1.7 GB: with what ext4 adds, an image of 2 GiB."""
    grow.spread_out(grow.sizes(66_000, 1_700_000_000, spread=8))


def gibibyte(grow: Grower) -> None:
    """1 GiB in 400 files."""
    grow.spread_out(grow.sizes(400, GIB, spread=8))


def empty_files(count: int):
    def make(grow: Grower) -> None:
        here = grow.folder("empty")
        for index in range(count):
            os.close(os.open(f"{here}/file-{index:07}", os.O_WRONLY | os.O_CREAT, 0o644))

    make.__doc__ = f"{count:,} empty files in one directory."
    return make


def one_file(grow: Grower) -> None:
    """One file of 2 GiB."""
    grow.file(os.path.join(grow.folder("."), "big.bin"), 2 * GIB)


def sparse_file(grow: Grower) -> None:
    """One file of 64 GiB, a hole but for 1 MiB in its middle."""
    path = os.path.join(grow.folder("."), "sparse.bin")
    with open(path, "wb", buffering=0) as out:
        out.truncate(64 * GIB)
        out.seek(32 * GIB)
        for chunk in grow.noise.chunks(0, MIB):
            out.write(chunk)


TREES = {
    "many-files": many_files,
    "big-directory": big_directory,
    "nix-store": nix_store,
    "big-files": big_files,
    "empty-60000": empty_files(60_000),
    "empty-250000": empty_files(250_000),
    "empty-1000000": empty_files(1_000_000),
    "one-file": one_file,
    "gate": gate,
    "gibibyte": gibibyte,
    "sparse-file": sparse_file,
}


if __name__ == "__main__":
    name, folder = sys.argv[1:]
    TREES[name](Grower(os.path.join(folder, name)))
