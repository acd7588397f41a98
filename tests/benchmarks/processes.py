"""What processes take of the machine, read from Linux's /proc."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
TICKS = os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """The processes that it started, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text("ascii").split()):
            found += [child, *descendants(child)]
    return found


def resident_mb(pid: int) -> float:
    """Memory in use, MiB; 0 for a process that has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE_MB
    except FileNotFoundError:
        return 0.0


def cpu_seconds(pid: int) -> float:
    """Of user and system together; 0 for a process that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def stolen_seconds() -> float:
    """What the host of a virtual machine gave to others while this one wanted to run, all cores together."""
    return int(Path("/proc/stat").read_text("ascii").split(maxsplit=9)[8]) / TICKS


@dataclass(frozen=True, slots=True)
class Usage:
    """What groups of processes had taken at a moment."""

    groups: Mapping[str, Sequence[int]]
    before: Mapping[str, float]
    stolen: float

    @classmethod
    def now(cls, groups: Mapping[str, Sequence[int]]) -> "Usage":
        return cls(groups, {name: sum(map(cpu_seconds, pids)) for name, pids in groups.items()}, stolen_seconds())

    def percent(self, seconds: float) -> str:
        """Since then, of one core; and what the machine itself was denied."""
        taken = {name: sum(map(cpu_seconds, pids)) - self.before[name] for name, pids in self.groups.items()}
        taken["stolen by the host"] = stolen_seconds() - self.stolen
        return ", ".join(f"{name} {100 * busy / seconds:.0f}" for name, busy in taken.items())
