"""HTTP of an invitation: who invites, the account to complete, or the groupe to join with the account one has."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, public
from aplus.accounts import limits
from aplus.accounts.forms.joining import JoinForm
from aplus.accounts.models import Invitation, User
from aplus.accounts.opening import go_in
from aplus.accounts.presenters import joining as presenters
from aplus.accounts.queries import actors
from aplus.accounts.queries import inviting as queries
from aplus.accounts.rules.inviting import InvitationState
from aplus.accounts.services import joining as services
from aplus.accounts.services.joining import HasAccount, Identity, InvitationOver
from aplus.core import clock
from aplus.core.errors import TooMany, Unknown
from aplus.ui import views as ui

MEANS = "inscription"


@public(reason="the link in the mail is what proves who was invited")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: ActorRequest, token: str) -> HttpResponse:
    """Complete one's account and enter; with an account already, sign in then join by one button."""
    try:
        invitation = services.in_force(token)
        known = services.account_of(invitation)
        if known is not None:
            return _with_account(request, token, invitation, known)
        if request.method != "POST":
            return _page(request, invitation, JoinForm(initial=_known_of(invitation)))
        form = JoinForm(request.POST)
        if not form.is_valid():
            return _page(request, invitation, form, status=422)
        return _newcomer(request, token, form)
    except HasAccount as there:
        return _with_account(request, token, there.invitation, there.user)
    except InvitationOver as over:
        return _over(request, over)
    except Unknown:
        return _unknown(request)


def _newcomer(request: ActorRequest, token: str, form: JoinForm) -> HttpResponse:
    """Account, groupes and session come together or not at all."""
    given = form.cleaned_data
    with transaction.atomic():
        user = services.join_as_newcomer(token, Identity(given["prenom"], given["nom"], given["fonction"]))
        return go_in(request, user, means=MEANS, suite="", is_shared_post=given["poste_partage"])


def _with_account(request: ActorRequest, token: str, invitation: Invitation, user: User) -> HttpResponse:
    """The address has an account: its holder joins, anybody else is asked to sign in."""
    sign_in = reverse("accounts:sign_in")
    if not user.is_active:
        return ui.gone(request, presenters.CLOSED_ACCOUNT, sign_in, "Page de connexion")
    is_theirs = user.pk == request.actor.user_id
    if is_theirs and services.is_own_work(invitation, user):
        raise PermissionDenied
    if request.method == "POST" and is_theirs:
        groupe = services.join_as_known(request.actor, token)
        messages.success(request, f"Vous faites maintenant partie du groupe {groupe.name}.")
        return SeeOther(reverse("gestion:groupe", args=[groupe.pk]))
    context = {
        **_about(request, invitation),
        "is_theirs": is_theirs,
        "sign_in_url": f"{sign_in}?{urlencode({'suite': request.path})}",
    }
    return render(request, "accounts/join_known.html", context, status=409 if request.method == "POST" else 200)


def _page(request: ActorRequest, invitation: Invitation, form: JoinForm, *, status: int = 200) -> HttpResponse:
    return render(request, "accounts/join.html", {**_about(request, invitation), "form": form}, status=status)


def _about(request: ActorRequest, invitation: Invitation) -> dict[str, object]:
    live = queries.live_of(invitation.email, clock.now())
    return {
        "invitation": invitation,
        "inviter": presenters.inviter(invitation),
        "places": presenters.places(live),
        "steps": presenters.steps(live),
        "path": request.path,
    }


def _known_of(invitation: Invitation) -> dict[str, str]:
    return {"prenom": invitation.first_name, "nom": invitation.last_name, "fonction": invitation.function}


def _over(request: ActorRequest, over: InvitationOver) -> HttpResponse:
    """410; whoever accepted it in this very browser is simply led on."""
    user = services.account_of(over.invitation)
    if over.state is InvitationState.ACCEPTED and user is not None and user.pk == request.actor.user_id:
        return SeeOther(actors.first_path(request.actor))
    words = presenters.over(over.invitation, over.state)
    return ui.gone(request, words, reverse("accounts:sign_in"), "Page de connexion")


def _unknown(request: ActorRequest) -> HttpResponse:
    """404, counted: whoever tries tokens is slowed down."""
    try:
        limits.take_from_network(request)
    except TooMany as limit:
        return ui.too_many(request, limit.retry_after)
    raise Http404
