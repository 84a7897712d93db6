"""The mails that could not leave, for administrateurs."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.demandes.forms.acts import KeyForm
from aplus.pilotage.presenters import mails as presenter
from aplus.pilotage.queries import mails as queries
from aplus.pilotage.services import mails as services
from aplus.pilotage.views.writing import press
from aplus.policy import decisions

PAGE = "pilotage:failed_mails"


@access(decisions.may_administer)
@require_safe
def failed(request: ActorRequest) -> HttpResponse:
    """Newest first: what each was about, for whom, when; each can be sent again, or all of them."""
    found, number = queries.failed()
    context = {"rows": presenter.failed_lines(found), "number": number, "key": KeyForm(auto_id=False)}
    return render(request, "pilotage/failed_mails.html", context)


@access(decisions.may_administer)
def send_again(request: ActorRequest, notification_id: UUID) -> HttpResponse:
    """One mail."""
    done = "L’e-mail repart dans la minute."
    return press(request, services.send_again, notification_id, location=reverse(PAGE), done=done)


@access(decisions.may_administer)
def send_all_again(request: ActorRequest) -> HttpResponse:
    """All of them."""
    done = "Les e-mails repartent dans la minute."
    return press(request, services.send_all_again, location=reverse(PAGE), done=done)
