"""Making a groupe and changing it: each person writes the fields that are theirs."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key, refuse_used_key
from aplus.accounts.queries.choices import is_anybody_told
from aplus.accounts.services import groupes as services
from aplus.annuaire.models import Groupe, Organisme, OrganismeSide
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused
from aplus.gestion.forms.editing import COLUMNS, GroupeForm, initial_of
from aplus.gestion.presenters import editing as presenters
from aplus.gestion.queries import groupes as queries
from aplus.gestion.queries.places import NO_PLACES, Places, number_of_members, places
from aplus.policy import decisions

PREVIEW = "previsualiser"
NOBODY_TOLD = (
    "Ce groupe n’a plus de boîte aux lettres prévenue, et n’a aucun instructeur\u00a0: personne n’apprend les demandes "
    "qui lui sont adressées."
)


@dataclass(frozen=True)
class Editing:
    """One groupe being written by one person; no groupe yet when it is being made."""

    request: ActorRequest
    groupe: Groupe | None
    columns: frozenset[str]
    places: Places

    def form(self, *args: Any, **kwargs: Any) -> GroupeForm:
        """The fields this person may write; a field of somebody else that was sent all the same is refused."""
        made = GroupeForm(*args, columns=self.columns, places=self.places, **kwargs)
        if made.is_bound and any(name in made.data and name not in made.fields for name in COLUMNS):
            raise PermissionDenied
        return made

    def page(self, form: GroupeForm, status: int, *, is_preview: bool = False) -> HttpResponse:
        """The form as typed, with the preview when it was asked for, and what changing organisme would do."""
        organisme, moves = self.organisme(form), list[str]()
        if self.groupe and organisme and organisme.code != self.groupe.organisme_id:
            moves = presenters.consequences(self.groupe, organisme, number_of_members(self.groupe))
        context = {
            "groupe": self.groupe,
            "form": form,
            "preview": presenters.preview(self.groupe, organisme, form.typed) if is_preview else None,
            "moves": moves,
            "is_wide": "name" in self.columns,
        }
        return render(self.request, "gestion/edit.html", context, status=status)

    def organisme(self, form: GroupeForm) -> Organisme | None:
        """The one that was chosen, else that of the groupe."""
        chosen = form.typed.get("organisme") if form.is_bound else None
        if self.groupe and chosen in {None, self.groupe.organisme_id}:
            return self.groupe.organisme
        return next((one for one in self.places.organismes if one.code == chosen), None)


@access(decisions.may_create_groupe)
def new_groupe(request: ActorRequest) -> HttpResponse:
    """Make a groupe; then its page, to add its members."""
    actor = request.actor
    editing = Editing(request, None, services.may_set(actor), places(actor))
    if request.method in {"GET", "HEAD"}:
        return editing.page(editing.form(), 200)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    form = editing.form(request.POST)
    if request.POST.get("action") == PREVIEW:
        return editing.page(form, 200, is_preview=True)
    try:
        refuse_used_key(actor, read_key(request.POST.get("cle")))
        if not form.is_valid():
            return editing.page(form, 422)
        groupe_id = services.create(actor, form.values, key=form.cleaned_data["cle"])
    except Refused as refused:
        form.refuse(refused)
        return editing.page(form, 422)
    except AlreadyDone as already:
        return SeeOther(already.location)
    except NotAllowed:
        raise PermissionDenied from None
    messages.success(request, "Le groupe est créé. Ajoutez maintenant ses membres\u00a0: un responsable d’abord.")
    return SeeOther(f"{reverse('gestion:groupe', args=[groupe_id])}#membres")


@access(decisions.may_manage_members, on=queries.groupe)
def change_groupe(request: ActorRequest, groupe: Groupe) -> HttpResponse:
    """Change what this person may change of a groupe."""
    actor, location = request.actor, reverse("gestion:groupe", args=[groupe.pk])
    columns = services.may_change(actor, groupe)
    has_places = decisions.may_edit_groupe(actor, groupe)
    editing = Editing(request, groupe, columns, places(actor) if has_places else NO_PLACES)
    if request.method in {"GET", "HEAD"}:
        initial = {**initial_of(groupe), "vu": services.version_of(groupe, columns)}
        return editing.page(editing.form(initial=initial), 200)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    form = editing.form(request.POST)
    if request.POST.get("action") == PREVIEW:
        return editing.page(form, 200, is_preview=True)
    try:
        refuse_used_key(actor, read_key(request.POST.get("cle")))
        if not form.is_valid():
            return editing.page(form, 422)
        _require_meant(editing, form)
        typed = form.cleaned_data
        services.change(actor, groupe.pk, form.values, seen=typed["vu"], key=typed["cle"], location=location)
    except Refused as refused:
        form.refuse(refused)
        return editing.page(form, 422)
    except Overtaken as overtaken:
        return _overtaken(editing, groupe, str(overtaken))
    except AlreadyDone as already:
        return SeeOther(already.location)
    except NotAllowed:
        raise PermissionDenied from None
    messages.success(request, "Le groupe est enregistré.")
    _warn(request, groupe, form)
    return SeeOther(location)


def _require_meant(editing: Editing, form: GroupeForm) -> None:
    """Changing organisme says first what it does."""
    organisme, groupe = editing.organisme(form), editing.groupe
    is_moved = groupe is not None and organisme is not None and organisme.code != groupe.organisme_id
    if is_moved and not form.cleaned_data.get("organisme_confirme"):
        raise Refused.because("Lisez ce que ce changement fait, puis confirmez-le.", "organisme_confirme")


def _overtaken(editing: Editing, groupe: Groupe, said: str) -> HttpResponse:
    """What was typed is kept, and can be sent again over what the groupe is now."""
    now = queries.groupe(editing.request.actor, groupe.pk) or groupe
    data = editing.request.POST.copy()
    data["vu"] = services.version_of(now, editing.columns)
    again = editing.form(data)
    again.add_error(None, said)
    return editing.page(again, 409)


def _warn(request: ActorRequest, groupe: Groupe, form: GroupeForm) -> None:
    """A groupe that receives demandes and that nothing tells of them."""
    now = {"mailbox": groupe.mailbox, "is_mailbox_told": groupe.is_mailbox_told, **form.values}
    is_off = groupe.told_mailbox and not (now["mailbox"] and now["is_mailbox_told"])
    if is_off and groupe.organisme.side != OrganismeSide.AIDANT and not is_anybody_told(groupe.pk):
        messages.warning(request, NOBODY_TOLD)
