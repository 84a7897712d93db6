"""Tables of places: territoires, organismes, themes, communes, groupes."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from aplus.annuaire import rules
from aplus.core.models import BaseModel
from aplus.core.text import fold
from aplus.notifications.models import Addressed

# How long a key of names may be.
SORT_KEY = 240


class SortKeyField(models.CharField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Another field of the row without accents or case, written with it: no collation of the database sorts French."""

    def __init__(self, *args: Any, source: str = "name", **kwargs: Any) -> None:
        self.source = source
        options: dict[str, Any] = {"db_collation": "C", "editable": False, "max_length": SORT_KEY} | kwargs
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """What a migration writes."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001  Django's signature
        """The key of the text as it is being saved."""
        key = fold(getattr(model_instance, self.source))[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key


class Territoire(models.Model):
    """One of the 101 départements or a collectivité d'outre-mer, with its clock and its own holidays."""

    code = models.CharField(primary_key=True, max_length=3)
    name = models.CharField(max_length=60)
    timezone = models.CharField(max_length=40)
    # "mm-dd" or "vendredi-saint": what the national calendar does not know (demandes.md §6).
    local_holidays = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # When an administrateur last changed it on screen: a release no longer overwrites it.
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def calendar(self) -> rules.Calendar:
        """Its clock and its days off."""
        return rules.Calendar(self.timezone, frozenset(self.local_holidays))


class Thematique(models.Model):
    """What a demande is about; `autre` is the code of none of them."""

    code = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    rank = models.PositiveSmallIntegerField(default=0)
    # When an administrateur last changed it on screen: a release no longer overwrites it.
    edited_at = models.DateTimeField(null=True, blank=True)
    # No longer offered; what was said with it stays.
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("rank", "code")

    def __str__(self) -> str:
        return self.name


class OrganismeSide(models.TextChoices):
    """Which side the people of an organisme stand on."""

    AIDANT = "aidant", "aidant"
    OPERATEUR = "operateur", "opérateur"
    BOTH = "les_deux", "les deux"


class Organisme(models.Model):
    """A kind of public body or structure: CAF, CPAM, France services…"""

    code = models.CharField(primary_key=True, max_length=40)
    acronym = models.CharField(max_length=30)
    sort_key = SortKeyField(source="acronym")
    name = models.CharField(max_length=120)
    side = models.CharField(max_length=10, choices=OrganismeSide.choices)
    thematiques = models.ManyToManyField(Thematique, blank=True, related_name="organismes")
    # Fields of the usager that this organisme needs: nir, numero_caf, numero_fiscal.
    identifiers = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    is_france_services = models.BooleanField(default=False)
    consigne = models.TextField(blank=True, default="")
    # When an administrateur last changed it on screen: a release no longer overwrites it.
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("sort_key", "code")

    def __str__(self) -> str:
        return self.acronym


class Question(models.Model):
    """One guided question an organisme asks about a block; never required."""

    id = models.BigAutoField(primary_key=True)
    organisme = models.ForeignKey(Organisme, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    hint = models.CharField(max_length=200, blank=True, default="")
    rank = models.PositiveSmallIntegerField(default=0)
    # When an administrateur last changed it on screen: a release no longer overwrites it.
    edited_at = models.DateTimeField(null=True, blank=True)
    # No longer offered; what was said with it stays.
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("organisme_id", "rank")
        constraints = [models.UniqueConstraint(fields=["organisme", "code"], name="question_unique")]

    def __str__(self) -> str:
        return self.label


class Commune(models.Model):
    """A commune of France, by INSEE code, with its postcodes and its territoire."""

    code = models.CharField(primary_key=True, max_length=5)
    name = models.CharField(max_length=80)
    # `rules.place_key` of the name, written where communes are loaded.
    sort_key = models.CharField(max_length=80, db_collation="C")
    postcodes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    territoire = models.ForeignKey(Territoire, on_delete=models.PROTECT, related_name="communes")

    class Meta:
        ordering = ("sort_key", "code")
        indexes = [
            models.Index(fields=["sort_key", "code"], name="commune_sort"),
            GinIndex(fields=["postcodes"], name="commune_postcodes"),
        ]

    def __str__(self) -> str:
        return self.name


class ReferenceFile(models.Model):
    """A file of reference data as last loaded: it is loaded again only when it changes."""

    name = models.CharField(primary_key=True, max_length=40)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name


class GroupeQuerySet(models.QuerySet["Groupe"]):
    """Groupes, by what they cover and whom they accept."""

    def open(self) -> Self:
        """Not closed."""
        return self.filter(closed_at=None)

    def covering(self, *territoire_codes: str) -> Self:
        """Those of these territoires, or of all France; found first, so that nothing is asked of the others."""
        named = self.model.territoires.through.objects.filter(territoire__in=territoire_codes).values("groupe_id")
        everywhere = Groupe.objects.filter(is_national=True).order_by().values("pk")
        return self.filter(pk__in=named.union(everywhere, all=True))

    def accepting(self, organisme_code: str) -> Self:
        """Those that structures of this organisme may address; no list accepts all."""
        return self.filter(Q(accepts=[]) | Q(accepts__contains=[organisme_code]))


class Groupe(BaseModel, Addressed):
    """People of one organisme on some territoires; "structure" when it acts for an usager. Its address is `mailbox`."""

    name = models.CharField(max_length=120)
    sort_key = SortKeyField()
    organisme = models.ForeignKey(Organisme, on_delete=models.PROTECT, related_name="groupes")
    territoires = models.ManyToManyField(Territoire, blank=True, related_name="groupes")
    is_national = models.BooleanField(default=False)
    description = models.TextField(blank=True, default="")
    public_note = models.TextField(blank=True, default="")
    internal_comment = models.TextField(blank=True, default="")
    mailbox = models.EmailField(blank=True, default="")
    # Off: the address is shown, and told of nothing.
    is_mailbox_told = models.BooleanField(default=True, db_default=True)
    matricule = models.CharField(max_length=30, blank=True, default="")
    # Codes of the aidant organismes that may address it; empty = all.
    accepts = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # Once closed: the groupe of the same organisme that takes over what was open, or is opened again later.
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = GroupeQuerySet.as_manager()

    class Meta:
        ordering = ("sort_key", "id")
        constraints = [models.UniqueConstraint(fields=["organisme", "sort_key"], name="groupe_name_unique")]
        indexes = [models.Index(fields=["id"], name="groupe_national", condition=Q(is_national=True))]

    @property
    def told_mailbox(self) -> str:
        """The mailbox that is told of demandes; '' when there is none, or it is off."""
        return self.mailbox if self.is_mailbox_told else ""

    @property
    def covered_codes(self) -> list[str]:
        """The codes of its territoires; no query when they are prefetched."""
        return [territoire.code for territoire in self.territoires.all()]

    def __str__(self) -> str:
        return self.name


class ReplyModel(BaseModel):
    """A text a groupe keeps to begin its replies with; about no one, so in clear."""

    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="reply_models")
    title = models.CharField(max_length=100)
    sort_key = SortKeyField(source="title")
    text = models.TextField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("sort_key", "id")
        constraints = [models.UniqueConstraint(fields=["groupe", "sort_key"], name="reply_model_title_unique")]

    def __str__(self) -> str:
        return self.title
