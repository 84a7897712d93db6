"""What the bell says of demandes and absences: the sentences of the mails, for a whole page of lines at once.

The right is asked again: of the counter from the facts that come with the session, of the page from the rows.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.urls import reverse

from aplus.accounts.models import Absence
from aplus.demandes.mails import OF_NOTES, WORDS, Told
from aplus.demandes.models import Demande
from aplus.demandes.presenters.states import number_label
from aplus.demandes.queries import bell as queries
from aplus.demandes.services import standing_in
from aplus.demandes.services.absences import CANCELLED_BY_OTHER, SET_BY_OTHER
from aplus.demandes.services.telling import Role
from aplus.notifications import bell
from aplus.notifications.bell import DemandeColumns, Names, Said, Unread
from aplus.notifications.models import Notification
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import Side
from aplus.ui.dates import day_label

NOBODY = "Administration+"
# Of a demande: a colleague stands in for somebody absent, or does so no more.
STAND_INS = {
    standing_in.PUT: "{who} remplace un collègue absent sur cette demande.",
    standing_in.STAYS: "{who} ne remplace plus de collègue absent, et reste sur la demande après y avoir agi.",
    standing_in.LEAVES: "{who} ne remplace plus de collègue absent et a quitté la demande.",
}


def register_all() -> None:
    """Declare what the bell shows; called once the apps are ready."""
    bell.read_of_demandes(DemandeColumns(queries.opened_at, queries.facts))
    for event in WORDS:
        bell.show(event, concerns=concerns, teller=of_demandes)
    bell.show(standing_in.EVENT, concerns=concerns, teller=of_absences)


def concerns(actor: Actor, unread: Unread) -> bool:
    """Whether this line would still be told to this person; the page itself looks closer at the scope of managers."""
    role = unread.codes.get("role")
    if role is not None:
        return _has_role(actor, Role(role), unread.codes.get("groupe"))
    if unread.demande is None:
        return unread.event == standing_in.EVENT
    return _may_be_told(unread.event, decisions.side(actor, queries.known(unread.demande)))


def of_demandes(actor: Actor, lines: Sequence[Notification], names: Names) -> dict[UUID, Said]:
    """One sentence for each line of a demande that this person may still be told; one query."""
    found = queries.demandes(actor, {line.demande_id for line in lines if line.demande_id is not None})
    said: dict[UUID, Said] = {}
    for line in lines:
        demande = found.get(line.demande_id) if line.demande_id is not None else None
        if demande is None:
            continue
        words = _to_manager(actor, line, demande, names) if "role" in line.codes else None
        words = words or _of_demande(actor, line, demande, names)
        if words is not None:
            said[line.pk] = words
    return said


def of_absences(actor: Actor, lines: Sequence[Notification], names: Names) -> dict[UUID, Said]:
    """One sentence for each absence that is still this person's to know; two queries."""
    said = of_demandes(actor, [line for line in lines if line.demande_id is not None], names)
    apart = [line for line in lines if line.demande_id is None]
    rows = Absence.objects.select_related("user").filter(pk__in={str(line.codes.get("absence")) for line in apart})
    found = {str(absence.pk): absence for absence in rows}
    for line in apart:
        absence = found.get(str(line.codes.get("absence")))
        words = _of_absence(actor, line, absence, names) if absence is not None else None
        if words is not None:
            said[line.pk] = words
    return said


def _may_be_told(event: str, side: Side | None) -> bool:
    """On the demande now; of a note, on the side that reads them."""
    return side is not None and not (side is Side.AUTHOR and event in OF_NOTES)


def _has_role(actor: Actor, role: Role, groupe_id: object) -> bool:
    if role is Role.RESPONSABLE:
        # Without a groupe, the structure is meant.
        return any(groupe_id in {None, str(held)} for held in actor.responsable_groupe_ids)
    return actor.is_administrateur if role is Role.ADMINISTRATEUR else actor.supervision is not None


