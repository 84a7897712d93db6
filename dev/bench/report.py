"""What was measured, against what budgets.md allows: a table for people, JSON for machines, the page of docs/."""

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "mesures.md"


@dataclass(frozen=True)
class Figure:
    """One measure; `budget` is the most it may be (the least, when `is_at_least`), None when it is only told."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    is_at_least: bool = False

    @property
    def is_kept(self) -> bool:
        """Within its budget, or without one."""
        if self.budget is None:
            return True
        return self.value >= self.budget if self.is_at_least else self.value <= self.budget

    def row(self) -> tuple[str, str, str, str]:
        """As the tables print it."""
        if self.budget is None:
            return (self.what, f"{self.value:g} {self.unit}", "", "")
        sign = "≥" if self.is_at_least else "≤"
        return (
            self.what,
            f"{self.value:g} {self.unit}",
            f"{sign} {self.budget:g} {self.unit}",
            "kept" if self.is_kept else "MISSED",
        )


def percentiles(what: str, times: list[float], budgets: dict[int, float]) -> list[Figure]:
    """The percentiles of `budgets` among these milliseconds."""
    ordered = sorted(times)
    return [
        Figure(f"{what}, p{rank}", round(ordered[min(len(ordered) - 1, len(ordered) * rank // 100)], 1), "ms", most)
        for rank, most in budgets.items()
    ]


def machine(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Where it was measured."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    models = [line.split(":", 1)[1].strip() for line in told.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": f"{len(models) or os.cpu_count()} × {models[0] if models else platform.machine()}",
        "memory": f"{memory:.0f} GiB",
        "system": platform.system(),
        "python": platform.python_version(),
        "postgresql": str(connection.info.server_version // 10000),
        "cpu_load_before": f"{os.getloadavg()[0]:.1f}",
    }


def table(figures: list[Figure]) -> str:
    """For the terminal."""
    rows = [("what", "measured", "budget", ""), *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def keep(folder: Path, size: str, figures: list[Figure], facts: dict[str, Any]) -> Path:
    """Write the JSON file of this world."""
    target = folder / f"mesures-{size}.json"
    content = {"world": size, **facts, "figures": [asdict(figure) for figure in figures]}
    target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return target


def kept(folder: Path, size: str) -> dict[str, float]:
    """The figures of a world measured before, by name; none when it was not."""
    source = folder / f"mesures-{size}.json"
    if not source.exists():
        return {}
    return {one["what"]: one["value"] for one in json.loads(source.read_text(encoding="utf-8"))["figures"]}


def say(text: str) -> None:
    """A line for whoever waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def write_page(folder: Path) -> None:
    """docs/mesures.md, from the JSON of every world measured in this folder."""
    lines = [INTRODUCTION]
    for source in sorted(folder.glob("mesures-*.json")):
        told = json.loads(source.read_text(encoding="utf-8"))
        lines += ["", f"## World {told['world']}", "", _sentence(told), "", "| what | measured | budget | |"]
        lines.append("| --- | ---: | ---: | --- |")
        lines += [f"| {' | '.join(Figure(**figure).row())} |" for figure in told["figures"]]
    lines += ["", CLOSING]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


INTRODUCTION = """# What was measured

Written by `./run bench national --page` (and `tenfold`): worlds made by `dev/bench/` with a seed that is always the
same, measured against the budgets the project was given. Server times are those of one process that answers one request
after the other, from the first byte read to the last one written, database and compression included. The mixed day is
the web server of `./run` (two processes of four threads) with its worker, asked over HTTP from the same machine: the
asking is paid for by the same processors. Times are never asserted in tests: queries, sizes and plans are."""


def _sentence(told: dict[str, Any]) -> str:
    machine, rows = told["machine"], told["rows"]
    counts = ", ".join(f"{number:,} {name}" for name, number in rows.items())
    built = f" Built in {told['built_in_seconds']} s." if told["built_in_seconds"] else ""
    return (
        f"{machine['processor']}, {machine['memory']}, {machine['system']}, Python {machine['python']}, "
        f"PostgreSQL {machine['postgresql']}. Rows: {counts}.{built}"
    )


CLOSING = """## What is missed, and why

- The median of the list, of one demande and of a reply is above 25 ms: most of it is Django making the page (templates
  and forms are about half of one demande, building objects a quarter of a list) and, for a reply, the SQL that the
  writer builds anew. PostgreSQL takes 3 to 6 ms of it. The 95th and 99th percentiles are far within their budgets.
- The mixed day follows from it: two processors that also run the database, the worker and those who ask are full
  between 50 and 75 requests a second. More machines, or cheaper pages, are what raises it.
- The export holds its memory and starts at once; whole, it is slow for somebody who holds dozens of groupes, each of
  which is read for each chunk.
- The world *tenfold* is built by the same command and has not been measured yet."""
