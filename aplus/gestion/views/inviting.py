"""Bringing people into a groupe: addresses, their review, what waits for an answer (accounts.md §2)."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key
from aplus.accounts.queries.inviting import Planned, plan
from aplus.accounts.rules.inviting import proposed_flags
from aplus.accounts.services import adding, inviting
from aplus.accounts.services.adding import PlanChanged
from aplus.accounts.step_up import fresh_factor
from aplus.annuaire.models import Groupe
from aplus.core.errors import Overtaken, TooMany
from aplus.gestion.forms.inviting import LONGEST, AddressesForm, ReviewForm, ticked
from aplus.gestion.presenters import inviting as presenters
from aplus.gestion.queries import groupes as groupes_queries
from aplus.gestion.queries import inviting as queries
from aplus.gestion.queries.importing import open_demandes
from aplus.gestion.queries.inviting import Waiting
from aplus.gestion.views.answers import answering
from aplus.policy import decisions
from aplus.ui import views as ui

CONFIRM, BACK = "confirmer", "modifier"


@access(decisions.may_manage_members, on=groupes_queries.groupe)
@fresh_factor
@answering
def add_members(request: ActorRequest, groupe: Groupe) -> HttpResponse:
    """Type addresses, read what becomes of each, then confirm; nothing is written before."""
    if groupe.closed_at is not None:
        return ui.conflict(request, inviting.CLOSED, _groupe_url(groupe))
    proposed = ticked(proposed_flags(groupe.organisme.side))
    if request.method != "POST":
        return _first(request, groupe, AddressesForm(initial={"roles": proposed}))
    if request.POST.get("action") == CONFIRM:
        return _confirm(request, groupe)
    if request.POST.get("action") == BACK:
        typed = f"{request.POST.get('adresses', '')}\n{request.POST.get('ecartees', '')}".strip()
        kept = {"adresses": typed.replace("\x00", "")[:LONGEST], "roles": proposed}
        return _first(request, groupe, AddressesForm(initial=kept))
    form = AddressesForm(request.POST)
    if not form.is_valid():
        return _first(request, groupe, form, status=422)
    planned = plan(request.actor, groupe, form.addresses)
    return _review(request, groupe, planned, _review_form(groupe, planned, form))


@access(decisions.may_manage_members, on=queries.invitation)
@fresh_factor
@answering
def send_again(request: ActorRequest, about: Waiting) -> HttpResponse:
    """A new link to an invited address."""
    location = f"{_groupe_url(about.groupe)}#invitations"
    if about.invitation is None or request.method != "POST":
        return _to_the_groupe(about, location)
    try:
        key = read_key(request.POST.get("cle"))
        inviting.send_again(request.actor, about.groupe.pk, about.invitation.pk, key=key, location=location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    messages.success(request, "L’invitation est renvoyée\u00a0: son nouveau lien est valable sept jours.")
    return SeeOther(location)


@access(decisions.may_manage_members, on=queries.invitation)
@fresh_factor
@answering
def withdraw(request: ActorRequest, about: Waiting) -> HttpResponse:
    """End an invitation."""
    location = f"{_groupe_url(about.groupe)}#invitations"
    if about.invitation is None or request.method != "POST":
        return _to_the_groupe(about, location)
    try:
        key = read_key(request.POST.get("cle"))
        inviting.withdraw(request.actor, about.groupe.pk, about.invitation.pk, key=key, location=location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    messages.success(request, "L’invitation est retirée\u00a0: son lien n’ouvre plus rien.")
    return SeeOther(location)


def _confirm(request: ActorRequest, groupe: Groupe) -> HttpResponse:
    """What comes back from the review is read and checked again like anything typed."""
    first = AddressesForm({"adresses": request.POST.get("adresses", ""), "roles": ["aidant"]})
    if not first.is_valid():
        return _first(request, groupe, AddressesForm(request.POST), status=422)
    planned = plan(request.actor, groupe, first.addresses)
    form = ReviewForm(request.POST, planned=planned, opens=_opens(groupe))
    is_valid = form.is_valid()
    if not is_valid and form.data.get("prevu") == adding.digest_of(planned):
        return _review(request, groupe, planned, form, status=422)
    location = f"{_groupe_url(groupe)}#membres"
    try:
        done = adding.add(
            request.actor,
            groupe.pk,
            form.flags if is_valid else {},
            first.addresses,
            seen=str(form.data.get("prevu", "")),
            key=read_key(request.POST.get("cle")),
            location=location,
        )
    except PlanChanged as changed:
        return _changed(request, groupe, changed, form)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), _groupe_url(groupe))
    except TooMany as limit:
        form.add_error(None, presenters.too_many_words(limit.retry_after))
        response = _review(request, groupe, planned, form, status=429)
        response.headers["Retry-After"] = str(limit.retry_after)
        return response
    messages.success(request, presenters.done_words(*adding.counts(done)))
    return SeeOther(location)


def _changed(request: ActorRequest, groupe: Groupe, changed: PlanChanged, form: ReviewForm) -> HttpResponse:
    """409: the review as it would be now, with the flags that were chosen."""
    data = form.data.copy()
    data["prevu"] = adding.digest_of(changed.planned)
    again = ReviewForm(data, planned=changed.planned, opens=_opens(groupe))
    for name in again.named:
        if not data.getlist(name):
            data.setlist(name, ticked(proposed_flags(groupe.organisme.side)))
    again.add_error(None, str(changed))
    return _review(request, groupe, changed.planned, again, status=409)


def _first(request: ActorRequest, groupe: Groupe, form: AddressesForm, *, status: int = 200) -> HttpResponse:
    return render(request, "gestion/add_members.html", {"groupe": groupe, "form": form}, status=status)


def _review(
    request: ActorRequest, groupe: Groupe, planned: Sequence[Planned], form: ReviewForm, *, status: int = 200
) -> HttpResponse:
    refused = str(form["ecartees"].value() or "").split()
    lines = [*presenters.address_lines(planned, form), *presenters.unread_lines(refused)]
    context = {
        "groupe": groupe,
        "form": form,
        "lines": [line for line in lines if line.field is not None],
        "left": [line for line in lines if line.field is None],
        "asks_opening": form.asks_opening,
    }
    return render(request, "gestion/add_members_review.html", context, status=status)


def _review_form(groupe: Groupe, planned: Sequence[Planned], first: AddressesForm) -> ReviewForm:
    roles = ticked(first.cleaned_data["roles"])
    initial = {
        "adresses": " ".join(first.addresses),
        "ecartees": " ".join(first.unread),
        "prevu": adding.digest_of(planned),
        **{f"roles_{rank}": roles for rank in range(len(planned))},
    }
    return ReviewForm(initial=initial, planned=planned, opens=_opens(groupe))


def _opens(groupe: Groupe) -> str:
    return presenters.opens_words(open_demandes([groupe.pk]).get(groupe.pk, 0))


def _to_the_groupe(about: Waiting, location: str) -> HttpResponse:
    """Who comes by GET, after signing in again, finds the page."""
    if about.invitation is None:
        raise Http404
    return SeeOther(location)


def _groupe_url(groupe: Groupe) -> str:
    return reverse("gestion:groupe", args=[groupe.pk])
