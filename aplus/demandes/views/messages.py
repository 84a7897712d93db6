"""Correcting and withdrawing one's own message."""

from django.http import HttpResponse

from aplus.access.gate import ActorRequest, access
from aplus.access.keys import read_key
from aplus.demandes.forms import acts as forms
from aplus.demandes.models import Demande
from aplus.demandes.queries.messages import ReadableMessage, readable_message
from aplus.demandes.services import correcting
from aplus.demandes.views.rendering import Bound, act_on, post_only
from aplus.policy import decisions


@access(decisions.may_change_message, on=readable_message)
def correct(request: ActorRequest, found: ReadableMessage) -> HttpResponse:
    """Replace the text of a message that nobody has read yet."""

    @post_only
    def answer(request: ActorRequest, demande: Demande) -> HttpResponse:
        form = forms.CorrectionForm(request.POST, auto_id=auto_id("correction", found))

        def act() -> None:
            typed = form.cleaned_data
            seen = typed["vu"] if "vu" in request.POST else None
            key = read_key(typed["cle"])
            correcting.correct(request.actor, demande.id, found.message.id, typed["message"], seen=seen, key=key)

        bound = Bound("correct_message", form, message_id=found.message.id)
        return act_on(request, demande, bound, act, done="Votre message est corrigé.")

    return answer(request, found.demande)


@access(decisions.may_change_message, on=readable_message)
def withdraw(request: ActorRequest, found: ReadableMessage) -> HttpResponse:
    """Take a message back: its text and files are destroyed."""

    @post_only
    def answer(request: ActorRequest, demande: Demande) -> HttpResponse:
        form = forms.WithdrawalForm(request.POST, auto_id=auto_id("retrait", found))

        def act() -> None:
            typed = form.cleaned_data
            key = read_key(typed["cle"])
            correcting.withdraw(request.actor, demande.id, found.message.id, typed["motif"], key=key)

        bound = Bound("withdraw_message", form, message_id=found.message.id)
        return act_on(
            request, demande, bound, act, done="Votre message est retiré : son texte et ses fichiers sont détruits."
        )

    return answer(request, found.demande)


def auto_id(act: str, found: ReadableMessage) -> str:
    """Ids of their own, for there is one such form by message."""
    return f"{act}-{found.message.id}_%s"
