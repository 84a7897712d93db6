"""Making accounts and memberships: the two writers that every way in ends with."""

from aplus.accounts.models import DigestChoice, Membership, User
from aplus.accounts.queries import actors as queries
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.text import fold


def name_key(first_name: str, last_name: str) -> str:
    """By what people are sorted: the last name, then the first, without accents or case."""
    return fold(f"{last_name} {first_name}")


def create_user(
    email: str,
    *,
    first_name: str = "",
    last_name: str = "",
    function: str = "",
    is_administrateur: bool = False,
    is_welcomed: bool = False,
) -> User:
    """An account without password or groupe; `is_welcomed` says that the CGU in force are accepted already."""
    now = clock.now()
    user = User(
        email=email.strip().lower(),
        first_name=first_name,
        last_name=last_name,
        sort_key=name_key(first_name, last_name),
        function=function,
        is_administrateur=is_administrateur,
        created_at=now,
    )
    if is_welcomed:
        user.cgu_version, user.cgu_accepted_at, user.welcomed_at = queries.cgu_in_force(), now, now
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def join(
    user: User,
    groupe: Groupe,
    *,
    aidant: bool = False,
    instructeur: bool = False,
    responsable: bool = False,
    new_demandes: DigestChoice | None = None,
) -> Membership:
    """Put a person in a groupe; by default told of every new demande, grouped when the groupe has a mailbox."""
    now = clock.now()
    default = DigestChoice.GROUPED if groupe.told_mailbox else DigestChoice.EVERY
    return Membership.objects.create(
        user=user,
        groupe=groupe,
        is_aidant=aidant,
        is_instructeur=instructeur,
        is_responsable=responsable,
        instructeur_since=now if instructeur else None,
        new_demandes=new_demandes or default,
        created_at=now,
    )
