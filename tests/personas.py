"""The people of product.md §2 and their groupes: what every test, and nobody else, knows by name."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from aplus.accounts.models import (
    CguVersion,
    Expertise,
    Membership,
    Observation,
    Passkey,
    Supervision,
    TotpDevice,
    User,
)
from aplus.accounts.rules import factors
from aplus.accounts.services import totp
from aplus.accounts.sessions import SessionStore
from aplus.annuaire.models import Groupe, Organisme, Territoire
from aplus.core import clock
from aplus.core.text import fold

CGU = "1"
AIDANT, INSTRUCTEUR, RESPONSABLE = "aidant", "instructeur", "responsable"
SUPERVISEUR, OBSERVATEUR, ADMINISTRATEUR, EXPERT = "superviseur", "observateur", "administrateur", "expert"


@dataclass(frozen=True)
class Persona:
    """One person: the key used in tests, the name, the function, the roles, the keys of the groupes."""

    key: str
    first_name: str
    last_name: str
    function: str
    roles: tuple[str, ...]
    groupes: tuple[str, ...] = ()
    is_welcomed: bool = True

    @property
    def email(self) -> str:
        """first.last@demo.example, without accents."""
        return f"{fold(self.first_name)}.{fold(self.last_name)}@demo.example"


@dataclass(frozen=True)
class GroupeOf95:
    """One groupe of territoire 95 (contract.md §7)."""

    key: str
    name: str
    organisme: str
    mailbox: str


PERSONAS = (
    Persona("alice", "Alice", "Martin", "Conseillère France services", (AIDANT,), ("fs_argenteuil",)),
    Persona("amir", "Amir", "Benali", "Conseiller France services", (AIDANT,), ("fs_argenteuil",)),
    Persona("chloe", "Chloé", "Dubois", "Travailleuse sociale", (AIDANT,), ("ccas_cergy",)),
    Persona("ines", "Inès", "Caron", "Référente A+", (INSTRUCTEUR,), ("caf95",)),
    Persona("igor", "Igor", "Lefèvre", "Référent A+", (INSTRUCTEUR,), ("caf95",)),
    Persona("paul", "Paul", "Nguyen", "Référent A+", (INSTRUCTEUR,), ("cpam95",)),
    Persona("rachel", "Rachel", "Moreau", "Responsable de l’espace", (AIDANT, RESPONSABLE), ("fs_argenteuil",)),
    Persona("remi", "Rémi", "Garnier", "Responsable de service", (INSTRUCTEUR, RESPONSABLE), ("caf95",)),
    Persona("sophie", "Sophie", "Laurent", "Animatrice départementale", (SUPERVISEUR,)),
    Persona("oscar", "Oscar", "Roux", "Pilote national du réseau CAF", (OBSERVATEUR,)),
    Persona("nora", "Nora", "Petit", "Équipe Administration+", (ADMINISTRATEUR,)),
    Persona("elise", "Élise", "Faure", "Médiatrice", (EXPERT,)),
    Persona("nadia", "Nadia", "Roche", "", (AIDANT,), ("fs_argenteuil",), is_welcomed=False),
)
# The MSA and the DDFIP have one instructeur each, none of the personas (contract.md §7).
OTHERS = (
    Persona("agent_msa", "Mathieu", "Colin", "Référent A+", (INSTRUCTEUR,), ("msa95",)),
    Persona("agent_ddfip", "Delphine", "Adam", "Référente A+", (INSTRUCTEUR,), ("ddfip95",)),
)
GROUPES = (
    GroupeOf95("fs_argenteuil", "France services Argenteuil", "france-services", "fs.argenteuil@demo.example"),
    GroupeOf95("ccas_cergy", "CCAS de Cergy", "ccas", "ccas.cergy@demo.example"),
    GroupeOf95("caf95", "CAF du Val-d'Oise", "caf", "caf95@demo.example"),
    GroupeOf95("cpam95", "CPAM du Val-d'Oise", "cpam", "cpam95@demo.example"),
    GroupeOf95("msa95", "MSA du Val-d'Oise", "msa", "msa95@demo.example"),
    GroupeOf95("ddfip95", "DDFIP du Val-d'Oise", "ddfip", "ddfip95@demo.example"),
)
# Whoever must have a second factor has one: an application that makes codes.
TOTP_SECRETS = {"nora": b"nora-nora-nora-nora-", "sophie": b"sophie-sophie-sophie"}
OTHER_SECRET = b"others-others-others"
# code, name, side, identifiers, of the France services network
ORGANISMES = (
    ("france-services", "France services", "aidant", [], True),
    ("ccas", "CCAS", "les_deux", [], False),
    ("caf", "CAF", "operateur", ["numero_caf"], True),
    ("cpam", "CPAM", "operateur", ["nir"], True),
    ("msa", "MSA", "operateur", ["nir"], True),
    ("ddfip", "DDFIP", "operateur", ["numero_fiscal"], True),
)


@dataclass(frozen=True)
class World:
    """Territoire 95 in the test database: accounts and groupes by their key."""

    alice: User
    amir: User
    chloe: User
    ines: User
    igor: User
    paul: User
    rachel: User
    remi: User
    sophie: User
    oscar: User
    nora: User
    elise: User
    nadia: User
    agent_msa: User
    agent_ddfip: User
    fs_argenteuil: Groupe
    ccas_cergy: Groupe
    caf95: Groupe
    cpam95: Groupe
    msa95: Groupe
    ddfip95: Groupe

    def user(self, key: str) -> User:
        """The account of a persona, for tests that go through a table of keys."""
        return getattr(self, key)  # type: ignore[no-any-return]


def build() -> World:
    """Create the reference rows, the six groupes and everybody, in some fifteen queries."""
    now = clock.now()
    CguVersion.objects.get_or_create(version=CGU, defaults={"in_force_at": datetime(2020, 1, 1, tzinfo=UTC)})
    territoire, _ = Territoire.objects.get_or_create(
        code="95", defaults={"name": "Val-d'Oise", "timezone": "Europe/Paris", "local_holidays": []}
    )
    Organisme.objects.bulk_create(
        [
            Organisme(code=code, acronym=name, name=name, side=side, identifiers=needed, is_france_services=network)
            for code, name, side, needed, network in ORGANISMES
        ],
        ignore_conflicts=True,
    )
    groupes = _groupes(territoire, now)
    users = _users(now)
    _memberships(users, groupes, now)
    _scopes(users, territoire, now)
    TotpDevice.objects.bulk_create([totp_of(users[key], now) for key in TOTP_SECRETS])
    return World(**users, **groupes)


def sign_in(client: Client, user: User, *, is_shared_post: bool = False) -> SessionStore:
    """Open a session of this person in the browser `client`, without the mail; returns the session.

    The second factor of who has one was proved just now.
    """
    has_totp = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).exists()
    has_factor = has_totp or Passkey.objects.filter(user=user).exists()
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.describe(
        is_shared_post=is_shared_post,
        browser="Firefox sous Windows",
        factor_at=clock.now() if has_factor else None,
    )
    store.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key or ""
    return store


def totp_of(user: User, now: datetime) -> TotpDevice:
    """A confirmed application with the secret of this persona, or the one of everybody else."""
    device = TotpDevice(user=user, created_at=now, confirmed_at=now)
    device.kek_id, device.wrapped = totp.SECRETS.wrap(device.pk, secret_of(user))
    return device


def secret_of(user: User) -> bytes:
    """What this person's application makes codes from."""
    return _secret(user.email)