def _of_demande(actor: Actor, line: Notification, demande: Demande, names: Names) -> Said | None:
    side = decisions.side(actor, demande)
    if "role" in line.codes or not _may_be_told(line.event, side):
        return None
    groupe = queries.groupe_names(demande).get(str(line.codes.get("groupe")), "")
    urgent = ", urgente" if demande.is_urgent else ""
    return Said(
        sentence=_sentence(line, demande, groupe, names, is_author_side=side is Side.AUTHOR),
        label=f"Demande {number_label(demande.number)}",
        about=f"de {demande.structure.name}, {demande.territoire}{urgent}",
        url=reverse("demandes:page", args=[demande.pk]),
        is_of_demande=True,
    )


def _to_manager(actor: Actor, line: Notification, demande: Demande, names: Names) -> Said | None:
    """Metadata to who answers for a groupe: with the page of the demande when they are on it, else the groupe's."""
    role = Role(str(line.codes["role"]))
    place = names.place(line, "groupe")
    if "groupe" not in line.codes:
        groupe_id, name = demande.structure_id, demande.structure.name
    elif place is not None:
        groupe_id, name = place.id, place.name
    else:
        return None
    if role is Role.RESPONSABLE and groupe_id not in actor.responsable_groupe_ids:
        return None
    if role is Role.SUPERVISEUR and (place is None or not decisions.may_see_metadata(actor, place)):
        return None
    if role is Role.ADMINISTRATEUR and not actor.is_administrateur:
        return None
    is_on_it = decisions.may_read(actor, demande)
    if is_on_it:
        url = reverse("demandes:page", args=[demande.pk])
    else:
        url = f"/groupes/{groupe_id}/demandes/" if role is Role.RESPONSABLE else "/pilotage/"
    return Said(
        sentence=_sentence(line, demande, name, names, is_author_side=False),
        label=f"Demande {number_label(demande.number)}",
        about=f"groupe {name}",
        url=url,
        is_of_demande=is_on_it,
    )


def _sentence(line: Notification, demande: Demande, groupe: str, names: Names, *, is_author_side: bool) -> str:
    """The first sentence of the mail."""
    if line.event == standing_in.EVENT:
        words = STAND_INS.get(str(line.codes.get("motif")), "")
        return words.format(who=names.person(line, "personne") or "Un collègue")
    day = line.codes.get("jour")
    told = Told(
        who=names.person(line, "acteur") or NOBODY,
        groupe=groupe,
        number=number_label(demande.number),
        is_author_side=is_author_side,
        day=date.fromisoformat(str(day)) if day else None,
        why=str(line.codes.get("motif", "")),
    )
    return WORDS[line.event](told).sentence


def _of_absence(actor: Actor, line: Notification, absence: Absence, names: Names) -> Said | None:
    what, groupe = line.codes["quoi"], names.place(line, "groupe")
    who, until = absence.user.full_name, day_label(absence.until_date)
    if what in {SET_BY_OTHER, CANCELLED_BY_OTHER}:
        did = "a noté votre absence" if what == SET_BY_OTHER else "a mis fin à votre absence"
        days = f"du {day_label(absence.from_date)} au {until}"
        return Said(f"{names.person(line, 'acteur') or NOBODY} {did} {days}.", "Voir mes absences", "/moi/absences/")
    if what == standing_in.FINISHED:
        return Said(f"Votre remplacement de {who} est fini.", "Voir mes demandes", reverse("demandes:list"))
    if groupe is None or absence.ended_at is not None:
        return None
    if what == standing_in.REPLACES and groupe.id in actor.aidant_groupe_ids:
        sentence = f"{who} vous confie jusqu’au {until} ses demandes ouvertes de {groupe.name}."
        return Said(sentence, "Voir mes demandes", reverse("demandes:list"))
    if what == standing_in.NOBODY and groupe.id in actor.responsable_groupe_ids:
        sentence = f"Personne ne remplace {who}, en absence jusqu’au {until}."
        return Said(sentence, f"Voir les demandes du groupe {groupe.name}", f"/groupes/{groupe.id}/demandes/")
    if what == standing_in.GROUPE and groupe.id in actor.instructeur_groupe_ids:
        number = int(line.codes.get("nombre", 0))
        several = "s" if number > 1 else ""
        sentence = (
            f"{who} est en absence jusqu’au {until} et suit {number} demande{several} de {groupe.name}\u00a0: "
            "vous pouvez y répondre."
        )
        return Said(sentence, "Voir mes demandes", reverse("demandes:list"))
    return None
