"""My days away, and the absences of the members of a groupe (demandes.md §6)."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key
from aplus.accounts.models import Absence
from aplus.annuaire.models import Groupe
from aplus.core.errors import AlreadyDone, Overtaken, Refused, Unknown
from aplus.demandes.queries import absences as absences_queries
from aplus.demandes.services import absences as services
from aplus.gestion.forms.groupes import DaysForm, MemberAbsenceForm, OwnAbsenceForm
from aplus.gestion.presenters import absences as presenters
from aplus.gestion.queries import groupes as queries
from aplus.policy import decisions
from aplus.ui import views as ui
from aplus.ui.undo import Undo, say_done

Page = Callable[[DaysForm, int], HttpResponse]


@access(decisions.may_enter)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_own(request: ActorRequest) -> HttpResponse:
    """My absences; a POST says that I am away."""
    if request.method != "POST":
        return _my_page(request, _own_form(request, None))
    location = reverse("gestion:plan_own_absence")
    form = _own_form(request, request.POST)

    def act() -> None:
        services.plan_own(request.actor, form.days, key=read_key(form.cleaned_data["cle"]), location=location)

    return _plan(request, form, act, location, lambda refused, status: _my_page(request, refused, status=status))


@access(decisions.may_end_own_absence, on=queries.own_absence)
def end_own(request: ActorRequest, absence: Absence) -> HttpResponse:
    """Cancel my absence, or come back earlier."""
    named = {f"remplacant_{one.groupe_id}": str(one.colleague_id) for one in absence.named.all()}
    return _end(request, absence, reverse("gestion:plan_own_absence"), named)


@access(decisions.may_manage_groupe, on=queries.groupe)
def groupe_absences(request: ActorRequest, groupe: Groupe) -> HttpResponse:
    """The absences of the members; a responsable says one for who cannot."""
    if request.method in {"GET", "HEAD"}:
        return _groupe_page(request, groupe, _member_form(request, groupe, None))
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    location = reverse("gestion:groupe_absences", args=[groupe.pk])
    form = _member_form(request, groupe, request.POST)

    def act() -> None:
        typed = form.cleaned_data
        days, key = form.days_in(groupe.pk), read_key(typed["cle"])
        services.plan_for(request.actor, groupe.pk, typed["membre"], days, key=key, location=location)

    return _plan(
        request, form, act, location, lambda refused, status: _groupe_page(request, groupe, refused, status=status)
    )


@access(decisions.may_manage_groupe, on=queries.members_absence)
def end_members_absence(request: ActorRequest, about: queries.MembersAbsence) -> HttpResponse:
    """End an absence that a responsable said."""
    if about.absence is None:
        raise Http404
    absence = about.absence
    here = [str(one.colleague_id) for one in absence.named.all() if one.groupe_id == about.groupe.pk]
    named = {"membre": str(absence.user_id), "remplacant": here[0] if here else ""}
    return _end(request, absence, reverse("gestion:groupe_absences", args=[about.groupe.pk]), named)


def _plan(request: ActorRequest, form: DaysForm, act: Callable[[], None], location: str, page: Page) -> HttpResponse:
    try:
        if not form.is_valid():
            return page(form, 422)
        act()
    except Refused as refused:
        form.refuse(refused)
        return page(form, 422)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Unknown:
        raise Http404 from None
    messages.success(request, "L’absence est enregistrée.")
    return SeeOther(location)


def _end(request: ActorRequest, absence: Absence, location: str, named: dict[str, str]) -> HttpResponse:
    """`named` is what the form that plans calls who stands in: ending is taken back by planning again."""
    if request.method != "POST":
        return _back(request, location)
    try:
        services.finish_early(request.actor, absence, key=read_key(request.POST.get("cle")), location=location)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    since = max(absence.from_date, absences_queries.today_of(absence.user_id))
    days = {"du": since.isoformat(), "au": absence.until_date.isoformat()}
    say_done(request, "L’absence est finie.", Undo(location, "Annuler", {**days, **named}))
    return SeeOther(location)


def _back(request: ActorRequest, location: str) -> HttpResponse:
    """Who comes by GET, after signing in again, finds the page."""
    return SeeOther(location) if request.method in {"GET", "HEAD"} else HttpResponseNotAllowed(["POST"])


def _own_form(request: ActorRequest, data: object) -> OwnAbsenceForm:
    beside = absences_queries.aidants_beside(request.actor.person_id) if request.actor.aidant_groupe_ids else []
    return OwnAbsenceForm(data, colleagues=presenters.colleagues_by_structure(beside))


def _my_page(request: ActorRequest, form: DaysForm, *, status: int = 200) -> HttpResponse:
    actor = request.actor
    planned = absences_queries.planned([actor.person_id])
    today = absences_queries.today_of(actor.person_id)
    context = {
        "absences": presenters.absence_lines(planned, today, is_own=True),
        "form": form,
        "key": DaysForm(auto_id=False),
    }
    return render(request, "gestion/own_absences.html", context, status=status)


def _member_form(request: ActorRequest, groupe: Groupe, data: object) -> MemberAbsenceForm:
    members, me = queries.active_members(groupe), request.actor.user_id
    return MemberAbsenceForm(
        data,
        members=[(str(one.user_id), one.user.full_name) for one in members],
        aidants=[(str(one.user_id), one.user.full_name) for one in members if one.is_aidant and one.user_id != me],
    )


def _groupe_page(request: ActorRequest, groupe: Groupe, form: DaysForm, *, status: int = 200) -> HttpResponse:
    planned = absences_queries.planned([one.user_id for one in queries.active_members(groupe)])
    today = absences_queries.today_of(request.actor.person_id)
    context = {
        "groupe": groupe,
        "absences": presenters.absence_lines(planned, today, is_own=False),
        "form": form,
        "key": DaysForm(auto_id=False),
    }
    return render(request, "gestion/absences.html", context, status=status)
