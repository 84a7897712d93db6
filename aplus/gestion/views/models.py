"""The texts that a groupe keeps for its replies: its instructeurs and its responsables read and change them."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key, refuse_used_key
from aplus.annuaire.models import Groupe
from aplus.core.errors import AlreadyDone, Overtaken, Refused
from aplus.gestion.forms.groupes import ModelForm
from aplus.gestion.queries import groupes as queries
from aplus.gestion.services import models as services
from aplus.policy import decisions
from aplus.ui import views as ui

Page = Callable[[int], HttpResponse]
REMOVED = "modele-retire"


@access(decisions.may_use_models, on=queries.groupe)
def models(request: ActorRequest, groupe: Groupe) -> HttpResponse:
    """The texts of a groupe; a POST adds one. The page of a demande reads this page to offer them."""
    if request.method in {"GET", "HEAD"}:
        return _list(request, groupe, ModelForm(), 200)
    form = ModelForm(request.POST)
    location = _location(groupe)

    def act() -> None:
        typed = form.cleaned_data
        services.add_model(request.actor, groupe, typed["titre"], typed["texte"], key=typed["cle"], location=location)

    return _write(request, form, act, location, lambda status: _list(request, groupe, form, status))


@access(decisions.may_use_models, on=queries.groupes_model)
def model(request: ActorRequest, about: queries.GroupesModel) -> HttpResponse:
    """One text, to change it."""
    kept = about.model
    if kept is None:
        raise Http404
    if request.method in {"GET", "HEAD"}:
        initial = {"titre": kept.title, "texte": kept.text, "vu": services.version_of(kept)}
        return _one(request, about, ModelForm(initial=initial), 200)
    form = ModelForm(request.POST)
    location = _location(about.groupe)

    def act() -> None:
        typed = form.cleaned_data
        services.change_model(
            request.actor,
            kept,
            typed["titre"],
            typed["texte"],
            seen=typed["vu"],
            key=typed["cle"],
            location=location,
        )

    return _write(request, form, act, location, lambda status: _one(request, about, form, status))


@access(decisions.may_use_models, on=queries.groupes_model)
def remove(request: ActorRequest, about: queries.GroupesModel) -> HttpResponse:
    """Forget one text; a form sent twice leads twice to the list."""
    location = _location(about.groupe)
    groupe, removed = about.groupe, about.model
    if removed is None and request.method != "POST":
        raise Http404
    if request.method != "POST":
        return SeeOther(location) if request.method in {"GET", "HEAD"} else HttpResponseNotAllowed(["POST"])
    key = request.POST.get("cle", "")
    try:
        if removed is None:
            refuse_used_key(request.actor, read_key(key))
            raise Http404
        services.remove_model(request.actor, removed, key=key, location=location)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except Overtaken as overtaken:
        return ui.conflict(request, str(overtaken), location)
    request.session[REMOVED] = [str(groupe.pk), removed.title, removed.text]
    return SeeOther(location)


def _write(request: ActorRequest, form: ModelForm, act: Callable[[], None], location: str, page: Page) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        if not form.is_valid():
            return page(422)
        act()
    except Refused as refused:
        form.refuse(refused)
        return page(422)
    except Overtaken as overtaken:
        form.add_error(None, str(overtaken))
        return page(409)
    except AlreadyDone as already:
        return SeeOther(already.location)
    messages.success(request, "Le modèle est enregistré.")
    return SeeOther(location)


def _removed(request: ActorRequest, groupe: Groupe) -> ModelForm | None:
    """What was just removed, once, in the form that adds it again. It waits in the session: it is too long for more."""
    kept = request.session.pop(REMOVED, None)
    if kept is None or kept[0] != str(groupe.pk):
        return None
    return ModelForm(initial={"titre": kept[1], "texte": kept[2]}, auto_id=False)


def _location(groupe: Groupe) -> str:
    return reverse("gestion:models", args=[groupe.pk])


def _list(request: ActorRequest, groupe: Groupe, form: ModelForm, status: int) -> HttpResponse:
    context = {
        "groupe": groupe,
        "models": queries.models_of(groupe),
        "form": form,
        "key": ModelForm(auto_id=False),
        "removed": _removed(request, groupe),
    }
    return render(request, "gestion/models.html", context, status=status)


def _one(request: ActorRequest, about: queries.GroupesModel, form: ModelForm, status: int) -> HttpResponse:
    """Overtaken, the form goes on from the text as it is now."""
    now = queries.groupes_model(request.actor, about.groupe.pk, about.model.pk) if about.model else None
    if now is None or now.model is None:
        return ui.conflict(request, "Un collègue vient de retirer ce modèle.", _location(about.groupe))
    if form.is_bound:
        data = form.data.copy()
        data["vu"] = services.version_of(now.model)
        form.data = data
    context = {"groupe": about.groupe, "model": now.model, "form": form}
    return render(request, "gestion/model.html", context, status=status)
