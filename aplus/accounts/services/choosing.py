"""What one chooses to be told, and what one says of oneself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from aplus.access.keys import read_key, use_key
from aplus.accounts.models import DigestChoice, MailChoice, Membership, User
from aplus.accounts.queries.choices import is_anybody_told
from aplus.accounts.rules.choices import is_told
from aplus.accounts.services.people import name_key
from aplus.annuaire.models import Groupe
from aplus.core.errors import NotAllowed, Refused
from aplus.journal import services as journal
from aplus.notifications.services import ungroup
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class Choices:
    """What a person wants to be told; `new_demandes` by groupe where they are an instructeur."""

    mail: MailChoice
    hours: tuple[int, ...]
    weekly_summary: bool
    new_demandes: Mapping[UUID, DigestChoice]


def choose(actor: Actor, choices: Choices, *, key: str, location: str) -> None:
    """Keep these choices. Raises Refused when a groupe would have nobody left to be told, AlreadyDone.

    Groupes first, under lock and in one order: of two colleagues who choose nothing at once, one is the last.
    """
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        held = Membership.objects.filter(user=actor.person_id, is_instructeur=True, groupe__closed_at=None)
        places = list(
            Groupe.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk__in=held.values("groupe"))
            .order_by("pk")
        )
        user = _locked(actor)
        memberships = {one.groupe_id: one for one in held.select_for_update(of=("self",)).order_by("pk")}
        _require_somebody(user, choices, [place for place in places if not place.told_mailbox], memberships)
        for groupe_id, membership in memberships.items():
            chosen = choices.new_demandes.get(groupe_id, membership.new_demandes)
            if chosen != membership.new_demandes:
                membership.new_demandes = chosen
                membership.save(update_fields=["new_demandes"])
        user.mail_choice, user.mail_hours = choices.mail, sorted(choices.hours)
        user.weekly_summary = choices.weekly_summary
        user.save(update_fields=["mail_choice", "mail_hours", "weekly_summary"])
        if choices.mail is MailChoice.NONE:
            ungroup(user.pk)
        codes: dict[str, str | int | bool] = {"choix": choices.mail, "resume": choices.weekly_summary}
        journal.write(actor, "choix-des-e-mails", kind="compte", thing_id=user.pk, codes=codes)


def change_identity(
    actor: Actor, *, first_name: str, last_name: str, function: str, phone: str, key: str, location: str
) -> None:
    """Say again who one is; lists sort by the new name at once. Raises AlreadyDone."""
    with transaction.atomic():
        use_key(actor, read_key(key), location)
        user = _locked(actor)
        user.first_name, user.last_name, user.function, user.phone = first_name, last_name, function, phone
        user.sort_key = name_key(first_name, last_name)
        user.save(update_fields=["first_name", "last_name", "function", "phone", "sort_key"])
        journal.write(actor, "identite", kind="compte", thing_id=user.pk)


def _locked(actor: Actor) -> User:
    user = User.objects.select_for_update().filter(pk=actor.person_id, is_active=True).first()
    if user is None:
        raise NotAllowed
    return user


def _require_somebody(
    user: User, choices: Choices, places: Iterable[Groupe], memberships: Mapping[UUID, Membership]
) -> None:
    """In a groupe without a mailbox, somebody hears of new demandes: who does today cannot be the last to stop."""
    problems: dict[str, list[str]] = {}
    for place in places:
        own = memberships.get(place.pk)
        if own is None or not is_told(user.mail_choice, own.new_demandes):
            continue
        if is_told(choices.mail, choices.new_demandes.get(place.pk, own.new_demandes)):
            continue
        if not is_anybody_told(place.pk, but=user.pk):
            field = "choix" if choices.mail is MailChoice.NONE else f"nouvelles_{place.pk}"
            problems.setdefault(field, []).append(
                f"Vous êtes la dernière personne prévenue des demandes adressées à {place.name}, qui n’a pas de boîte "
                "commune\u00a0: un collègue, ou une boîte commune, doit d’abord prendre le relais."
            )
    if problems:
        raise Refused(problems)
