"""The demandes of a groupe as metadata, and giving them to somebody (product.md §5)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key
from aplus.annuaire.models import Groupe
from aplus.core import clock
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.models import Demande
from aplus.demandes.queries import managed
from aplus.demandes.queries.list_marks import Mark
from aplus.demandes.queries.managed import Managed
from aplus.demandes.queries.managed_filters import offered
from aplus.demandes.services import managing
from aplus.gestion.forms.groupes import ChosenPersonForm, GivePartForm, HandOverForm
from aplus.gestion.presenters import demandes as presenters
from aplus.gestion.presenters.narrowing import Listed, narrowing
from aplus.gestion.queries import groupes as queries
from aplus.gestion.views.exporting import asked
from aplus.policy import decisions

Service = Callable[[ChosenPersonForm, UUID, str], None]


@access(decisions.may_see_metadata, on=queries.groupe)
@require_safe
def groupe_demandes(request: ActorRequest, groupe: Groupe) -> HttpResponse:
    """The demandes that this groupe sent or was addressed, without their content."""
    show, filters = asked(request)
    after = Mark.from_text(request.GET.get("apres", ""))
    page = managed.page(groupe, show, after, clock.now(), filters)
    listed = Listed(groupe, show, filters)
    following = listed.address(page.following) if page.following else ""
    return _render(request, listed, page.demandes, is_list=True, following=following, first=after is not None)


@access(decisions.may_hand_over, on=queries.managed)
def hand_over(request: ActorRequest, about: Managed) -> HttpResponse:
    """Give the demande to another aidant of the structure."""

    def act(form: ChosenPersonForm, key: UUID, location: str) -> None:
        seen = form.cleaned_data["vu"] if "vu" in form.data else about.author_id
        managing.hand_over(request.actor, about, form.chosen, seen=seen, key=key, location=location)

    form = HandOverForm(request.POST, people=[])
    return _give(request, about, presenters.HAND_OVER, form, act, done="La demande est confiée à votre collègue.")


@access(decisions.may_give_managed_part, on=queries.managed)
def give_part(request: ActorRequest, about: Managed) -> HttpResponse:
    """Have an instructeur of the groupe follow its part."""

    def act(form: ChosenPersonForm, key: UUID, location: str) -> None:
        seen = form.cleaned_data["vu"] if "vu" in form.data else about.follower_id
        managing.give_part(request.actor, about, form.chosen, seen=seen, key=key, location=location)

    form = GivePartForm(request.POST, people=[])
    return _give(request, about, presenters.GIVE, form, act, done="La part de votre groupe est confiée.")


def _give(
    request: ActorRequest, about: Managed, name: str, form: ChosenPersonForm, act: Service, *, done: str
) -> HttpResponse:
    location = Listed(about.groupe).address()
    if request.method in {"GET", "HEAD"}:
        return SeeOther(location)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        if not form.is_valid():
            return _again(request, about, name, form, status=422)
        act(form, read_key(form.cleaned_data["cle"]), location)
    except Refused as refused:
        form.refuse(refused)
        return _again(request, about, name, form, status=422)
    except Overtaken as overtaken:
        form.add_error(None, str(overtaken))
        return _again(request, about, name, form, status=409)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Unknown:
        raise Http404 from None
    except NotAllowed:
        raise PermissionDenied from None
    messages.success(request, done)
    return SeeOther(location)


def _again(request: ActorRequest, about: Managed, name: str, form: ChosenPersonForm, *, status: int) -> HttpResponse:
    """The list with this demande alone, as it is now, and the refused form."""
    demande = managed.managed(about.groupe, about.demande.pk) if about.demande else None
    if demande is None:
        raise Http404
    refused = presenters.Refused(demande.pk, name, form)
    return _render(request, Listed(about.groupe), [demande], is_list=False, refused=refused, status=status)


def _render(
    request: ActorRequest,
    listed: Listed,
    demandes: list[Demande],
    *,
    is_list: bool,
    following: str = "",
    first: bool = True,
    refused: presenters.Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    groupe = listed.groupe
    reader = presenters.Reader(request.actor, groupe, queries.active_members(groupe), clock.now())
    lines = presenters.lines(reader, demandes, refused)
    forms = [handing.form for line in lines for handing in line.handings if handing.form.is_bound]
    context = {
        "groupe": groupe,
        "choices": presenters.choices(listed),
        "title": presenters.TITLES[listed.show] if is_list else "Demande à confier",
        "empty": presenters.empty(listed),
        "lines": lines,
        "filters": narrowing(listed, offered(groupe), reader.members) if is_list else None,
        "refused": forms[0] if forms else refused.form if refused else None,
        "next_url": following,
        "first_url": listed.address() if first else "",
    }
    return render(request, "gestion/demandes.html", context, status=status)
