"""Regenerates aplus/annuaire/data/communes.csv from the npm package @etalab/decoupage-administratif.

npm pack @etalab/decoupage-administratif@6.0.0
python dev/communes.py etalab-decoupage-administratif-6.0.0.tgz
"""

import csv
import json
import sys
import tarfile
from pathlib import Path
from typing import IO, Any, cast

DATA = Path(__file__).resolve().parent.parent / "aplus" / "annuaire" / "data"


def read_json(archive: tarfile.TarFile, name: str) -> Any:
    """One JSON file of the package."""
    return json.load(cast("IO[bytes]", archive.extractfile(f"package/{name}")))


def main(package: Path) -> None:
    """Write the communes in force of the territoires we know, in the order of their codes."""
    with tarfile.open(package) as archive:
        version = read_json(archive, "package.json")["version"]
        communes = read_json(archive, "data/communes.json")
    with (DATA / "territoires.csv").open(encoding="utf-8", newline="") as source:
        territoires = {row["code"] for row in csv.DictReader(source)}
    rows = [
        (row["code"], row["nom"], "|".join(row.get("codesPostaux", [])), row["departement"])
        for row in sorted(communes, key=lambda row: row["code"])
        if row["type"] == "commune-actuelle" and row["departement"] in territoires
    ]
    missing = territoires - {row[3] for row in rows}
    if missing:
        raise SystemExit(f"no commune for {sorted(missing)}: nothing written")
    with (DATA / "communes.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("code", "nom", "codes_postaux", "territoire"))
        writer.writerows(rows)
    print(f"{len(rows)} communes, version {version}: say the version in {DATA / 'README.md'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