def _secret(email: str) -> bytes:
    return next((secret for key, secret in TOTP_SECRETS.items() if email.startswith(f"{key}.")), OTHER_SECRET)


def code_of(user: User, at: datetime | None = None) -> str:
    """The code that this person's application shows now, or then."""
    return code_of_email(user.email, at)


def code_of_email(email: str, at: datetime | None = None) -> str:
    """The same, for who is known by their address alone."""
    return factors.code_at(_secret(email), at or clock.now())


def _groupes(territoire: Territoire, now: datetime) -> dict[str, Groupe]:
    groupes = {
        planned.key: Groupe(
            name=planned.name,
            sort_key=fold(planned.name),
            organisme_id=planned.organisme,
            mailbox=planned.mailbox,
            created_at=now,
        )
        for planned in GROUPES
    }
    Groupe.objects.bulk_create(groupes.values())
    through: Any = Groupe.territoires.through
    through.objects.bulk_create([through(groupe=groupe, territoire=territoire) for groupe in groupes.values()])
    return groupes


def _users(now: datetime) -> dict[str, User]:
    users = {
        persona.key: User(
            email=persona.email,
            first_name=persona.first_name,
            last_name=persona.last_name,
            sort_key=fold(f"{persona.last_name} {persona.first_name}"),
            function=persona.function,
            is_administrateur=ADMINISTRATEUR in persona.roles,
            cgu_version=CGU if persona.is_welcomed else "",
            cgu_accepted_at=now if persona.is_welcomed else None,
            welcomed_at=now if persona.is_welcomed else None,
            created_at=now,
            last_active_at=now,
            password="!",  # no password: sign-in by mailed link
        )
        for persona in (*PERSONAS, *OTHERS)
    }
    User.objects.bulk_create(users.values())
    return users


def _memberships(users: dict[str, User], groupes: dict[str, Groupe], now: datetime) -> None:
    Membership.objects.bulk_create(
        Membership(
            user=users[persona.key],
            groupe=groupes[key],
            is_aidant=AIDANT in persona.roles,
            is_instructeur=INSTRUCTEUR in persona.roles,
            is_responsable=RESPONSABLE in persona.roles,
            instructeur_since=now if INSTRUCTEUR in persona.roles else None,
            created_at=now,
        )
        for persona in (*PERSONAS, *OTHERS)
        for key in persona.groupes
    )


def _scopes(users: dict[str, User], territoire: Territoire, now: datetime) -> None:
    supervision = Supervision.objects.create(user=users["sophie"], created_at=now)
    supervision.territoires.set([territoire])
    supervision.organismes.set(Organisme.objects.filter(is_france_services=True))
    observation = Observation.objects.create(user=users["oscar"], created_at=now)
    observation.organismes.set(["caf"])
    expertise = Expertise.objects.create(user=users["elise"], created_at=now)
    expertise.territoires.set([territoire])
