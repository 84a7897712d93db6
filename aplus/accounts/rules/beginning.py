"""The first steps of each role: where each leads, and what shows that it was really done. Pure Python."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from aplus.policy.actor import Actor

# Kept with the marks of a person: the panel was hidden, or all was done.
OVER = "fini"
STEPS_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One step: done by one of these acts of the journal, or by opening the screen of this mark."""

    code: str
    title: str
    url: str
    guide: str = ""
    acts: tuple[str, ...] = ()
    mark: str = ""


def _read(topic: str, title: str) -> Step:
    address = f"aide/{topic}"
    return Step(address, title, f"/{address}/", mark=address)


MAILS = Step(
    "e-mails",
    "Choisir vos e-mails",
    "/moi/notifications/",
    guide="modifier-vos-informations",
    acts=("choix-des-e-mails",),
)
REPLY = Step(
    "reponse",
    "Répondre à une première demande",
    "/demandes/",
    guide="repondre-a-une-demande",
    acts=("reponse", "prise-en-charge", "precisions", "traitement", "incompetence"),
)
READ_REPLYING = _read("repondre-a-une-demande", "Lire le guide «\u00a0Répondre à une demande\u00a0»")
READ_GROUPES = _read("gerer-votre-groupe", "Lire le guide «\u00a0Gérer votre groupe\u00a0»")
DIRECTORY = Step("annuaire", "Parcourir l’annuaire", "/pilotage/annuaire/", mark="annuaire")
AIDANT = (
    _read("creer-une-demande", "Lire le guide «\u00a0Créer une demande\u00a0»"),
    Step(
        "envoi",
        "Envoyer une première demande",
        "/demandes/nouvelle/",
        guide="creer-une-demande",
        acts=("envoi",),
    ),
    _read("comprendre-les-etats", "Lire le guide «\u00a0Comprendre les états d’une demande\u00a0»"),
    MAILS,
)
# {groupe}: the first groupe where the role is held.
INSTRUCTEUR = (
    READ_REPLYING,
    REPLY,
    Step(
        "modele",
        "Préparer un modèle de réponse pour votre groupe",
        "/groupes/{groupe}/modeles/",
        guide="repondre-a-une-demande",
        acts=("modele-ajoute", "modele-change"),
    ),
    MAILS,
)
RESPONSABLE = (
    Step(
        "membres",
        "Vérifier les membres de votre groupe",
        "/groupes/{groupe}/",
        guide="voir-les-utilisateurs",
        mark="groupe",
    ),
    Step(
        "suivi",
        "Voir où en sont les demandes du groupe",
        "/groupes/{groupe}/demandes/",
        guide="voir-les-demandes-du-groupe",
        mark="demandes-du-groupe",
    ),
    Step(
        "ajout",
        "Ajouter ou inviter un collègue",
        "/groupes/{groupe}/membres/ajout/",
        guide="ajouter-un-compte",
        acts=("membre-ajoute", "invitation-envoyee"),
    ),
    MAILS,
)
EXPERT = (
    READ_REPLYING,
    replace(REPLY, title="Répondre à une demande où l’on vous appelle"),
    MAILS,
)
PILOTAGE = (DIRECTORY, Step("groupe", "Ouvrir la page d’un groupe", "/pilotage/annuaire/", mark="groupe"), READ_GROUPES)
ADMINISTRATEUR = (
    Step("personnes", "Retrouver une personne", "/pilotage/personnes/", mark="personnes"),
    DIRECTORY,
    Step("territoires", "Relire les territoires", "/pilotage/territoires/", mark="territoires"),
    MAILS,
)
# The screens whose opening is a step, by route; of the help, the page is the mark.
OPENED = {
    "gestion:groupe": "groupe",
    "gestion:groupe_demandes": "demandes-du-groupe",
    "pilotage:directory": "annuaire",
    "pilotage:people": "personnes",
    "pilotage:territoires": "territoires",
}
HELP = "help:topic"


def steps_of(actor: Actor) -> list[Step]:
    """The steps of this person's roles, those of the first page's role first; none without a role."""
    found: dict[str, Step] = {}
    for groupe_ids, steps in _held(actor):
        groupe = min(map(str, groupe_ids), default="")
        for step in steps:
            found.setdefault(step.code, replace(step, url=step.url.replace("{groupe}", groupe)))
    return list(found.values())[:STEPS_AT_MOST]


def _held(actor: Actor) -> list[tuple[Collection[UUID], tuple[Step, ...]]]:
    held: tuple[tuple[bool, Collection[UUID], tuple[Step, ...]], ...] = (
        (bool(actor.aidant_groupe_ids), actor.aidant_groupe_ids, AIDANT),
        (bool(actor.instructeur_groupe_ids), actor.instructeur_groupe_ids, INSTRUCTEUR),
        (actor.expertise is not None, (), EXPERT),
        (bool(actor.responsable_groupe_ids), actor.responsable_groupe_ids, RESPONSABLE),
        (actor.is_administrateur, (), ADMINISTRATEUR),
        (actor.supervision is not None or actor.observation is not None, (), (*PILOTAGE, MAILS)),
    )
    return [(groupe_ids, steps) for is_held, groupe_ids, steps in held if is_held]


def mark_of(route: str, arguments: Mapping[str, object]) -> str:
    """What opening this screen shows; '' for nothing."""
    return f"aide/{arguments['topic']}" if route == HELP else OPENED.get(route, "")


def is_done(step: Step, acts: Collection[str], marks: Collection[str]) -> bool:
    """By what the journal says, or by what was opened."""
    return step.mark in marks if step.mark else not set(step.acts).isdisjoint(acts)
