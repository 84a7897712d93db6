"""What happened in the demo world, by subject; the order gives each usager their invented numbers."""

from dev.demo.stories import ailleurs, croisees, familles, logement, minima, retraite_impots, sante
from dev.demo.stories.brouillons import DRAFTS

__all__ = ["DRAFTS", "STORIES"]

STORIES = (
    *minima.STORIES,
    *familles.STORIES,
    *logement.STORIES,
    *sante.STORIES,
    *retraite_impots.STORIES,
    *croisees.STORIES,
    *ailleurs.STORIES,
)
