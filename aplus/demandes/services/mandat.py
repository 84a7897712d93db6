"""The mandat of a demande: withdrawn, renewed, and what its end forbids (demandes.md §8)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from aplus.annuaire.rules import local_day
from aplus.attachments import services as attachments
from aplus.attachments.models import Purpose
from aplus.attachments.services import Upload
from aplus.core.errors import NotAllowed, Overtaken, Refused
from aplus.demandes.content import MANDAT_MODES, Authorisation
from aplus.demandes.models import Demande, Mandat, Message
from aplus.demandes.rules import mandat as rules
from aplus.demandes.rules.checks import year_after
from aplus.demandes.rules.life import DemandeEvent, DemandeState
from aplus.demandes.rules.mandat import MandatStep
from aplus.demandes.services import telling
from aplus.demandes.services.acting import Act, acting
from aplus.demandes.services.as_chosen import Recipients
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.policy.decisions import AUTHOR_KINDS, Side
from aplus.vault.keys import Place

WITHDRAWN = (
    "Le mandat de cette demande est retiré : plus personne n’y écrit et elle ne peut pas être rouverte. "
    "Si la personne donne un nouveau mandat, créez une nouvelle demande."
)
OVER = "Le mandat de cette demande est terminé depuis le {day} : plus aucun message tant qu’il n’est pas renouvelé."
IN_THE_FUTURE = "L’autorisation ne peut pas être dans l’avenir : corrigez la date ou l’heure."
TOO_OLD = "Cette autorisation a plus d’un an : demandez-en une nouvelle à la personne."


@dataclass(frozen=True)
class Renewal:
    """A new authorisation of the same usager: how, when, and its proof if there is one."""

    mode: str
    obtained_at: datetime
    proof: "Upload | None" = None


def require_not_withdrawn(act: Act) -> None:
    """Refuse (409) whatever would give a new life to a demande whose usager took the mandat back."""
    if act.demande.mandat.withdrawn_at is not None:
        raise Overtaken(WITHDRAWN)


def require_in_force(act: Act) -> None:
    """Refuse (409) what adds a message, or brings somebody new, once the mandat is withdrawn or over."""
    require_not_withdrawn(act)
    require_not_over(act.demande, act.at)


def require_not_over(demande: Demande, now: datetime) -> None:
    """Refuse (409) what comes after the last day of the mandat."""
    if is_over(demande, now):
        raise Overtaken(OVER.format(day=f"{demande.mandat.ends_on:%d/%m/%Y}"))


def is_over(demande: Demande, now: datetime) -> bool:
    """Whether the last day of the mandat has passed, in the demande's territoire."""
    return rules.is_over(demande.mandat.ends_on, local_day(now, demande.territoire.calendar))


def schedule(mandat: Mandat, demande: Demande, now: datetime) -> None:
    """Set the next notice, the end or what follows it; the caller saves."""
    mandat.next_step, mandat.next_step_at = rules.step_after(mandat.ends_on, demande.territoire.calendar, now)


def withdraw(actor: Actor, demande_id: UUID, *, key: UUID) -> None:
    """Take the mandat back for the usager: frozen and archived at once, erased thirty days later, for good.

    On an archived demande it brings the erasure forward: a usager may take an authorisation back at any time.
    """
    with acting(actor, demande_id, decisions.may_withdraw_mandat, key=key, journal_act="retrait-du-mandat") as act:
        require_not_withdrawn(act)
        mandat = act.demande.mandat
        mandat.withdrawn_at, mandat.withdrawn_by_id = act.at, actor.user_id
        mandat.next_step, mandat.next_step_at = MandatStep.ERASE, act.at + rules.KEPT_AFTER_WITHDRAWAL
        mandat.save()
        if act.demande.state == DemandeState.ARCHIVED:
            act.record(DemandeEvent.WITHDRAW_MANDAT)
        else:
            act.set_state(DemandeEvent.WITHDRAW_MANDAT, DemandeState.ARCHIVED)
        telling.tell(act, "retrait-du-mandat", _everyone(act))


def _everyone(act: Act) -> Recipients:
    """Each part's follower or groupe, who wrote, who was brought by name: nobody goes on; a line to who gave it."""
    told = telling.followers_else_groupes(act, act.parts) | telling.author_side_in_app(act)
    wrote = Message.objects.filter(demande=act.demande, side=Side.INSTRUCTEURS).values_list("author_id", flat=True)
    told.people |= set(wrote)
    told.people |= {person.user_id for person in act.participants if person.kind not in AUTHOR_KINDS}
    return told


def renew(actor: Actor, demande_id: UUID, renewal: Renewal, *, key: UUID) -> None:
    """Seal a new authorisation in the place of the former one, whose proof stays.

    Raises Refused (in the future, older than a year, a proof that cannot be taken), Overtaken (withdrawn).
    """
    with acting(actor, demande_id, decisions.may_renew_mandat, key=key, journal_act="renouvellement-du-mandat") as act:
        require_not_withdrawn(act)
        mandat, zone = act.demande.mandat, ZoneInfo(act.demande.territoire.timezone)
        until = _until(renewal, act.at, zone)
        place = Place("mandat", "content", mandat.id)
        former = Authorisation.from_json(act.key.open_json(place, bytes(mandat.sealed)))
        mandat.sealed = act.key.seal_json(place, Authorisation(renewal.mode, renewal.obtained_at, until).to_json())
        mandat.ends_on = until
        _keep_proof(act, renewal)
        schedule(mandat, act.demande, act.at)
        mandat.save()
        act.record(DemandeEvent.RENEW_MANDAT, reason=_in_words(renewal, until, former, zone))
        told = telling.author_side_in_app(act)
        if act.demande.state != DemandeState.ARCHIVED:
            told |= telling.followers_else_groupes(act, [part for part in act.parts if part.is_open])
        telling.tell(act, "renouvellement-du-mandat", told)


def _until(renewal: Renewal, now: datetime, zone: ZoneInfo) -> date:
    """The last day: one year after it was given."""
    if renewal.obtained_at > now:
        raise Refused.because(IN_THE_FUTURE, "mandat_obtenu_le")
    until = year_after(renewal.obtained_at.astimezone(zone).date())
    if rules.is_over(until, now.astimezone(zone).date()):
        raise Refused.because(TOO_OLD, "mandat_obtenu_le")
    return until


def _keep_proof(act: Act, renewal: Renewal) -> None:
    if renewal.proof is None:
        return
    if act.actor.user_id is None:
        raise NotAllowed
    _, refusals = attachments.accept_all(act.actor.user_id, act.key, [renewal.proof], purpose=Purpose.PROOF)
    if refusals:
        raise Refused({"mandat_preuve": refusals})


def _in_words(renewal: Renewal, until: date, former: Authorisation, zone: ZoneInfo) -> str:
    """What the thread keeps of it, sealed: the new authorisation, and the one it takes the place of."""
    return (
        f"{MANDAT_MODES[renewal.mode].capitalize()}, obtenu le {renewal.obtained_at.astimezone(zone):%d/%m/%Y}, "
        f"valable jusqu’au {until:%d/%m/%Y}. Le précédent : {MANDAT_MODES[former.mode]}, obtenu le "
        f"{former.obtained_at.astimezone(zone):%d/%m/%Y}, valable jusqu’au {former.until:%d/%m/%Y}."
    )
