"""What bin/bench prints, and what it writes as JSON."""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.chats import Talk
from bench.mails import MailFigure
from bench.measure import Figure
from bench.sockets import Room


@dataclass
class Report:
    tickets: int
    fill_seconds: float
    rows: list[Figure] = field(default_factory=list)
    mails: list[MailFigure] = field(default_factory=list)
    idle_memory_mib: dict[str, float] = field(default_factory=dict)
    busy_memory_mib: dict[str, float] = field(default_factory=dict)
    talk: Talk | None = None
    room: Room | None = None

    def as_json(self) -> dict[str, Any]:
        machine = {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.platform(),
        }
        return {**asdict(self), "machine": machine}

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(self.as_json(), indent=1) + "\n")

    def text(self) -> str:
        parts = (self.table(), self.mail_lines(), self.memory_lines(), self.live_lines())
        return "\n\n".join("\n".join(part) for part in parts if part)

    def table(self) -> list[str]:
        names = ("p50 ms", "p95 ms", "CPU ms", "worker", "queries", "bytes", "floor", "x floor")
        head = f"{'':32}" + "".join(f"{name:>{10 if name == 'bytes' else 9}}" for name in names)
        lines = [
            f"{self.tickets:,} tickets"
            + (f", filled in {self.fill_seconds:.0f} s" if self.fill_seconds else ""),
            head,
        ]
        for row in self.rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.1f}"
            floor = "" if row.floor_cpu_ms is None else f"{row.floor_cpu_ms:.1f}"
            lines.append(
                f"{row.name:32}{row.p50_ms:9.1f}{row.p95_ms:9.1f}{row.cpu_ms:9.1f}{row.worker_cpu_ms:9.1f}"
                f"{row.queries:9}{row.bytes:10,}{floor:>9}{ratio:>9}"
            )
        return lines

    def mail_lines(self) -> list[str]:
        head = f"{'mails a second':32}{'accepted':>9}{'ticketed':>9}{'CPU ms':>9}{'mails':>9}"
        rows = []
        for row in self.mails:
            speeds = f"{row.accepted_per_second:9.1f}{row.ticketed_per_second:9.1f}{row.cpu_ms:9.1f}"
            rows.append(f"{row.name:32}{speeds}{row.count:9}")
        return [head, *rows]

    def memory_lines(self) -> list[str]:
        head = f"{'PSS MiB':32}{'idle':>9}{'after':>9}"
        names = [*self.idle_memory_mib]
        rows = [
            f"{name:32}{self.idle_memory_mib[name]:9.0f}{self.busy_memory_mib.get(name, 0):9.0f}"
            for name in names
        ]
        total = (
            f"{'all':32}{sum(self.idle_memory_mib.values()):9.0f}{sum(self.busy_memory_mib.values()):9.0f}"
        )
        return [head, *rows, total]

    def live_lines(self) -> list[str]:
        """Chats and sockets: from one end's request until the other end's socket has it."""
        lines = [f"{'live, ms':32}{'p50':>9}{'p95':>9}{'last':>9}"]
        if talk := self.talk:
            rate = f"  {talk.lines_per_second:.1f} lines/s, {talk.cpu_ms_a_line:.0f} CPU ms a line, {talk.lost} lost"
            name = f"line to agent, {talk.pairs} chats"
            lines.append(
                f"{name:32}{talk.to_agent_p50_ms:9.0f}{talk.to_agent_p95_ms:9.0f}{talk.to_agent_last_ms:9.0f}{rate}"
            )
            name = f"line to visitor, {talk.pairs} chats"
            lines.append(
                f"{name:32}{talk.to_visitor_p50_ms:9.0f}{talk.to_visitor_p95_ms:9.0f}{talk.to_visitor_last_ms:9.0f}"
            )
        if room := self.room:
            heard = f"  {room.heard} of {room.changes * room.desks} heard"
            name = f"change to {room.desks} desks"
            lines.append(
                f"{name:32}{room.change_p50_ms:9.0f}{room.change_p95_ms:9.0f}{room.change_last_ms:9.0f}{heard}"
            )
            lines.append(
                f"{room.desks} desks: connected in {room.connect_all_ms / 1000:.1f} s; after kill -9 of web"
                f" it answered in {room.storm_server_back_ms / 1000:.1f} s, all were back"
                f" {room.storm_settled_ms / 1000:.1f} s later"
            )
        return lines if len(lines) > 1 else []
