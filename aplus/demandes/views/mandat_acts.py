"""The two acts on a mandat: withdrawn, renewed (contract.md §4)."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse

from aplus.access.gate import ActorRequest, access
from aplus.access.keys import read_key
from aplus.demandes.forms.mandat import RenewalForm, WithdrawalForm
from aplus.demandes.models import Demande
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import mandat
from aplus.demandes.views.rendering import Bound, act_on, post_only
from aplus.policy import decisions

CHOOSE_AGAIN = "Choisissez de nouveau le fichier : il n’a pas été gardé."


@access(decisions.may_withdraw_mandat, on=load_demande)
@post_only
def withdraw(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Take the mandat back, for good."""
    form = WithdrawalForm(request.POST)

    def act() -> None:
        mandat.withdraw(request.actor, demande.id, key=read_key(form.cleaned_data["cle"]))

    done = "Le mandat est retiré. La demande est archivée et les instructeurs sont prévenus."
    return act_on(request, demande, Bound("withdraw", form), act, done=done)


@access(decisions.may_renew_mandat, on=load_demande)
@post_only
def renew(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Seal a new authorisation."""
    form = RenewalForm(request.POST, request.FILES, zone=ZoneInfo(demande.territoire.timezone))
    if request.FILES and not form.is_valid():
        form.add_error("mandat_preuve", CHOOSE_AGAIN)

    def act() -> None:
        typed = form.cleaned_data
        renewal = mandat.Renewal(typed["mandat_mode"], typed["mandat_obtenu_le"], typed["mandat_preuve"] or None)
        mandat.renew(request.actor, demande.id, renewal, key=read_key(typed["cle"]))

    return act_on(request, demande, Bound("renew", form), act, done="Le mandat est renouvelé.")
