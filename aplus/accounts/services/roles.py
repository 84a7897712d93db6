"""Giving and taking the roles held outside groupes: administrateurs only, never their own (product.md §5)."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from aplus.access.keys import use_key
from aplus.accounts.models import Expertise, Observation, Supervision, User
from aplus.accounts.queries import actors
from aplus.accounts.queries.persons import Person
from aplus.accounts.rules import roles as rules
from aplus.accounts.rules.roles import Held, Role
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.journal import services as journal
from aplus.notifications.services import tell
from aplus.policy import decisions
from aplus.policy.actor import Actor

# The word of X-Aplus-Evenement.
EVENT = "role"
CHANGED = "Quelqu’un vient de changer ce rôle\u00a0: vérifiez avant d’enregistrer votre choix."
CLOSED_ACCOUNT = "Ce compte est désactivé\u00a0: réactivez-le avant de lui donner un rôle."
NO_TERRITOIRE = "Choisissez au moins un territoire, ou cochez «\u00a0Toute la France\u00a0»."
NO_ORGANISME = "Choisissez au moins un organisme, ou cochez «\u00a0Tous les organismes\u00a0»."
SCOPED: dict[Role, type[Any]] = {
    Role.SUPERVISION: Supervision,
    Role.OBSERVATION: Observation,
    Role.EXPERTISE: Expertise,
}


def set_role(actor: Actor, user_id: UUID, role: Role, wanted: Held, *, seen: str, key: UUID, location: str) -> None:
    """Give a role, change what it covers, or take it; the person is told by mail. The same role does nothing.

    `seen` is the version of the role that the form was opened on. There is always an administrateur left: the one who
    takes the role of another, whose own is locked and asked again. Raises Unknown, NotAllowed, Refused, Overtaken,
    AlreadyDone.
    """
    with transaction.atomic():
        user = _locked(user_id)
        if user is None:
            raise Unknown
        if not decisions.may_set_roles(actors.as_of_now(actor), Person(user)):
            raise NotAllowed
        use_key(actor, key, location)
        held = rules.held(actors.roles_of(user), role)
        if seen != held.version:
            raise Overtaken(CHANGED)
        _require(user, role, wanted)
        if wanted == held:
            return
        _write(user, role, wanted)
        _tell(actor, user, role, held, wanted)


def _locked(user_id: UUID) -> User | None:
    """The account, with every administrateur's in one order: two who take one another's role wait, and one fails."""
    wanted = Q(is_administrateur=True) | Q(pk=user_id)
    list(User.objects.select_for_update(no_key=True).filter(wanted).order_by("pk"))
    return actors.with_roles().filter(pk=user_id, deleted_at=None).first()


def _require(user: User, role: Role, wanted: Held) -> None:
    if not wanted.is_held:
        return
    if not user.is_active:
        raise Refused.because(CLOSED_ACCOUNT)
    problems = {}
    if role.has_territoires and wanted.territoires is not None and not wanted.territoires:
        problems["territoires"] = [NO_TERRITOIRE]
    if role.has_organismes and wanted.organismes is not None and not wanted.organismes:
        problems["organismes"] = [NO_ORGANISME]
    if problems:
        raise Refused(problems)


def _write(user: User, role: Role, wanted: Held) -> None:
    if role is Role.ADMINISTRATEUR:
        User.objects.filter(pk=user.pk).update(is_administrateur=wanted.is_held)
        return
    rows = SCOPED[role].objects
    if not wanted.is_held:
        rows.filter(user=user).delete()
        return
    sides = {"territoires": wanted.territoires} if role.has_territoires else {}
    sides |= {"organismes": wanted.organismes} if role.has_organismes else {}
    all_said = {f"all_{name}": codes is None for name, codes in sides.items()}
    row, _ = rows.update_or_create(
        user=user, defaults=all_said, create_defaults={**all_said, "created_at": clock.now()}
    )
    for name, codes in sides.items():
        getattr(row, name).set(codes or ())


def _tell(actor: Actor, user: User, role: Role, held: Held, wanted: Held) -> None:
    """The journal's line says what is covered from now on; the mail says the role only."""
    word = "retire" if not wanted.is_held else "change" if held.is_held else "donne"
    codes: dict[str, str | int | bool] = {"role": role.value, "sens": word}
    if wanted.is_held and role.has_territoires:
        codes |= rules.codes_of("territoires", wanted.territoires)
    if wanted.is_held and role.has_organismes:
        codes |= rules.codes_of("organismes", wanted.organismes)
    journal.write(actor, "role-change", kind="compte", thing_id=user.pk, codes=codes)
    tell(
        act_id=uuid4(),
        event=EVENT,
        at=clock.now(),
        people=[user.pk],
        codes={"role": role.value, "sens": word, "version": wanted.version},
    )
