"""One member of a groupe for those who manage it: their flags, and putting them out (product.md §5)."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key, refuse_used_key
from aplus.accounts.models import Membership
from aplus.accounts.presenters.reaching import trouble
from aplus.accounts.queries import persons
from aplus.accounts.queries.persons import Member
from aplus.accounts.rules.members import Flags
from aplus.accounts.services import members as services
from aplus.accounts.step_up import fresh_factor
from aplus.core.errors import Overtaken
from aplus.gestion.forms.members import ConfirmForm, FlagsForm
from aplus.gestion.presenters import leaving as presenters
from aplus.gestion.queries import consequences
from aplus.gestion.queries import members as queries
from aplus.gestion.queries.consequences import Consequence
from aplus.gestion.views.answers import answering
from aplus.policy import decisions
from aplus.ui import views as ui


@access(decisions.may_set_flags, on=queries.member)
@fresh_factor
@answering
def member(request: ActorRequest, about: Member) -> HttpResponse:
    """The member's flags; a change with consequences is confirmed once they are read."""
    membership = present(request, about)
    held = Flags.of(membership)
    if request.method != "POST":
        return _member_page(request, membership, FlagsForm(held=held))
    form = FlagsForm(request.POST, held=held, asks=True)
    if not form.is_valid():
        return _member_page(request, membership, form, status=422)
    change = replace(consequences.of_flags(membership, held), kept=form.flags)
    if form.seen in {held, None} and presenters.sentences(change) and not form.is_confirmed:
        return _member_page(request, membership, form.asking(held), change=change, status=422)
    location = _groupe_url(about)
    key = read_key(form.cleaned_data["cle"])
    try:
        services.set_flags(request.actor, about, form.flags, seen=form.seen, key=key, location=location)
    except Overtaken as overtaken:
        return _overtaken(request, about, form, overtaken)
    messages.success(request, f"Les rôles de {membership.user.full_name} sont enregistrés.")
    return SeeOther(location)


@access(decisions.may_set_flags, on=queries.member)
@fresh_factor
@answering
def remove(request: ActorRequest, about: Member) -> HttpResponse:
    """Put somebody out of the groupe, once its consequences are read."""
    membership = present(request, about)
    location = _groupe_url(about)
    if request.method != "POST":
        context = {
            "groupe": about.place,
            "member": membership.user,
            "said": presenters.said(request.actor, consequences.of_leaving([membership])),
            "form": ConfirmForm(),
            "groupe_url": location,
        }
        return render(request, "gestion/remove_member.html", context)
    try:
        services.remove(request.actor, about, key=read_key(request.POST.get("cle")), location=location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    messages.success(request, f"{membership.user.full_name} ne fait plus partie du groupe.")
    return SeeOther(location)


def present(request: ActorRequest, about: Member) -> Membership:
    """The membership; without it 404, but a form sent twice leads twice to the same page."""
    if about.membership is None:
        if request.method == "POST":
            refuse_used_key(request.actor, read_key(request.POST.get("cle")))
        raise Http404
    about.membership.groupe = about.place
    return about.membership


def _overtaken(request: ActorRequest, about: Member, form: FlagsForm, overtaken: Overtaken) -> HttpResponse:
    """409: the same ticks over the flags of now; when there is no such member any more, only what happened."""
    now = queries.member(request.actor, about.place.pk, about.user_id)
    if now is None or now.membership is None or not now.membership.user.is_active:
        return ui.conflict(request, str(overtaken), _groupe_url(about))
    again = form.anew(Flags.of(now.membership))
    again.add_error(None, str(overtaken))
    return _member_page(request, now.membership, again, status=409)


def _member_page(
    request: ActorRequest,
    membership: Membership,
    form: FlagsForm,
    *,
    change: Consequence | None = None,
    status: int = 200,
) -> HttpResponse:
    person = persons.person(membership.user_id)
    now = change or consequences.of_flags(membership, Flags.of(membership))
    context = {
        "groupe": membership.groupe,
        "member": membership.user,
        "roles": Flags.of(membership).label,
        "form": form,
        "asked": presenters.sentences(change) if change else [],
        "before": presenters.before_changing(now),
        "groupe_url": reverse("gestion:groupe", args=[membership.groupe_id]),
        "trouble": trouble(membership.user),
        "may_change_address": person is not None and decisions.may_change_address(request.actor, person),
        "may_deactivate": person is not None and decisions.may_deactivate(request.actor, person),
    }
    return render(request, "gestion/member.html", context, status=status)


def _groupe_url(about: Member) -> str:
    return reverse("gestion:groupe", args=[about.place.pk])
