"""Putting the demo's groupes and people in the database, through the services that make accounts and memberships."""

from collections.abc import Mapping
from dataclasses import dataclass

from aplus.accounts.models import DigestChoice, Expertise, Observation, Supervision, User
from aplus.accounts.queries.actors import actor_for
from aplus.accounts.services import people as accounts
from aplus.annuaire.models import Groupe, Organisme, Territoire
from aplus.core import clock
from aplus.policy.actor import Actor
from dev.demo.people import AIDANT, EVERYBODY, INSTRUCTEUR, RESPONSABLE, Somebody
from dev.demo.places import PLACES

HOME = "95"


@dataclass(frozen=True)
class Cast:
    """Everybody and every groupe, by the keys of `people` and `places`; rights do not change once settled."""

    users: Mapping[str, User]
    groupes: Mapping[str, Groupe]
    actors: Mapping[str, Actor]


def settle() -> Cast:
    """Make the groupes, then the people in them, then the roles held over territoires and organismes."""
    groupes = _groupes()
    users = {somebody.key: _settled(somebody, groupes) for somebody in EVERYBODY}
    _scopes(users)
    return Cast(users, groupes, {key: actor_for(user.pk) for key, user in users.items()})


def _groupes() -> dict[str, Groupe]:
    made = {}
    for place in PLACES:
        groupe = Groupe.objects.create(
            name=place.name,
            organisme_id=place.organisme,
            is_national=not place.territoires,
            description=place.description,
            public_note=place.public_note,
            mailbox=place.mailbox,
            matricule=place.matricule,
            created_at=clock.now(),
        )
        groupe.territoires.set(Territoire.objects.filter(code__in=place.territoires))
        made[place.key] = groupe
    return made


def _settled(somebody: Somebody, groupes: Mapping[str, Groupe]) -> User:
    user = accounts.create_user(
        somebody.email,
        first_name=somebody.first_name,
        last_name=somebody.last_name,
        function=somebody.function,
        is_administrateur="administratrice" in somebody.roles,
        is_welcomed=somebody.is_welcomed,
    )
    for key in somebody.groupes:
        accounts.join(
            user,
            groupes[key],
            aidant=AIDANT in somebody.flags,
            instructeur=INSTRUCTEUR in somebody.flags,
            responsable=RESPONSABLE in somebody.flags,
            new_demandes=DigestChoice.EVERY,
        )
    return user


def _scopes(users: Mapping[str, User]) -> None:
    now, home = clock.now(), Territoire.objects.filter(code=HOME)
    supervision = Supervision.objects.create(user=users["sophie"], created_at=now)
    supervision.territoires.set(home)
    supervision.organismes.set(Organisme.objects.filter(is_france_services=True))
    observation = Observation.objects.create(user=users["oscar"], created_at=now)
    observation.organismes.set(Organisme.objects.filter(code="caf"))
    expertise = Expertise.objects.create(user=users["elise"], created_at=now)
    expertise.territoires.set(home)
