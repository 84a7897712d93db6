"""The mails of who is what in a groupe, and of accounts closed and opened; rights are asked again when they leave."""

from django.urls import reverse

from aplus.accounts.models import Membership, MembershipChange, User
from aplus.accounts.queries import actors, managers
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import closing, members
from aplus.annuaire.models import Groupe
from aplus.core.french import of_name
from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, register
from aplus.policy import decisions

TEAM = "L’équipe d’Administration+"
HOW_BACK = (
    "Pour revenir, indiquez votre adresse sur la page de connexion\u00a0: vous pourrez le demander à votre responsable."
)


def register_all() -> None:
    """Declare the composers; called once the apps are ready."""
    register(members.FLAGS_SET, flags_set)
    register(members.REMOVED, removed)
    register(members.NO_RESPONSABLE, no_responsable)
    register(closing.DEACTIVATED, deactivated)
    register(closing.REACTIVATED, reactivated)


def flags_set(line: Notification) -> Composed | None:
    """To the person, and to every member when *instructeur* was given."""
    change, reader = _change(line), line.person
    if change is None or change.user is None or reader is None or not _is_member(reader, change.groupe):
        return None
    roles, by, place = Flags.of(change).label, _who(change.by), change.groupe.name
    link = [("Voir le groupe", reverse("gestion:groupe", args=[change.groupe_id]))]
    if reader.pk == change.user_id:
        return Composed(
            to=reader.email,
            subject="Vos rôles ont changé",
            title=f"Vos rôles dans le groupe {place} ont changé",
            paragraphs=[f"{by} a modifié vos rôles. Vous êtes désormais\u00a0: {roles}."],
            links=link,
        )
    return Composed(
        to=reader.email,
        subject="Un nouvel instructeur dans votre groupe",
        title=f"{change.user.full_name} est instructeur dans le groupe {place}",
        paragraphs=[
            f"{by} a donné ce rôle\u00a0: cette personne lit désormais les demandes adressées au groupe.",
            "Si cela vous surprend, parlez-en à votre responsable.",
        ],
        links=link,
    )


def removed(line: Notification) -> Composed | None:
    """To who was put out, and to the members who stay."""
    change, reader = _change(line), line.person
    if change is None or change.user is None or reader is None or not reader.is_active:
        return None
    by, place = _who(change.by), change.groupe.name
    if reader.pk == change.user_id:
        return Composed(
            to=reader.email,
            subject="Vous ne faites plus partie d’un groupe",
            title=f"Vous ne faites plus partie du groupe {place}",
            paragraphs=[
                f"{by} vous a retiré de ce groupe\u00a0: vous ne voyez plus ses demandes.",
                "Si c’est une erreur, parlez-en au responsable du groupe.",
            ],
        )
    if not _is_member(reader, change.groupe):
        return None
    return Composed(
        to=reader.email,
        subject="Un départ dans votre groupe",
        title=f"{change.user.full_name} ne fait plus partie du groupe {place}",
        paragraphs=[f"{by} a fait ce changement."],
        links=[("Voir le groupe", reverse("gestion:groupe", args=[change.groupe_id]))],
    )


def no_responsable(line: Notification) -> Composed | None:
    """To those above a groupe whose last responsable left; nothing when one has come since."""
    groupe = Groupe.objects.filter(pk=line.codes["groupe"], closed_at=None).first()
    reader = line.person
    if groupe is None or reader is None or managers.responsables(groupe.pk):
        return None
    if not decisions.may_manage_members(actors.actor_for(reader.pk), groupe):
        return None
    return Composed(
        to=reader.email,
        subject="Un groupe n’a plus de responsable",
        title=f"Le groupe {groupe.name} n’a plus de responsable",
        paragraphs=["Son dernier responsable l’a quitté, ou ne l’est plus. Choisissez-en un parmi ses membres."],
        links=[("Voir le groupe", reverse("gestion:groupe", args=[groupe.pk]))],
    )


def deactivated(line: Notification) -> Composed | None:
    """To the person, whose address is still theirs, and to the responsables of their groupes."""
    person, reader = _about(line), line.person
    if person is None or person.is_active or reader is None:
        return None
    is_idle = line.codes.get("raison") == closing.IDLE
    if reader.pk == person.pk:
        why = (
            "Vous ne vous êtes pas connecté depuis six mois\u00a0: votre compte est désactivé, et vos sessions fermées."
        )
        return Composed(
            to=reader.email,
            subject="Votre compte est désactivé",
            title="Votre compte Administration+ est désactivé",
            paragraphs=[
                why if is_idle else "Votre compte est désactivé, et vos sessions sont fermées.",
                HOW_BACK,
            ],
            links=[("Page de connexion", reverse("accounts:sign_in"))],
        )
    places = _shared(person, reader)
    if not places:
        return None
    return Composed(
        to=reader.email,
        subject="Le compte d’un membre est désactivé",
        title=f"Le compte {of_name(person.full_name)} est désactivé",
        paragraphs=[
            *(["Ce compte n’avait pas servi depuis six mois."] if is_idle else []),
            f"Groupes concernés\u00a0: {', '.join(groupe.name for groupe in places)}.",
            "Vérifiez que ses demandes ont quelqu’un pour les suivre.",
        ],
        links=[("Voir le groupe", reverse("gestion:groupe", args=[places[0].pk]))],
    )


def reactivated(line: Notification) -> Composed | None:
    """To the person, and to the responsables of the groupes they came back to."""
    person, reader = _about(line), line.person
    if person is None or not person.is_active or reader is None:
        return None
    if reader.pk == person.pk:
        return Composed(
            to=reader.email,
            subject="Votre compte est réactivé",
            title="Votre compte Administration+ est réactivé",
            paragraphs=["Vous retrouvez vos groupes et vos rôles."],
            links=[("Page de connexion", reverse("accounts:sign_in"))],
        )
    places = _shared(person, reader)
    if not places:
        return None
    return Composed(
        to=reader.email,
        subject="Le compte d’un membre est réactivé",
        title=f"Le compte {of_name(person.full_name)} est réactivé",
        paragraphs=[f"Groupes concernés\u00a0: {', '.join(groupe.name for groupe in places)}."],
        links=[("Voir le groupe", reverse("gestion:groupe", args=[places[0].pk]))],
    )


def _change(line: Notification) -> MembershipChange | None:
    return MembershipChange.objects.select_related("groupe", "user", "by").filter(pk=line.act_id).first()


def _about(line: Notification) -> User | None:
    return User.objects.filter(pk=line.codes["personne"], deleted_at=None).first()


def _is_member(reader: User, groupe: Groupe) -> bool:
    held = Membership.objects.filter(user=reader, user__is_active=True, groupe=groupe, groupe__closed_at=None)
    return held.exists()


def _shared(person: User, reader: User) -> list[Groupe]:
    """The groupes of this person whose responsable the reader is."""
    led = Membership.objects.filter(user=reader, user__is_active=True, is_responsable=True).values("groupe")
    return list(Groupe.objects.filter(pk__in=led, memberships__user=person, closed_at=None))


def _who(by: User | None) -> str:
    return by.full_name if by is not None else TEAM
