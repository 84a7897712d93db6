"""Roles held over territoires and organismes."""

from django.db import models

from aplus.accounts.models.people import User
from aplus.annuaire.models import Organisme, Territoire
from aplus.core.models import BaseModel


class ScopedRole(BaseModel):
    """A role over territoires and organismes; an empty set is nothing, "all" is said."""

    all_territoires = models.BooleanField(default=False)
    territoires = models.ManyToManyField(Territoire, blank=True)
    all_organismes = models.BooleanField(default=False)
    organismes = models.ManyToManyField(Organisme, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class Supervision(ScopedRole):
    """Superviseur: metadata and management inside the scope, never content."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="supervision")


class Observation(BaseModel):
    """Observateur: read-only figures and directory of some organismes."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="observation")
    all_organismes = models.BooleanField(default=False)
    organismes = models.ManyToManyField(Organisme, blank=True)
    created_at = models.DateTimeField()


class Expertise(BaseModel):
    """Expert: a mediator who can be invited on the blocked demandes of some territoires."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="expertise")
    all_territoires = models.BooleanField(default=False)
    territoires = models.ManyToManyField(Territoire, blank=True)
    created_at = models.DateTimeField()
