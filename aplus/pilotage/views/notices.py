"""Banners and maintenance, for administrateurs."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.core import clock
from aplus.demandes.forms.acts import KeyForm
from aplus.pilotage.forms.notices import BannerForm, MaintenanceForm
from aplus.pilotage.queries import notices as queries
from aplus.pilotage.rules.marks import mark_of
from aplus.pilotage.services import notices as services
from aplus.pilotage.views.writing import READING, Question, ask, press, write
from aplus.policy import decisions
from aplus.ui.models import Banner, BannerKind

PLACE = "Bandeaux"


@access(decisions.may_administer)
@require_safe
def banners(request: ActorRequest) -> HttpResponse:
    """What is said above every page: now, later, before."""
    context = {"banners": queries.banners(), "key": KeyForm(auto_id=False)}
    return render(request, "pilotage/banners.html", context)


@access(decisions.may_administer)
def new_banner(request: ActorRequest) -> HttpResponse:
    """Say something above every page."""
    initial = {"genre": BannerKind.INFORMATION, "du": clock.now()}
    form = BannerForm(initial=initial) if request.method in READING else BannerForm(request.POST)
    if request.method in READING:
        return _one(request, form, None, 200)
    location = reverse("pilotage:banners")

    def act() -> None:
        services.add_banner(request.actor, form.values, key=form.cleaned_data["cle"], location=location)

    page = partial(_one, request, form, None)
    return write(request, form, act, page, location=location, done="Le bandeau est enregistré.")


@access(decisions.may_administer)
def banner(request: ActorRequest, banner_id: UUID) -> HttpResponse:
    """Change one that is shown or to come."""
    row = queries.banner(banner_id)
    if row is None:
        raise Http404
    location = reverse("pilotage:banners")
    if request.method in READING:
        if queries.is_over(row, clock.now()):
            return SeeOther(location)
        return _one(request, BannerForm(initial=services.banner_values(row)), row, 200)
    form = BannerForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        services.change_banner(
            request.actor, row.pk, form.values, seen=typed["vu"], key=typed["cle"], location=location
        )

    page = partial(_one, request, form, row)
    return write(request, form, act, page, location=location, done="Le bandeau est enregistré.")


@access(decisions.may_administer)
def end_banner(request: ActorRequest, banner_id: UUID) -> HttpResponse:
    """Take down one that is shown, once sure."""
    location = reverse("pilotage:banners")
    row = queries.banner(banner_id)
    if request.method in READING and row is not None:
        text = f"«\u00a0{row.title}\u00a0» ne sera plus montré. Pour le montrer encore, il faudrait en créer un autre."
        return ask(
            request, Question("Terminer ce bandeau maintenant\u00a0?", text, "Terminer maintenant", PLACE, location)
        )
    return press(request, services.end_banner, banner_id, location=location, done="Le bandeau n’est plus montré.")


@access(decisions.may_administer)
def delete_banner(request: ActorRequest, banner_id: UUID) -> HttpResponse:
    """Forget one that nobody has seen, once sure; a form sent twice leads twice to the list."""
    location = reverse("pilotage:banners")
    row = queries.banner(banner_id)
    if request.method in READING and row is not None:
        text = f"«\u00a0{row.title}\u00a0» ne sera jamais montré. Son texte est effacé pour de bon."
        return ask(request, Question("Supprimer ce bandeau\u00a0?", text, "Supprimer", PLACE, location))
    return press(request, services.delete_banner, banner_id, location=location, done="Le bandeau est supprimé.")


@access(decisions.may_administer)
def maintenance(request: ActorRequest) -> HttpResponse:
    """Close the site, say until when, open it again."""
    row = queries.maintenance()
    location = reverse("pilotage:maintenance")
    if request.method in READING:
        return _maintenance(request, MaintenanceForm(initial=services.maintenance_values(row), asks=not row.is_on), 200)
    is_opening = request.POST.get("action") == "ouvrir"
    form = MaintenanceForm(request.POST, asks=not (is_opening or row.is_on))

    def act() -> None:
        typed = form.cleaned_data
        values = {"fermer": not is_opening, "message": typed["message"], "retour": typed["retour"]}
        services.change_maintenance(request.actor, values, seen=typed["vu"], key=typed["cle"], location=location)

    done = "Le site est ouvert à tous." if is_opening else "Le site est fermé, sauf aux administrateurs."
    return write(request, form, act, partial(_maintenance, request, form), location=location, done=done)


def _one(request: ActorRequest, form: BannerForm, row: Banner | None, status: int) -> HttpResponse:
    if row is not None:
        now = queries.banner(row.pk)
        form.show(mark_of(services.banner_values(now or row)), status)
    return render(request, "pilotage/banner.html", {"form": form, "banner": row}, status=status)


def _maintenance(request: ActorRequest, form: MaintenanceForm, status: int) -> HttpResponse:
    row = queries.maintenance()
    form.show(mark_of(services.maintenance_values(row)), status)
    return render(request, "pilotage/maintenance.html", {"form": form, "row": row}, status=status)
