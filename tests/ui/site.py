"""A small site with the pages of ui, help, gestion and pilotage, and views that go wrong on purpose."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from aplus.access.gate import public
from aplus.ui import views as ui
from aplus.ui.forms import MultipleFileField, PlainForm


class FilesForm(PlainForm):
    """Several files."""

    fichiers = MultipleFileField(label="Fichiers", required=False)


@public(reason="test")
def stand_in(_request):
    return HttpResponse("page d'une autre application")


@public(reason="test")
def refuse(_request):
    raise PermissionDenied


@public(reason="test")
def suspect(_request):
    raise SuspiciousOperation


@public(reason="test")
def crash(_request):
    raise RuntimeError("canary-in-the-exception")


@public(reason="test")
def without_database(_request):
    raise OperationalError("connection refused")


@public(reason="test")
def hurry(request):
    return ui.too_many(request, int(request.GET["s"]))


@public(reason="test")
def ended(request):
    return ui.gone(request, "Ce lien a déjà servi.", "/connexion/", "Recevoir un nouveau lien")


@public(reason="test")
def overtaken(request):
    return ui.conflict(request, "Inès Caron vient de répondre.", "/demandes/")


@public(reason="test")
def tell(request):
    messages.success(request, "C’est <fait>.")
    messages.error(request, "C’est raté.")
    return HttpResponse("dit")


@csrf_exempt
@public(reason="test")
def receive(request):
    form = FilesForm(request.POST, request.FILES)
    assert form.is_valid()
    return HttpResponse(",".join(file.name for file in form.cleaned_data["fichiers"]))


accounts = [
    path("connexion/", stand_in, name="sign_in"),
    path("moi/adresse/", stand_in, name="change_address"),
    path("moi/premiers-pas/", stand_in, name="first_steps"),
    path("moi/securite/", stand_in, name="security"),
]

urlpatterns = [
    path("", include("aplus.help.urls")),
    path("", include("aplus.gestion.urls")),
    path("", include("aplus.pilotage.urls")),
    path("", include("aplus.ui.urls")),
    path("demo/", include("aplus.ui.demo_urls")),
    path("", include((accounts, "accounts"))),
    path("essai/refus/", refuse),
    path("essai/suspect/", suspect),
    path("essai/panne/", crash),
    path("essai/sans-base/", without_database),
    path("essai/trop/", hurry),
    path("essai/fini/", ended),
    path("essai/depasse/", overtaken),
    path("essai/dire/", tell),
    path("essai/recevoir/", receive, name="receive"),
]

handler400 = "aplus.ui.views.bad_request"
handler403 = "aplus.ui.views.forbidden"
handler404 = "aplus.ui.views.not_found"
handler500 = "aplus.ui.views.broken"
