"""Loading of the reference data that comes with a release; its changes on screen are journaled, this is not."""

import csv
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from aplus.annuaire.models import Commune, Organisme, Question, ReferenceFile, Territoire, Thematique
from aplus.annuaire.rules import place_key

DATA = Path(__file__).resolve().parent / "data"

Rows = list[dict[str, str]]


def load_reference(folder: Path = DATA) -> dict[str, int]:
    """The number of rows of each file loaded, in one transaction: those whose bytes differ from the last time.

    Rows are added and overwritten by their code, never removed: demandes and groupes point at them, and
    administrateurs add others on screen. What they changed there (`edited_at`) stays as they left it: a row, the themes
    and the questions of an organisme.
    """
    loaded = {}
    with transaction.atomic():
        known = dict(ReferenceFile.objects.select_for_update().values_list("name", "digest"))
        for name, load in _LOADERS.items():
            content = (folder / name).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if known.get(name) == digest:
                continue
            rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            load(rows)
            ReferenceFile.objects.update_or_create(name=name, defaults={"digest": digest})
            loaded[name] = len(rows)
    return loaded


def _values(cell: str) -> list[str]:
    """The values of one cell, separated by "|"."""
    return [value for value in cell.split("|") if value]


def _edited(model: type[Model]) -> set[Any]:
    """What was changed on screen; every row waits, so that nobody changes one while the file is loaded."""
    rows = model._default_manager.select_for_update().order_by("pk").values_list("pk", "edited_at")  # noqa: SLF001  any model
    return {pk for pk, edited_at in rows if edited_at is not None}


def _load_territoires(rows: Rows) -> None:
    edited = _edited(Territoire)
    territoires = [
        Territoire(
            code=row["code"],
            name=row["nom"],
            timezone=row["fuseau"],
            local_holidays=_values(row["feries_locaux"]),
        )
        for row in rows
        if row["code"] not in edited
    ]
    for territoire in territoires:
        territoire.calendar  # noqa: B018  refuses an unknown time zone or holiday
    Territoire.objects.bulk_create(
        territoires,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "timezone", "local_holidays"],
    )


def _load_thematiques(rows: Rows) -> None:
    edited = _edited(Thematique)
    Thematique.objects.bulk_create(
        [
            Thematique(code=row["code"], name=row["nom"], rank=rank)
            for rank, row in enumerate(rows, 1)
            if row["code"] not in edited
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "rank"],
    )


def _load_organismes(rows: Rows) -> None:
    edited = _edited(Organisme)
    rows = [row for row in rows if row["code"] not in edited]
    Organisme.objects.bulk_create(
        [
            Organisme(
                code=row["code"],
                acronym=row["sigle"],
                name=row["nom"],
                side=row["cote"],
                identifiers=_values(row["identifiants"]),
                is_france_services=row["reseau_france_services"] == "1",
                consigne=row["consigne"],
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["acronym", "sort_key", "name", "side", "identifiers", "is_france_services", "consigne"],
    )
    links = Organisme.thematiques.through.objects
    links.filter(organisme__in=[row["code"] for row in rows]).delete()
    links.bulk_create(
        links.model(organisme_id=row["code"], thematique_id=thematique)
        for row in rows
        for thematique in _values(row["thematiques"])
    )


def _load_questions(rows: Rows) -> None:
    organismes, questions = _edited(Organisme), _edited(Question)
    edited = set(Question.objects.filter(pk__in=questions).values_list("organisme_id", "code"))
    Question.objects.bulk_create(
        [
            Question(
                organisme_id=row["organisme"],
                code=row["code"],
                label=row["question"],
                hint=row["aide"],
                rank=rank,
            )
            for rank, row in enumerate(rows, 1)
            if row["organisme"] not in organismes and (row["organisme"], row["code"]) not in edited
        ],
        update_conflicts=True,
        unique_fields=["organisme", "code"],
        update_fields=["label", "hint", "rank"],
    )


def _load_communes(rows: Rows) -> None:
    Commune.objects.bulk_create(
        [
            Commune(
                code=row["code"],
                name=row["nom"],
                sort_key=place_key(row["nom"]),
                postcodes=_values(row["codes_postaux"]),
                territoire_id=row["territoire"],
            )
            for row in rows
        ],
        batch_size=5000,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "sort_key", "postcodes", "territoire"],
    )


# In the order in which they point at one another.
_LOADERS: dict[str, Callable[[Rows], None]] = {
    "territoires.csv": _load_territoires,
    "thematiques.csv": _load_thematiques,
    "organismes.csv": _load_organismes,
    "questions.csv": _load_questions,
    "communes.csv": _load_communes,
}
