"""Puts the reference data of the release in the database: territoires, themes, organismes, questions, communes."""

from typing import Any

from django.core.management.base import BaseCommand

from aplus.annuaire import services


class Command(BaseCommand):
    """Safe at every start: files that have not changed are not loaded again."""

    help = "Charge les données de référence (territoires, thématiques, organismes, questions, communes)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what changed and say how much."""
        loaded = services.load_reference()
        for name, count in loaded.items():
            self.stdout.write(f"{name} : {count} lignes")
        if not loaded:
            self.stdout.write("Données de référence : rien de nouveau.")
