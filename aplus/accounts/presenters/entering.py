"""What the screens of signing in say: why a link is over, and the three first steps of each role."""

from dataclasses import dataclass

from aplus.accounts.rules.entering import LinkState
from aplus.policy.actor import Actor


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three first steps of a role."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Over:
    """Why a link does not open a session any more."""

    title: str
    text: str
    may_ask_again: bool = True


OVER = {
    LinkState.USED: Over(
        "Ce lien a déjà servi",
        "Un lien de connexion ne sert qu’une fois. Si ce n’est pas vous qui l’avez utilisé, "
        "prévenez l’équipe d’Administration+.",
    ),
    LinkState.ENDED_BY_ENTRY: Over(
        "Ce lien a été remplacé",
        "Vous êtes entré avec un autre lien, demandé à peu près au même moment : "
        "les autres ont cessé d’être valables à cet instant.",
    ),
    LinkState.ENDED_BY_NEWER: Over(
        "Ce lien a été remplacé",
        "Vous avez demandé d’autres liens depuis : utilisez le dernier e-mail reçu, ou demandez un nouveau lien.",
    ),
    LinkState.EXPIRED: Over(
        "Ce lien a expiré",
        "Un lien de connexion n’est valable que quelques minutes après avoir été demandé.",
    ),
}

AIDANT = (
    Step(
        "Recueillez l’accord de l’usager",
        "Une demande se fait avec son mandat : écrit, ou donné à l’oral ou par SMS. "
        "Si vous n’en avez pas, Administration+ prépare le document à imprimer et à signer.",
    ),
    Step(
        "Décrivez le blocage",
        "Choisissez « Nouvelle demande », les organismes concernés, puis racontez ce qui a été tenté et pourquoi "
        "c’est bloqué. Le sujet ne doit contenir aucune donnée personnelle.",
    ),
    Step(
        "Suivez la réponse",
        "Vous êtes prévenu par e-mail. La liste « Demandes » dit à qui c’est le tour ; "
        "quand le blocage est levé, c’est vous qui archivez.",
    ),
)
INSTRUCTEUR = (
    Step(
        "Ouvrez la plus ancienne demande",
        "La liste « Demandes » montre ce qui est adressé à votre groupe, le plus pressé en premier. "
        "L’aidant voit que vous l’avez ouverte.",
    ),
    Step(
        "Prenez-la en charge, ou dites que ce n’est pas de votre compétence",
        "Vos collègues savent alors que vous vous en occupez ; vous pouvez annoncer une date de réponse.",
    ),
    Step(
        "Répondez sur la page",
        "Demandez des précisions, invitez un autre organisme, puis déclarez la demande traitée. "
        "Une note ne se lit qu’entre instructeurs.",
    ),
)
RESPONSABLE = (
    Step(
        "Vérifiez les membres de votre groupe",
        "La page « Groupes » dit qui en fait partie et avec quel rôle. Un compte ne se partage pas : chacun a le sien.",
    ),
    Step(
        "Relisez la présentation du groupe",
        "La description et la note publique disent aux autres quand et pourquoi s’adresser à vous.",
    ),
    Step(
        "Gardez un œil sur les délais",
        "Vous voyez l’activité du groupe et ce qui attend, sans lire le contenu des demandes.",
    ),
)
PILOTAGE = (
    Step("Ouvrez la page « Pilotage »", "Elle rassemble les chiffres et les groupes de votre périmètre."),
    Step(
        "Repérez ce qui attend",
        "Les délais et la couverture se lisent par territoire et par organisme, jamais le contenu des demandes.",
    ),
    Step("Consultez l’aide", "Les guides expliquent chaque rôle en quelques minutes."),
)
EXPERT = (
    Step(
        "Attendez d’être appelé",
        "Un aidant ou un instructeur vous invite sur une demande bloquée : un e-mail vous prévient.",
    ),
    Step("Lisez et répondez", "Vous voyez la demande et ses échanges tant qu’elle est ouverte."),
    Step("Quittez la demande quand elle avance sans vous", "Elle disparaît alors de votre liste."),
)
NOBODY_YET = (
    Step("Rejoignez un groupe", "Votre responsable de groupe vous y ajoute : vous serez prévenu par e-mail."),
    Step("Consultez l’aide", "Les guides expliquent chaque rôle en quelques minutes."),
    Step("Une question ?", "La page « Contact » mène à l’équipe d’Administration+."),
)


def first_steps(actor: Actor) -> tuple[Step, ...]:
    """The three first steps of the role in which this person's day begins."""
    held = (
        (bool(actor.aidant_groupe_ids), AIDANT),
        (bool(actor.instructeur_groupe_ids), INSTRUCTEUR),
        (bool(actor.responsable_groupe_ids), RESPONSABLE),
        (actor.expertise is not None, EXPERT),
        (actor.has_pilotage, PILOTAGE),
    )
    return next((steps for is_held, steps in held if is_held), NOBODY_YET)
