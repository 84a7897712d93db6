"""Making a groupe and changing what it is, each field by who may (product.md §5, accounts.md §4)."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from aplus.access.keys import read_key, use_key
from aplus.accounts.models import Membership
from aplus.accounts.queries import actors, managers
from aplus.accounts.queries.choices import is_anybody_told
from aplus.annuaire.models import SORT_KEY, Groupe
from aplus.core import clock, jobs
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.core.text import fold
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import Actor

# The words of X-Aplus-Evenement.
MAILBOX, CLOSED, TAKEN_OVER = "groupe-boite", "groupe-ferme", "groupe-repris"
# Made again in the background: who finds what by which identifier follows the organisme of the groupe.
REBUILD_SEARCH = "demandes.rebuild_search_of_groupe"
# Column by column; `territoires` are codes.
OF_MAILBOX = frozenset({"mailbox", "is_mailbox_told"})
OF_RESPONSABLES = frozenset({"description", "public_note"}) | OF_MAILBOX
OF_SCOPE = frozenset({"name", "organisme_id", "territoires", "is_national", "matricule", "accepts"})
OF_TEAM = frozenset({"internal_comment"})
Values = Mapping[str, Any]

IS_CLOSED = "Ce groupe vient d’être fermé\u00a0: il ne change plus."
CHANGED = "Quelqu’un vient de changer ce groupe\u00a0: vérifiez ce qui suit avant d’enregistrer."
NOWHERE = "Choisissez au moins un territoire, ou toute la France."
NOBODY_TOLD = (
    "Sans cette boîte, plus personne ne serait prévenu des nouvelles demandes\u00a0: tous les instructeurs du groupe "
    "ont choisi de ne rien recevoir. L’un d’eux doit d’abord changer son choix, dans «\u00a0Mes e-mails\u00a0»."
)
OUT_OF_SCOPE = (
    "Vous ne pouvez pas placer ce groupe ici\u00a0: choisissez un organisme et des territoires que votre rôle couvre."
)


@dataclass(frozen=True)
class Place:
    """Where a groupe would be, as the policy looks at it."""

    id: UUID
    organisme_id: str
    is_national: bool
    covered_codes: list[str]


def may_change(actor: Actor, groupe: Groupe) -> frozenset[str]:
    """The columns that this person may write; none at all for who may not change the groupe."""
    if not decisions.may_manage_members(actor, groupe):
        return frozenset()
    wide = OF_SCOPE if decisions.may_edit_groupe(actor, groupe) else frozenset()
    return OF_RESPONSABLES | wide | (OF_TEAM if decisions.may_administer(actor) else frozenset())


def may_set(actor: Actor) -> frozenset[str]:
    """The columns of a groupe that is being made."""
    return OF_RESPONSABLES | OF_SCOPE | (OF_TEAM if decisions.may_administer(actor) else frozenset())


def version_of(groupe: Groupe, names: Collection[str]) -> str:
    """What changes each time one of these columns does; it tells nothing of the others."""
    said = [f"{name}={_value(groupe, name)!r}" for name in sorted(names)]
    return sha256("\n".join(said).encode()).hexdigest()[:32]


def create(actor: Actor, values: Values, *, key: str) -> UUID:
    """Make a groupe; its id. Raises NotAllowed, Refused (a name taken, out of scope), AlreadyDone."""
    groupe = Groupe(pk=uuid4(), created_at=clock.now())
    with _writing(groupe, values):
        now = actors.as_of_now(actor)
        if not decisions.may_create_groupe(now) or not set(values) <= may_set(now):
            raise NotAllowed
        use_key(actor, read_key(key), f"/groupes/{groupe.pk}/#membres")
        _require_place(now, groupe, values)
        _require_free_name(groupe, values)
        _write(groupe, values)
        journal.write(actor, "groupe-cree", kind="groupe", thing_id=groupe.pk)
    return groupe.pk


def change(actor: Actor, groupe_id: UUID, values: Values, *, seen: str, key: str, location: str) -> None:
    """Write these columns; `seen` is `version_of` what the page showed of those this person may write.

    What was addressed to the groupe before stays its own.

    Raises NotAllowed (a column that is not this person's to write), Overtaken, Refused, AlreadyDone.
    """
    with transaction.atomic():
        groupe = locked(groupe_id)
        now = actors.as_of_now(actor)
        own = may_change(now, groupe)
        if not set(values) <= own:
            raise NotAllowed
        use_key(actor, read_key(key), location)
        if groupe.closed_at is not None:
            raise Overtaken(IS_CLOSED)
        if seen and seen != version_of(groupe, own):
            raise Overtaken(CHANGED)
        changed = sorted(name for name in values if _value(groupe, name) != _normal(name, values[name]))
        if not changed:
            return
        with _writing(groupe, values):
            if OF_SCOPE & set(changed):
                _require_place(now, groupe, values)
                _require_free_name(groupe, values)
            _write(groupe, values)
        journal.write(actor, "groupe-change", kind="groupe", thing_id=groupe.pk, codes={"champs": "+".join(changed)})
        if OF_MAILBOX & set(changed):
            _require_somebody(groupe)
            _tell_of_mailbox(actor, groupe)
        if "organisme_id" in changed:
            jobs.defer(REBUILD_SEARCH, groupe_id=str(groupe.pk))


def locked(groupe_id: UUID) -> Groupe:
    """The groupe, held until the end of the transaction."""
    rows = Groupe.objects.select_for_update(no_key=True, of=("self",)).select_related("organisme")
    found = rows.filter(pk=groupe_id).first()
    if found is None:
        raise Unknown
    return found


def _value(groupe: Groupe, name: str) -> Any:
    return _normal(name, groupe.covered_codes if name == "territoires" else getattr(groupe, name))


def _normal(name: str, value: Any) -> Any:
    return sorted(value) if name in {"territoires", "accepts"} else value


def _require_place(actor: Actor, groupe: Groupe, values: Values) -> None:
    """Where the groupe goes has to be the actor's to decide, as where it comes from is."""
    is_national = bool(values.get("is_national", groupe.is_national))
    codes = [] if is_national else list(values.get("territoires", groupe.covered_codes if groupe.organisme_id else []))
    if not codes and not is_national:
        raise Refused.because(NOWHERE, "territoires")
    place = Place(groupe.pk, values.get("organisme_id", groupe.organisme_id), is_national, codes)
    if not decisions.may_edit_groupe(actor, place):
        raise Refused.because(OUT_OF_SCOPE, "territoires")


def _require_free_name(groupe: Groupe, values: Values) -> None:
    key = fold(values.get("name", groupe.name))[:SORT_KEY]
    same = Groupe.objects.filter(organisme=values.get("organisme_id", groupe.organisme_id), sort_key=key)
    other = same.exclude(pk=groupe.pk).first()
    if other is not None:
        is_closed = " (il est fermé)" if other.closed_at else ""
        raise Refused.because(
            f"Le groupe «\u00a0{other.name}\u00a0» de cet organisme porte déjà ce nom{is_closed}\u00a0: "
            "choisissez-en un autre.",
            "nom",
        )


def _write(groupe: Groupe, values: Values) -> None:
    for name, value in values.items():
        if name == "mailbox" and value != groupe.mailbox:
            groupe.forget_mail_fact()
        if name != "territoires":
            setattr(groupe, name, value)
    groupe.save(force_insert=groupe._state.adding)  # noqa: SLF001  Django's own mark
    if "territoires" in values:
        groupe.territoires.set([] if groupe.is_national else values["territoires"])


@contextmanager
def _writing(groupe: Groupe, values: Values) -> Iterator[None]:
    """A savepoint; a name that somebody takes at the same moment is refused as one that was taken before."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "groupe_name_unique" not in str(error):
            raise
        _require_free_name(groupe, values)
        raise


def _require_somebody(groupe: Groupe) -> None:
    """Without a mailbox, somebody has to be told: an instructeur who hears of new demandes (notifications.md §3)."""
    if groupe.told_mailbox or is_anybody_told(groupe.pk):
        return
    if Membership.objects.filter(groupe=groupe, is_instructeur=True, user__is_active=True).exists():
        raise Refused.because(NOBODY_TOLD, "boite")


def _tell_of_mailbox(actor: Actor, groupe: Groupe) -> None:
    tell(
        act_id=uuid4(),
        event=MAILBOX,
        at=clock.now(),
        people=managers.responsables(groupe.pk) - {actor.user_id},
        mailboxes=[groupe.pk] if groupe.told_mailbox else [],
        codes={"groupe": str(groupe.pk), "acteur": str(actor.user_id)},
    )
