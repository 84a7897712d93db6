"""The mails of absences: who is away until when, and what it means for the reader; nothing of any demande but numbers.

Rights are asked again here, when the mail leaves.
"""

from dataclasses import dataclass

from aplus.accounts.models import Absence, Membership, User
from aplus.annuaire.models import Groupe
from aplus.core.french import of_name
from aplus.demandes.presenters.states import number_label
from aplus.demandes.queries import absences, duty
from aplus.demandes.services import standing_in
from aplus.demandes.services.absences import CANCELLED_BY_OTHER, SET_BY_OTHER
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
from aplus.ui.dates import day_label

NUMBERS_AT_MOST = 30
LIST, ACCOUNT = ("Voir mes demandes", "/demandes/"), ("Voir mes absences", "/moi/absences/")


@dataclass(frozen=True)
class About:
    """What a mail may say."""

    absence: Absence
    groupe: Groupe | None
    who: str
    until: str
    number: int
    by: str

    @property
    def place(self) -> str:
        """The groupe's name."""
        return self.groupe.name if self.groupe else ""


def register_all() -> None:
    """Declare the composer of absences; called once the apps are ready."""
    register(standing_in.EVENT, compose)


def compose(line: Notification) -> Composed | None:
    """The mail of one line; None when the absence or the reader's part in it is over."""
    absence = Absence.objects.select_related("user").filter(pk=line.codes.get("absence")).first()
    if absence is None or (line.person is not None and not line.person.is_active):
        return None
    groupe = Groupe.objects.filter(pk=line.codes.get("groupe"), closed_at=None).first()
    by = User.objects.filter(pk=line.codes.get("acteur")).first()
    about = About(
        absence=absence,
        groupe=groupe,
        who=absence.user.full_name,
        until=day_label(absence.until_date),
        number=int(line.codes.get("nombre", 0)),
        by=by.full_name if by else "Administration+",
    )
    what = line.codes["quoi"]
    if line.person is None:
        return _followed(about, groupe.told_mailbox) if groupe and groupe.told_mailbox else None
    if what in {SET_BY_OTHER, CANCELLED_BY_OTHER}:
        return _by_another(about, line.person, is_set=what == SET_BY_OTHER)
    if what == standing_in.FINISHED:
        return _finished(about, line.person)
    if absence.ended_at is not None or groupe is None:
        return None
    if what == standing_in.REPLACES:
        return _replaces(about, line.person) if absences.is_aidant(line.person.pk, groupe.pk) else None
    if what == standing_in.NOBODY:
        return _nobody(about, line.person) if line.person.pk in duty.responsables(groupe.pk) else None
    held = Membership.objects.filter(user=line.person, groupe=groupe, is_instructeur=True)
    return _followed(about, line.person.email) if held.exists() else None


def _replaces(about: About, person: User) -> Composed:
    numbers = absences.held_by(person.pk, about.absence, about.groupe.pk) if about.groupe else []
    shown = ", ".join(number_label(number) for number in numbers[:NUMBERS_AT_MOST])
    more = f" et {len(numbers) - NUMBERS_AT_MOST} autres" if len(numbers) > NUMBERS_AT_MOST else ""
    return Composed(
        to=person.email,
        subject=f"Vous remplacez {about.who}",
        title=f"Vous remplacez {about.who} jusqu’au {about.until}",
        paragraphs=[
            f"{about.who} vous confie pendant son absence ses demandes ouvertes de {about.place}.",
            f"Demandes : {shown}{more}." if numbers else "Aucune demande n’est à reprendre pour l’instant.",
            "À la fin de l’absence, vous ne verrez plus celles où vous n’avez rien fait.",
        ],
        links=[LIST],
        number=numbers[0] if len(numbers) == 1 else None,
    )


def _nobody(about: About, person: User) -> Composed:
    return Composed(
        to=person.email,
        subject=f"Personne ne remplace {about.who}",
        title=f"Personne ne remplace {about.who}, en absence jusqu’au {about.until}",
        paragraphs=[
            f"La personne désignée n’est plus aidant de {about.place}.",
            "Vous pouvez confier les demandes à un autre aidant de la structure, sans en voir le contenu.",
        ],
        links=[
            ("Voir les demandes du groupe", f"/groupes/{about.groupe.pk}/demandes/" if about.groupe else "/groupes/")
        ],
    )


def _followed(about: About, to: str) -> Composed:
    several = "s" if about.number > 1 else ""
    return Composed(
        to=to,
        subject=f"{about.who} est en absence",
        title=f"{about.who} est en absence jusqu’au {about.until}",
        paragraphs=[
            f"{about.place} : {about.number} demande{several} en cours suivie{several} par {about.who}.",
            "Vous pouvez y répondre, ou en confier le suivi à un collègue depuis la page de la demande.",
        ],
        links=[LIST],
    )


def _finished(about: About, person: User) -> Composed:
    return Composed(
        to=person.email,
        subject=f"Votre remplacement {of_name(about.who)} est fini",
        title=f"Votre remplacement {of_name(about.who)} est fini",
        paragraphs=["Vous ne voyez plus ses demandes, sauf celles où vous avez agi et que vous suivez toujours."],
        links=[LIST],
    )


def _by_another(about: About, person: User, *, is_set: bool) -> Composed:
    days = f"du {day_label(about.absence.from_date)} au {about.until}"
    title = "Une absence a été notée pour vous" if is_set else "Votre absence est levée"
    said = f"{about.by} a noté votre absence {days}." if is_set else f"{about.by} a mis fin à votre absence {days}."
    return Composed(
        to=person.email,
        subject=title,
        title=title,
        paragraphs=[said, "Vous pouvez y mettre fin depuis votre compte."] if is_set else [said],
        links=[ACCOUNT],
    )
