"""Identifiers of invented usagers: of the right form, and which nobody can have."""

import re

from dev.demo.script import Person

# No commune of a département, and no country, has a code above 900: such a NIR was never given.
_NOWHERE = 900
_SEX = {"h": "1", "f": "2"}
_UNKNOWN_MONTH = "20"


def identifiers(person: Person, rank: int) -> dict[str, str]:
    """By field of the usager step; `rank` tells persons apart."""
    year = re.findall(r"[0-9]{4}", person.birth_date)[-1]
    day = re.fullmatch(r"[0-9]{2}/([0-9]{2})/[0-9]{4}", person.birth_date)
    month = day[1] if day else _UNKNOWN_MONTH
    return {
        "nir": f"{_SEX[person.sex]}{year[2:]}{month}{person.born_in}{_NOWHERE + rank % 90}{100 + rank * 7:03d}",
        "numero_caf": f"{4_000_000 + rank * 13_577}{'ABCDEFGHJKLMNPRSTUVWXYZ'[rank % 23]}",
        "numero_fiscal": f"30{rank + 10:02d}{rank * 7_654_321 % 1_000_000_000:09d}",
    }
