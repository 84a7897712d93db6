"""What time did by itself, as thin lines of the thread: reminders, escalation, notices, archiving, hand-over."""

from aplus.demandes.models import Transition
from aplus.demandes.rules.life import DemandeEvent, PartEvent
from aplus.ui.dates import day_label

OF_PARTS = frozenset({PartEvent.ESCALATE, PartEvent.REMIND})
OF_DEMANDE = frozenset({DemandeEvent.NOTICE, DemandeEvent.ARCHIVE, DemandeEvent.ASK_HAND_OVER, DemandeEvent.END_MANDAT})
REASONS = {
    "traitee": "traitée, et sans nouvelle depuis trente jours",
    "inactive": "sans nouvelle depuis six mois",
    "mandat": "le mandat est terminé depuis trente jours",
}
ESCALATIONS = {
    "echeance": "{groupe} n’a pas répondu à temps : le groupe est relancé.",
    "echeance-aucun": "{groupe} n’a pas répondu à temps, et ce groupe n’a plus d’agent actif.",
    "responsables": "{groupe} tarde à répondre : les responsables du groupe sont prévenus.",
    "responsables-aucun": "{groupe} tarde à répondre, et ce groupe n’a pas de responsable à prévenir.",
    "superviseurs": "{groupe} tarde à répondre : les superviseurs sont prévenus.",
    "superviseurs-aucun": "{groupe} tarde à répondre, et il n’y a pas de superviseur à prévenir.",
    "expert": "{groupe} tarde à répondre : il est proposé de faire appel à un expert.",
    "expert-aucun": "{groupe} tarde à répondre, et plus personne n’est là pour faire appel à un expert.",
    "administrateurs": "{groupe} tarde à répondre : l’équipe d’Administration+ est prévenue.",
}
HAND_OVERS = {
    "responsables": "Plus aucun aidant actif ne suit la demande : les responsables de la structure sont invités à la "
    "confier à un collègue.",
    "responsables-aucun": "Plus aucun aidant actif ne suit la demande, et la structure n’a pas de responsable à "
    "prévenir.",
    "superviseurs": "Toujours aucun aidant actif : les superviseurs de la structure sont prévenus.",
    "superviseurs-aucun": "Toujours aucun aidant actif, et il n’y a pas de superviseur à prévenir.",
    "administrateurs": "L’équipe d’Administration+ est prévenue que plus aucun aidant ne suit la demande.",
}
NOBODY_COMPETENT = {
    "superviseurs": "Aucun groupe saisi n’est compétent : les superviseurs sont prévenus, la structure est invitée à "
    "saisir un autre groupe.",
    "administrateurs": "Aucun groupe saisi n’est compétent : l’équipe d’Administration+ est prévenue, la structure est "
    "invitée à saisir un autre groupe.",
}


def is_of_time(line: Transition) -> bool:
    """Whether nobody did this: time did."""
    return line.actor_id is None and line.event in (OF_PARTS if line.part_id else OF_DEMANDE)


def time_text(line: Transition, groupe: str) -> str:
    """One sentence for one step; `groupe` is the name of the part's groupe."""
    if line.event == PartEvent.ESCALATE:
        return ESCALATIONS[line.code].format(groupe=groupe)
    if line.event == PartEvent.REMIND:
        missing = "" if not line.code else " Personne n’est là pour les donner du côté de la structure."
        return f"{groupe} attend toujours les précisions demandées.{missing}"
    if line.event == DemandeEvent.ASK_HAND_OVER:
        return HAND_OVERS[line.code]
    if line.event == DemandeEvent.END_MANDAT:
        return "Le mandat est terminé : plus aucun message tant qu’il n’est pas renouvelé."
    if line.event == DemandeEvent.NOTICE and line.code == "mandat":
        return f"Le mandat se termine le {day_label(line.day) if line.day else ''} : la structure peut le renouveler."
    reason = REASONS.get(line.code, "")
    if line.event == DemandeEvent.NOTICE:
        day = day_label(line.day) if line.day else ""
        return f"La demande est {reason} : elle s’archivera d’elle-même après le {day}."
    return f"La demande s’est archivée d’elle-même : {reason}."
