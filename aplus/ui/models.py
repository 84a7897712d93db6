"""What stands above every page: banners, and the closing of the site for maintenance."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aplus.core.models import BaseModel


class BannerKind(models.TextChoices):
    """How pressing a banner is."""

    INFORMATION = "information", "information"
    ALERT = "alerte", "alerte"


class Banner(BaseModel):
    """A sentence above every page from one moment to another."""

    kind = models.CharField(max_length=12, choices=BannerKind.choices, default=BannerKind.INFORMATION)
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=500, blank=True, default="")
    # Otherwise for those who are signed in only.
    is_public = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("from_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=models.F("from_at")), name="banner_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Maintenance(models.Model):
    """The one row that says whether the site is closed; administrateurs come in all the same."""

    ROW: ClassVar[int] = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ROW)
    is_on = models.BooleanField(default=False)
    message = models.CharField(max_length=500, blank=True, default="")
    # What is said of the return, if it is known.
    until_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="maintenance_one_row")]

    def __str__(self) -> str:
        return "closed" if self.is_on else "open"
