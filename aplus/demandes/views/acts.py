"""Every act on a demande that is not a reply: one POST, one service call."""

from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key
from aplus.core import clock
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.content import IDENTIFIERS
from aplus.demandes.forms import acts as forms
from aplus.demandes.models import Demande
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.rules.life import PartState
from aplus.demandes.services import closing, inviting, people, reading
from aplus.demandes.services.mandat import is_over
from aplus.demandes.views.rendering import SHOWN_KEY, Bound, act_on, address, page_again, post_only
from aplus.policy import decisions
from aplus.policy.decisions import Side
from aplus.ui.undo import Undo

ARCHIVED_BY_MISTAKE = "Archivée par erreur."


@access(decisions.may_invite, on=load_demande)
@post_only
def invite(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Invite groupes, persons, experts."""
    is_author = decisions.side(request.actor, demande) is Side.AUTHOR
    if is_author and ("reserve" in request.POST or "personnes" in request.POST):
        raise PermissionDenied
    form = forms.InvitationForm(request.POST, is_author=is_author)

    def act() -> None:
        typed = form.cleaned_data
        invitation = inviting.Invitation(
            groupe_ids=typed["groupes"],
            person_ids=typed["personnes"],
            expert_ids=typed["experts"],
            reason=typed["motif"].strip(),
            text=typed["message"].strip(),
            is_note=bool(typed.get("reserve")),
        )
        inviting.invite(request.actor, demande.id, invitation, key=read_key(typed["cle"]))

    return act_on(request, demande, Bound("invite", form), act, done="Invitation envoyée.")


@access(decisions.may_move_part, on=load_demande)
@post_only
def give_part(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Have a colleague follow a part."""
    form = forms.AttributionForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        people.give_part(
            request.actor,
            demande.id,
            groupe_id=typed["part"],
            user_id=typed["personne"],
            seen=typed["vu"],
            key=read_key(typed["cle"]),
        )

    return act_on(request, demande, Bound("give_part", form), act, done="La part est confiée.")


@access(decisions.may_add_co_author, on=load_demande)
@post_only
def add_co_authors(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Add aidants of the structure."""
    form = forms.ColleaguesForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        inviting.add_co_authors(request.actor, demande.id, typed["collegues"], key=read_key(typed["cle"]))

    return act_on(request, demande, Bound("colleagues", form), act, done="Vos collègues ont accès à la demande.")


@access(decisions.may_say_still_blocked, on=load_demande)
@post_only
def still_blocked(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Send a processed demande back."""
    form = forms.StillBlockedForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        closing.say_still_blocked(request.actor, demande.id, text=typed["message"].strip(), key=read_key(typed["cle"]))

    return act_on(request, demande, Bound("still_blocked", form), act, done="Les groupes sont de nouveau saisis.")


@access(decisions.may_reopen, on=load_demande)
@post_only
def reopen(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Open an archived demande again."""
    form = forms.ReopenForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        closing.reopen(request.actor, demande.id, text=typed["message"].strip(), key=read_key(typed["cle"]))

    return act_on(request, demande, Bound("reopen", form), act, done="La demande est rouverte.")


@access(decisions.may_archive, on=load_demande)
@post_only
def archive(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Close the demande."""
    form = forms.ArchiveForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        closing.archive(
            request.actor,
            demande.id,
            unblocked=typed["leve"],
            remark=typed["remarque"].strip(),
            key=read_key(typed["cle"]),
        )

    undo = _reopening(demande)
    return act_on(request, demande, Bound("archive", form), act, done="La demande est archivée.", undo=undo)


def _reopening(demande: Demande) -> Undo | None:
    """Taking an archiving back, where reopening gives back what there was: a part that was processed starts again."""
    is_processed = any(part.state == PartState.PROCESSED for part in demande.part_list)
    if is_processed or is_over(demande, clock.now()):
        return None
    return Undo(reverse("demandes:reopen", args=[demande.id]), "Annuler l’archivage", {"message": ARCHIVED_BY_MISTAKE})


@access(decisions.may_bring_news, on=load_demande)
@post_only
def bring_news(request: ActorRequest, demande: Demande) -> HttpResponse:
    """One line on an archived demande."""
    form = forms.NewsForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        closing.bring_news(request.actor, demande.id, text=typed["message"].strip(), key=read_key(typed["cle"]))

    return act_on(request, demande, Bound("news", form), act, done="L’aidant est prévenu.")


@access(decisions.may_follow, on=load_demande)
@post_only
def follow(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Choose what to hear of this demande."""
    form = forms.FollowForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        people.follow(request.actor, demande, is_muted=typed["choix"] == "muet", key=read_key(typed["cle"]))

    return act_on(request, demande, Bound("follow", form), act, done="Votre choix est enregistré.")


@access(decisions.may_leave, on=load_demande)
@post_only
def leave(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Leave the demande, and go back to the list."""
    form = forms.ActForm(request.POST)
    form.is_valid()
    try:
        people.leave(request.actor, demande.id, key=read_key(request.POST.get("cle")))
    except AlreadyDone:
        return SeeOther(reverse("demandes:list"))
    except Refused as refused:
        form.refuse(refused)
        return page_again(request, demande, Bound("key", form), status=422)
    except Overtaken as overtaken:
        return page_again(request, demande, Bound("key", form, notice=str(overtaken)), status=409)
    except NotAllowed:
        raise PermissionDenied from None
    except Unknown:
        raise Http404 from None
    messages.success(request, "Vous avez quitté la demande.")
    return SeeOther(reverse("demandes:list"))


@access(decisions.may_ask_identifier, on=load_demande)
@post_only
def show_identifier(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Show one identifier in clear, once: the page that follows does."""
    field = request.POST.get("champ", "")
    if field not in IDENTIFIERS:
        raise Http404
    if not decisions.may_see_identifier(request.actor, demande, field):
        raise PermissionDenied
    with suppress(AlreadyDone):
        reading.ask_identifier(request.actor, demande, field, key=read_key(request.POST.get("cle")))
        request.session[SHOWN_KEY] = [str(demande.id), field]
    return SeeOther(address(demande))
