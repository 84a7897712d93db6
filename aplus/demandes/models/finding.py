"""Finding a demande: the blind index, the searches of a session, the choices kept for the lists, usual delays."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from aplus.accounts.models import User
from aplus.annuaire.models import Groupe
from aplus.core.models import BaseModel
from aplus.demandes.models.demande import Demande


class SearchEntry(models.Model):
    """What one groupe may find a demande by: hashes under a key kept outside the database; derived, never dumped."""

    id = models.BigAutoField(primary_key=True)
    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="+")
    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="+")
    tokens = ArrayField(models.BigIntegerField())

    class Meta:
        # A schema of its own, so that a dump can leave it out (data-shape.md).
        db_table = '"search"."search_entry"'
        constraints = [models.UniqueConstraint(fields=["demande", "groupe"], name="search_entry_once")]
        indexes = [GinIndex(fields=["tokens"], name="search_entry_tokens")]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.groupe_id}"


class SavedSearch(BaseModel):
    """What was typed in the search box: named by its id in the address, for one session, for a day."""

    session_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "saved_search"
        indexes = [models.Index(fields=["created_at"], name="saved_search_created")]

    def __str__(self) -> str:
        return f"search {self.id}"


class ListChoice(models.Model):
    """How a person wants their lists to open: the words of the address, never what was searched."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="+")
    choices = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "list_choice"

    def __str__(self) -> str:
        return f"choices of {self.user_id}"


class UsualDelay(models.Model):
    """In how many business days a groupe usually answers a new demande, worked out each night from transitions."""

    groupe = models.OneToOneField(Groupe, primary_key=True, on_delete=models.CASCADE, related_name="usual_delay")
    days = models.PositiveSmallIntegerField()
    # On how many parts of the last ninety days.
    number = models.PositiveIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        db_table = "usual_delay"

    def __str__(self) -> str:
        return f"{self.groupe_id} {self.days}"
