"""What the bell says of accounts, groupes and members: one plain sentence for each line, rights asked again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from aplus.accounts.mails import factors as factors_mails
from aplus.accounts.mails import passwords as passwords_mails
from aplus.accounts.mails import roles as roles_mails
from aplus.accounts.models import MembershipChange, MembershipEvent, Proposal, ProposalKind
from aplus.accounts.rules.addresses import Side
from aplus.accounts.rules.members import Flags
from aplus.accounts.rules.roles import Role
from aplus.accounts.services import (
    addresses,
    closing,
    entering,
    factors,
    groupes,
    inviting,
    members,
    passwords,
    proposing,
    returning,
    roles,
    support,
)
from aplus.core.french import of_name
from aplus.notifications import bell
from aplus.notifications.bell import Names, Place, Said, Unread
from aplus.notifications.models import Notification
from aplus.policy import decisions
from aplus.policy.actor import Actor

TEAM = "L’équipe d’Administration+"
SECURITY = ("Voir la sécurité de mon compte", "/moi/securite/")
MY_GROUPES = ("Voir mes groupes", "/groupes/")


@dataclass(frozen=True)
class Known:
    """What a page of lines is about: who reads, what changed, what was proposed."""

    actor: Actor
    names: Names
    changes: dict[UUID, MembershipChange]
    arrivals: dict[tuple[UUID, datetime], list[MembershipChange]]
    proposals: dict[str, Proposal]


Words = Callable[[Notification, Known], Said | None]


def register_all() -> None:
    """Declare what the bell shows; called once the apps are ready. Links that open something are in mails only."""
    for event in WORDS:
        bell.show(event, concerns=concerns, teller=tell)


def concerns(_actor: Actor, unread: Unread) -> bool:
    """Every line but one of two that say the same: of an address that changed, what the old one is told."""
    return unread.event != addresses.CHANGED or unread.codes.get("pour") != Side.OLD


def tell(actor: Actor, lines: Sequence[Notification], names: Names) -> dict[UUID, Said]:
    """The words of these lines; two queries."""
    known = _known(actor, lines, names)
    said = {line.pk: WORDS[line.event](line, known) for line in lines}
    return {key: words for key, words in said.items() if words is not None}


def _known(actor: Actor, lines: Sequence[Notification], names: Names) -> Known:
    acts = {line.act_id for line in lines}
    came = [line for line in lines if line.event in {inviting.ATTACHED, inviting.ARRIVED}]
    groupe_ids, moments = {str(line.codes["groupe"]) for line in came}, {line.at for line in came}
    of_arrival = Q(event=MembershipEvent.ARRIVAL, groupe__in=groupe_ids, at__in=moments)
    changes = list(MembershipChange.objects.filter(Q(pk__in=acts) | of_arrival).select_related("user", "by", "groupe"))
    arrivals: dict[tuple[UUID, datetime], list[MembershipChange]] = {}
    for change in changes:
        arrivals.setdefault((change.groupe_id, change.at), []).append(change)
    answered = {str(line.codes["proposition"]) for line in lines if "proposition" in line.codes}
    proposals = Proposal.objects.filter(pk__in=[*acts, *answered]).select_related("proposed_by", "decided_by", "groupe")
    return Known(
        actor=actor,
        names=names,
        changes={change.pk: change for change in changes},
        arrivals=arrivals,
        proposals={str(proposal.pk): proposal for proposal in proposals},
    )


def _flags_set(line: Notification, known: Known) -> Said | None:
    change = known.changes.get(line.act_id)
    if change is None or change.user is None or change.groupe_id not in known.actor.groupe_ids:
        return None
    by, place = _name(change.by), change.groupe.name
    if change.user_id == known.actor.user_id:
        sentence = f"{by} a modifié vos rôles dans le groupe {place}. Vous êtes\u00a0: {Flags.of(change).label}."
    else:
        sentence = f"{by} a donné à {change.user.full_name} le rôle d’instructeur dans le groupe {place}."
    return Said(sentence, *_groupe(change.groupe))


def _removed(line: Notification, known: Known) -> Said | None:
    change = known.changes.get(line.act_id)
    if change is None or change.user is None:
        return None
    by, place = _name(change.by), change.groupe.name
    if change.user_id == known.actor.user_id:
        return Said(f"{by} vous a retiré du groupe {place}.", *MY_GROUPES)
    if change.groupe_id not in known.actor.groupe_ids:
        return None
    return Said(f"{by} a retiré {change.user.full_name} du groupe {place}.", *_groupe(change.groupe))


def _no_responsable(line: Notification, known: Known) -> Said | None:
    place = _managed(line, known)
    return Said(f"Le dernier responsable du groupe {place.name} l’a quitté.", *_groupe(place)) if place else None


def _closed_or_opened(line: Notification, known: Known) -> Said | None:
    became = "désactivé" if line.event == closing.DEACTIVATED else "réactivé"
    if line.codes["personne"] == str(known.actor.user_id):
        return Said(f"Votre compte a été {became}.", "Voir mon compte", "/moi/")
    name = known.names.person(line, "personne")
    if name is None or not known.names.is_led(line, "personne"):
        return None
    return Said(f"Le compte {of_name(name)} a été {became}.", *MY_GROUPES)


def _mailbox(line: Notification, known: Known) -> Said | None:
    place = _managed(line, known)
    if place is None:
        return None
    sentence = f"{_who(line, known)} a changé la boîte aux lettres commune du groupe {place.name}."
    return Said(sentence, *_groupe(place))


def _groupe_closed(line: Notification, known: Known) -> Said | None:
    place, successor = known.names.place(line, "groupe"), known.names.place(line, "successeur")
    if place is None:
        return None
    went = f"\u00a0: ses demandes ouvertes rejoignent le groupe {successor.name}" if successor else ""
    return Said(f"{_who(line, known)} a fermé le groupe {place.name}{went}.", *MY_GROUPES)


def _taken_over(line: Notification, known: Known) -> Said | None:
    place, successor = known.names.place(line, "groupe"), known.names.place(line, "successeur")
    if place is None or successor is None or successor.id not in known.actor.groupe_ids:
        return None
    sentence = f"Le groupe {successor.name} reprend les demandes de {place.name}, fermé par {_who(line, known)}."
    return Said(sentence, *_groupe(successor))


def _asked_back(line: Notification, known: Known) -> Said | None:
    name, place = known.names.person(line, "personne"), _managed(line, known)
    if name is None:
        return None
    if place is not None:
        return Said(f"{name} demande à revenir dans le groupe {place.name}.", *_groupe(place))
    if "groupe" in line.codes or not decisions.may_administer(known.actor):
        return None
    url = reverse("pilotage:person", args=[line.codes["personne"]])
    return Said(f"{name} demande à revenir.", f"Voir la fiche {of_name(name)}", url)


def _attached(line: Notification, known: Known) -> Said | None:
    place = known.names.place(line, "groupe")
    if place is None or place.id not in known.actor.groupe_ids:
        return None
    arrivals = known.arrivals.get((place.id, line.at), [])
    by = _name(arrivals[0].by) if arrivals else TEAM
    return Said(f"{by} vous a ajouté au groupe {place.name}.", *_groupe(place))


def _arrived(line: Notification, known: Known) -> Said | None:
    place = known.names.place(line, "groupe")
    arrivals = known.arrivals.get((place.id, line.at), []) if place is not None else []
    if place is None or place.id not in known.actor.groupe_ids or not arrivals:
        return None
    one = arrivals[0]
    whom = str(one.user) if len(arrivals) == 1 and one.user is not None else f"{len(arrivals)} personnes"
    return Said(f"{_name(one.by)} a ajouté {whom} au groupe {place.name}.", *_groupe(place))


def _proposed(line: Notification, known: Known) -> Said | None:
    proposal = known.proposals.get(str(line.act_id))
    if proposal is None or not decisions.may_manage_members(known.actor, proposal.groupe):
        return None
    by, place = _name(proposal.proposed_by), proposal.groupe.name
    is_arrival = proposal.kind == ProposalKind.ARRIVAL
    sentence = (
        f"{by} propose d’ajouter quelqu’un au groupe {place}."
        if is_arrival
        else f"{by} signale un départ du groupe {place}."
    )
    if proposal.decided_at is not None:
        return Said(sentence, *_groupe(proposal.groupe))
    return Said(sentence, "Voir la proposition", reverse("gestion:decide", args=[proposal.groupe_id, proposal.pk]))


def _answered(line: Notification, known: Known) -> Said | None:
    proposal = known.proposals.get(str(line.codes["proposition"]))
    is_return = proposal is not None and proposal.kind == ProposalKind.RETURN
    if proposal is None or not (is_return or proposal.groupe_id in known.actor.groupe_ids):
        return None
    did = "a accepté" if proposal.is_accepted else "a refusé"
    what = {
        ProposalKind.ARRIVAL: "votre proposition d’ajouter un collègue au groupe",
        ProposalKind.DEPARTURE: "de noter le départ que vous avez signalé dans le groupe",
        ProposalKind.RETURN: "votre demande de retour dans le groupe",
    }[ProposalKind(proposal.kind)]
    link = _groupe(proposal.groupe) if proposal.groupe_id in known.actor.groupe_ids else MY_GROUPES
    return Said(f"{_name(proposal.decided_by)} {did} {what} {proposal.groupe.name}.", *link)


def _factor(line: Notification, _known: Known) -> Said | None:
    return Said(f"{factors_mails.WORDS[factors.Change(line.codes['quoi'])][0]}.", *SECURITY)


def _password(line: Notification, _known: Known) -> Said | None:
    return Said(f"{passwords_mails.DONE[str(line.codes['geste'])]}.", *SECURITY)


def _new_device(line: Notification, _known: Known) -> Said | None:
    sentence = f"Votre compte a été ouvert depuis un nouvel appareil\u00a0: {line.codes['navigateur']}."
    return Said(sentence, *SECURITY)


def _sessions_ended(_line: Notification, _known: Known) -> Said | None:
    return Said("La personne qui gère votre compte a fermé vos sessions sur tous vos appareils.", *SECURITY)


def _address_changed(line: Notification, known: Known) -> Said | None:
    whom = line.codes["pour"]
    if whom == Side.NEW:
        return Said("L’adresse e-mail de votre compte a changé.", "Voir mon compte", "/moi/")
    name = known.names.person(line, "personne")
    if whom == Side.OLD or name is None or not known.names.is_led(line, "personne"):
        return None
    return Said(f"{name} a changé d’adresse e-mail.", *MY_GROUPES)


def _role(line: Notification, _known: Known) -> Said | None:
    title = roles_mails.TITLES[line.codes["sens"]].format(name=roles_mails.NAMES[Role(line.codes["role"])])
    return Said(f"{title}.", "Voir mes rôles", "/moi/")


WORDS: dict[str, Words] = {
    members.FLAGS_SET: _flags_set,
    members.REMOVED: _removed,
    members.NO_RESPONSABLE: _no_responsable,
    closing.DEACTIVATED: _closed_or_opened,
    closing.REACTIVATED: _closed_or_opened,
    groupes.MAILBOX: _mailbox,
    groupes.CLOSED: _groupe_closed,
    groupes.TAKEN_OVER: _taken_over,
    returning.ASKED: _asked_back,
    inviting.ATTACHED: _attached,
    inviting.ARRIVED: _arrived,
    proposing.PROPOSED: _proposed,
    inviting.ACCEPTED: _answered,
    inviting.REFUSED: _answered,
    factors.EVENT: _factor,
    passwords.EVENT: _password,
    entering.NEW_DEVICE: _new_device,
    support.EVENT: _sessions_ended,
    addresses.CHANGED: _address_changed,
    roles.EVENT: _role,
}


def _managed(line: Notification, known: Known) -> Place | None:
    """The groupe of the line, as long as the reader manages its members and it is open."""
    place = known.names.place(line, "groupe")
    is_managed = place is not None and place.is_open and decisions.may_manage_members(known.actor, place)
    return place if is_managed else None


def _groupe(place: Any) -> tuple[str, str]:
    return f"Voir le groupe {place.name}", reverse("gestion:groupe", args=[place.id])


def _who(line: Notification, known: Known) -> str:
    return known.names.person(line, "acteur") or TEAM


def _name(by: Any) -> str:
    return by.full_name if by is not None else TEAM
