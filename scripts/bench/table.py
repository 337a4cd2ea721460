"""What a row of the benchmark is, and the numbers that it prints."""

import dataclasses
from collections.abc import Callable

from measure import Contender
from peers import Bench

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
    return f"{value:.3g}" if value < 1 else f"{value:.{max(0, 3 - len(str(int(value))))}f}"


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
    measure: Callable[[Bench], Table]


def cpu(one: Contender, other: Contender) -> float:
    return one.cost().cpu / other.cost().cpu


def wall(one: Contender, other: Contender) -> float:
    return one.cost().wall / other.cost().wall
