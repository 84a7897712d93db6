"""Fills an empty database with the demo world, on top of the reference data."""

from typing import Any

from django.core.management.base import BaseCommand

from dev.demo import world
from dev.demo.factors import give_factors


class Command(BaseCommand):
    """Safe at every start: nothing is done when the personas are there."""

    help = "Crée le monde de démonstration : personnages, groupes et demandes inventés."

    def handle(self, *args: Any, **options: Any) -> None:
        """Build what is missing and say how much."""
        number = world.build()
        give_factors()
        if number:
            self.stdout.write(f"Monde de démonstration : {number} demandes.")
        else:
            self.stdout.write("Monde de démonstration : déjà là.")
