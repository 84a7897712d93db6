"""The directory as a reader sees it: names for everyone, addresses for who may see them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from aplus.accounts.models import Membership, User
from aplus.accounts.queries.persons import Person
from aplus.annuaire.models import Groupe
from aplus.pilotage.presenters.scopes import ALL_FRANCE
from aplus.pilotage.queries.directory import Asked, GroupeRow, PersonRow
from aplus.pilotage.queries.places import Places
from aplus.policy import decisions
from aplus.policy.actor import Actor

NAMED = 3
# Of an account that its person has not completed, who may not see addresses reads nothing else.
WITHOUT_NAME = "Compte à compléter"


@dataclass(frozen=True)
class GroupeLine:
    """A groupe of the directory; `mailbox` is '' for who may not see addresses."""

    url: str
    name: str
    organisme: str
    territoires: str
    members: int
    aidants: int
    instructeurs: int
    responsables: list[str]
    mailbox: str


@dataclass(frozen=True)
class PersonLine:
    """Somebody of the directory; `url` is '' for who may not open the page of a person."""

    url: str
    name: str
    function: str
    email: str
    is_active: bool
    groupes: list[str]


def name_of(user: User) -> str:
    """First and last name; never the address in their place."""
    return f"{user.first_name} {user.last_name}".strip() or WITHOUT_NAME


def territoires_of(groupe: Groupe, most: int | None = NAMED) -> str:
    """Where a groupe works, the first ones by name."""
    if groupe.is_national:
        return f"{ALL_FRANCE[0].upper()}{ALL_FRANCE[1:]}"
    names = [str(territoire) for territoire in groupe.territoires.all()]
    others = len(names) - most if most is not None else 0
    if others <= 0:
        return ", ".join(names)
    return f"{', '.join(names[:most])} et {others} autre{'s' if others > 1 else ''}"


def flags_of(membership: Membership) -> str:
    """The flags held in a groupe, in words."""
    flags = (
        (membership.is_aidant, "aidant"),
        (membership.is_instructeur, "instructeur"),
        (membership.is_responsable, "responsable"),
    )
    return ", ".join(word for is_held, word in flags if is_held) or "membre"


def groupe_line(actor: Actor, row: GroupeRow) -> GroupeLine:
    """One line."""
    groupe = row.groupe
    return GroupeLine(
        url=reverse("gestion:groupe", args=[groupe.pk]),
        name=groupe.name,
        organisme=groupe.organisme.acronym,
        territoires=territoires_of(groupe),
        members=row.members,
        aidants=row.aidants,
        instructeurs=row.instructeurs,
        responsables=[name_of(user) for user in row.responsables],
        mailbox=groupe.mailbox if decisions.may_see_addresses(actor, groupe) else "",
    )


def person_line(actor: Actor, row: PersonRow) -> PersonLine:
    """One line."""
    user = row.user
    may_open = decisions.may_see_people(actor) and decisions.may_see_person(actor, Person(user, row.memberships))
    return PersonLine(
        url=reverse("pilotage:person", args=[user.pk]) if may_open else "",
        name=name_of(user),
        function=user.function,
        email=user.email if may_see_email(actor, row) else "",
        is_active=user.is_active,
        groupes=[f"{one.groupe.name} ({flags_of(one)})" for one in row.memberships],
    )


def may_see_email(actor: Actor, row: PersonRow) -> bool:
    """Through one of their groupes; the A+ team also of who is in none."""
    return actor.is_administrateur or any(decisions.may_see_addresses(actor, one.groupe) for one in row.memberships)


def offered(actor: Actor, places: Places) -> tuple[dict[str, str], dict[str, str]]:
    """The territoires and the organismes that this reader may ask for: those their roles cover."""
    if actor.is_administrateur:
        return places.territoires, places.organismes
    scopes = [scope for scope in (actor.supervision, actor.observation) if scope is not None]
    territoires = _covered([scope.territoires for scope in scopes], places.territoires)
    return territoires, _covered([scope.organismes for scope in scopes], places.organismes)


def query_of(asked: Asked, after: UUID | None = None) -> str:
    """What an address says of a list of groupes or of people, with its question mark; a person's name never."""
    said = {
        "q": asked.name,
        "territoire": asked.territoire,
        "organisme": asked.organisme,
        "etat": "fermes" if asked.is_closed else "",
        "apres": str(after or ""),
    }
    query = urlencode({name: value for name, value in said.items() if value})
    return f"?{query}" if query else ""


# Exports

GROUPE_HEADERS = (
    "Groupe",
    "Organisme",
    "Territoires",
    "Membres actifs",
    "Aidants",
    "Instructeurs",
    "Responsables",
)
MAILBOX = "Boîte du groupe"
PERSON_HEADERS = ("Nom", "Prénom", "Fonction", "Groupe", "Organisme", "Territoires", "Rôles dans le groupe")
EMAIL = "Adresse e-mail"


def groupe_headers(actor: Actor) -> tuple[str, ...]:
    """Mailboxes only for who may see addresses."""
    return (*GROUPE_HEADERS, MAILBOX) if decisions.may_see_people(actor) else GROUPE_HEADERS


def groupe_cells(actor: Actor, rows: Iterable[GroupeRow]) -> Iterator[list[str | int]]:
    """One line per groupe."""
    for row in rows:
        line = groupe_line(actor, row)
        cells: list[str | int] = [line.name, line.organisme, territoires_of(row.groupe, None)]
        cells += [line.members, line.aidants, line.instructeurs, ", ".join(line.responsables)]
        yield [*cells, line.mailbox] if decisions.may_see_people(actor) else cells


def person_headers(actor: Actor) -> tuple[str, ...]:
    """Addresses only for who may see them."""
    return (*PERSON_HEADERS, EMAIL) if decisions.may_see_people(actor) else PERSON_HEADERS


def person_cells(actor: Actor, rows: Iterable[PersonRow]) -> Iterator[list[str]]:
    """One line per groupe of each person; one without groupe for who is in none."""
    for row in rows:
        user = row.user
        who = [user.last_name, user.first_name, user.function]
        address = [user.email if may_see_email(actor, row) else ""] if decisions.may_see_people(actor) else []
        if not row.memberships:
            yield [*who, "", "", "", "", *address]
        for held in row.memberships:
            groupe = held.groupe
            where = [groupe.name, groupe.organisme.acronym, territoires_of(groupe, None), flags_of(held)]
            yield [*who, *where, *address]


def _covered(sides: list[frozenset[str] | None], names: Mapping[str, str]) -> dict[str, str]:
    return {code: name for code, name in names.items() if any(codes is None or code in codes for codes in sides)}
