"""The mail of a role given, changed or taken outside groupes."""

from aplus.accounts.queries import actors
from aplus.accounts.rules import roles as rules
from aplus.accounts.rules.roles import Role
from aplus.accounts.services import roles
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register

NAMES = {
    Role.SUPERVISION: "superviseur",
    Role.OBSERVATION: "observateur",
    Role.EXPERTISE: "expert",
    Role.ADMINISTRATEUR: "administrateur",
}
TITLES = {
    "donne": "Vous êtes désormais {name} dans Administration+",
    "change": "Ce que couvre votre rôle de {name} a changé",
    "retire": "Vous n’êtes plus {name} dans Administration+",
}
FACTOR = (
    "Ce rôle demande un second facteur\u00a0: une application qui donne des codes, ou une clé d’accès. "
    "Administration+ vous guidera à votre prochaine connexion."
)
SURPRISE = "Si cela vous surprend, prévenez l’équipe d’Administration+."


def register_all() -> None:
    """Declare the composer; called once the apps are ready."""
    register(roles.EVENT, role_changed)


def role_changed(line: Notification) -> Composed | None:
    """To the person; nothing when the role has changed again since: another mail says so."""
    reader = line.person
    if reader is None or not reader.is_active:
        return None
    role, word = Role(line.codes["role"]), line.codes["sens"]
    if rules.held(actors.actor_for(reader.pk), role).version != line.codes["version"]:
        return None
    has_news = word == "donne" and role.asks_factor
    return Composed(
        to=reader.email,
        subject="Votre rôle a changé",
        title=TITLES[word].format(name=NAMES[role]),
        paragraphs=[
            "L’équipe d’Administration+ a fait ce changement. Vos groupes restent les mêmes.",
            *([FACTOR] if has_news else []),
            SURPRISE,
        ],
        links=[("Voir mes rôles", "/moi/"), ("Prévenir l’équipe d’Administration+", "/contact/")],
    )
