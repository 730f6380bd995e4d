"""What processes use, from /proc: CPU time of a tree, and the memory that is really its own (PSS)."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def stat_of(pid: int) -> list[str]:
    """Fields of /proc/<pid>/stat after the name; [1] is the parent, [11:15] the times."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def family(roots: list[int]) -> list[int]:
    """The processes and all that descend from them."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parents[int(folder.name)] = int(stat_of(int(folder.name))[1])
            except (OSError, IndexError):
                continue
    found = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def cpu_ms(roots: list[int]) -> float:
    """CPU time of the trees so far, of children that have ended and been waited for too."""
    total = 0
    for pid in family(roots):
        try:
            total += sum(int(field) for field in stat_of(pid)[11:15])
        except (OSError, IndexError):
            continue
    return total * 1000 / TICKS


def pss_mib(roots: list[int]) -> float:
    """Proportional set size of the trees: shared pages counted by share, so that sums are right."""
    total = 0
    for pid in family(roots):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
