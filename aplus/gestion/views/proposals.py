"""Members propose a colleague or signal a departure; those who manage the groupe answer in one click."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key
from aplus.accounts.models import Proposal, ProposalKind
from aplus.accounts.rules.inviting import proposed_flags
from aplus.accounts.services import proposing as services
from aplus.accounts.step_up import fresh_factor
from aplus.annuaire.models import Groupe
from aplus.core.errors import Overtaken, Refused, TooMany
from aplus.gestion.forms.inviting import AnswerForm, ArrivalForm, DepartureForm, ticked
from aplus.gestion.presenters import inviting as inviting_presenters
from aplus.gestion.presenters import proposals as presenters
from aplus.gestion.queries import groupes as groupes_queries
from aplus.gestion.queries import inviting as queries
from aplus.gestion.queries.importing import open_demandes
from aplus.gestion.queries.inviting import Waiting
from aplus.gestion.views.answers import answering
from aplus.policy import decisions
from aplus.ui import views as ui

ACCEPT, REFUSE = "accepter", "refuser"
DONE = "C’est transmis\u00a0: vous serez prévenu de la réponse par e-mail."


@access(decisions.may_propose_member, on=groupes_queries.groupe)
@answering
def propose(request: ActorRequest, groupe: Groupe) -> HttpResponse:
    """The two forms of a member; a POST is one of them."""
    people = presenters.colleagues(request.actor, groupe)
    if request.method != "POST":
        return _forms(request, groupe, ArrivalForm(), DepartureForm(people=people))
    is_departure = request.POST.get("genre") == ProposalKind.DEPARTURE
    form = DepartureForm(request.POST, people=people) if is_departure else ArrivalForm(request.POST)
    location = _groupe_url(groupe)
    try:
        if not form.is_valid():
            return _again(request, groupe, form, 422)
        key, actor = read_key(form.cleaned_data["cle"]), request.actor
        if is_departure:
            person = form.cleaned_data["personne"]
            services.propose_departure(actor, groupe.pk, person, key=key, location=location)
        else:
            services.propose_arrival(actor, groupe.pk, form.cleaned_data["email"], key=key, location=location)
    except Refused as refused:
        form.refuse(refused)
        return _again(request, groupe, form, 422)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    messages.success(request, DONE)
    return SeeOther(location)


@access(decisions.may_manage_members, on=queries.proposal)
@fresh_factor
@answering
def decide(request: ActorRequest, about: Waiting) -> HttpResponse:
    """What is proposed, and the answer to it."""
    proposal, groupe = about.proposal, about.groupe
    if proposal is None:
        raise Http404
    location = _groupe_url(groupe)
    if request.method != "POST":
        form = AnswerForm(initial={"roles": ticked(proposed_flags(groupe.organisme.side))}, opens=_opens(groupe))
        return _page(request, groupe, proposal, form)
    key = read_key(request.POST.get("cle"))
    form = AnswerForm(request.POST, opens=_opens(groupe))
    try:
        if request.POST.get("reponse") == REFUSE:
            services.refuse(request.actor, groupe.pk, proposal.pk, key=key, location=location)
            messages.success(request, "La proposition est refusée\u00a0: la personne qui l’a faite en est prévenue.")
            return SeeOther(location)
        if proposal.kind == ProposalKind.ARRIVAL and not form.is_valid():
            return _page(request, groupe, proposal, form, status=422)
        flags = form.cleaned_data["roles"] if proposal.kind == ProposalKind.ARRIVAL else None
        services.accept(request.actor, groupe.pk, proposal.pk, flags, key=key, location=location)
    except Refused as refused:
        form.refuse(refused)
        return _page(request, groupe, proposal, form, status=422)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    messages.success(request, "La proposition est acceptée, et c’est fait.")
    return SeeOther(location)


def _again(request: ActorRequest, groupe: Groupe, form: ArrivalForm | DepartureForm, status: int) -> HttpResponse:
    arrival = form if isinstance(form, ArrivalForm) else ArrivalForm()
    people = presenters.colleagues(request.actor, groupe)
    departure = form if isinstance(form, DepartureForm) else DepartureForm(people=people)
    return _forms(request, groupe, arrival, departure, status=status)


def _forms(
    request: ActorRequest, groupe: Groupe, arrival: ArrivalForm, departure: DepartureForm, *, status: int = 200
) -> HttpResponse:
    context = {"groupe": groupe, "arrival": arrival, "departure": departure}
    return render(request, "gestion/propose.html", context, status=status)


def _page(
    request: ActorRequest, groupe: Groupe, proposal: Proposal, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "groupe": groupe,
        "proposal": proposal,
        "words": presenters.words(proposal),
        "by": presenters.by(proposal),
        "accept": presenters.accept_words(proposal),
        "is_arrival": proposal.kind == ProposalKind.ARRIVAL,
        "is_departure": proposal.kind == ProposalKind.DEPARTURE,
        "is_answered": proposal.decided_at is not None,
        "form": form,
    }
    return render(request, "gestion/proposal.html", context, status=status)


def _opens(groupe: Groupe) -> str:
    return inviting_presenters.opens_words(open_demandes([groupe.pk]).get(groupe.pk, 0))


def _groupe_url(groupe: Groupe) -> str:
    return reverse("gestion:groupe", args=[groupe.pk])
