"""Where the service is open."""

from django.db.models import Exists, OuterRef, Q

from aplus.accounts.models import Membership
from aplus.annuaire.models import Territoire


def open_territoires() -> list[Territoire]:
    """The territoires where open groupes have active people on both sides, by code: one query, no name of anybody.

    Groupes of all of France count nowhere: they alone do not make a territoire open.
    """
    here = Membership.objects.filter(
        user__is_active=True, groupe__closed_at=None, groupe__territoires=OuterRef("pk"), groupe__is_national=False
    )
    both = Q(Exists(here.filter(is_aidant=True))) & Q(Exists(here.filter(is_instructeur=True)))
    return list(Territoire.objects.filter(both).order_by("code").only("code", "name"))
