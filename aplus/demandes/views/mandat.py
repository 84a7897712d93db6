"""The mandat: a page about it, its printable form, and a blank form for visits (demandes.md §8)."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.core import clock
from aplus.demandes import mandat_pdf
from aplus.demandes.content import Authorisation
from aplus.demandes.forms.mandat import RenewalForm, WithdrawalForm
from aplus.demandes.mandat_pdf import Sheet
from aplus.demandes.models import Demande
from aplus.demandes.openers import OpenedDemande, open_demande
from aplus.demandes.presenters import mandat as presenter
from aplus.demandes.presenters.states import number_label
from aplus.demandes.queries import choices
from aplus.demandes.queries import mandats as queries
from aplus.demandes.queries.drafts import OpenedDraft
from aplus.demandes.queries.mandats import ReadableMandat
from aplus.demandes.rules.steps import Step
from aplus.demandes.services.mandat import is_over
from aplus.journal import services as journal
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.ui import views as ui
from aplus.vault.keys import Erased, Place


@access(decisions.may_read_mandat, on=queries.readable_mandat)
@require_safe
def page(request: ActorRequest, found: ReadableMandat) -> HttpResponse:
    """How the mandat was given, or will be, with its form to print."""
    if request.method == "HEAD":
        return HttpResponse()
    try:
        context = _draft_context(request.actor, found) or _demande_context(request.actor, found)
    except Erased:
        return _erased(request, found)
    pdf_address = reverse("demandes:mandat_pdf", args=[found.id])
    return render(request, "demandes/mandat.html", {**context, "pdf_address": pdf_address})


@access(decisions.may_read_mandat, on=queries.readable_mandat)
@require_safe
def pdf(request: ActorRequest, found: ReadableMandat) -> HttpResponse:
    """The form, to print and sign; its name holds the number only."""
    number = found.demande.number if found.demande else None
    name = f"mandat-{number}.pdf" if number else "mandat.pdf"
    if request.method == "HEAD":
        return _download(b"", name)
    try:
        sheet = _draft_sheet(request.actor, found.draft) if found.draft else _demande_sheet(request.actor, found)
    except Erased:
        return _erased(request, found)
    return _download(mandat_pdf.render(sheet), name)


@access(decisions.may_create_demande)
@require_safe
def blank(request: ActorRequest) -> HttpResponse:
    """A form with nothing filled in but the structure, when there is only one."""
    structures = choices.structures(request.actor)
    structure = structures[0].name if len(structures) == 1 else ""
    sheet = Sheet(contact=settings.SUPPORT_EMAIL, structure=structure, is_blank=True)
    return _download(mandat_pdf.render(sheet), "mandat-vierge.pdf")


def _draft_context(actor: Actor, found: ReadableMandat) -> dict[str, Any] | None:
    draft = found.draft
    if draft is None:
        return None
    facts = presenter.facts_of_draft(draft.typed(Step.USAGER), _structure_of(actor, draft), _groupes_of(draft))
    back = reverse("demandes:step", args=[draft.id, Step.USAGER])
    return {"facts": facts, "is_sent": False, "number": "", "back": back, "proofs": []}


def _demande_context(actor: Actor, found: ReadableMandat) -> dict[str, Any]:
    opened, authorisation = _opened(actor, found, "mandat")
    demande = opened.demande
    return {
        "facts": presenter.facts_of_demande(demande, opened.usager, authorisation),
        "is_sent": True,
        "number": number_label(demande.number),
        "back": reverse("demandes:page", args=[demande.id]),
        "proofs": queries.proofs(opened),
        **_acts(actor, demande),
    }


def _acts(actor: Actor, demande: Demande) -> dict[str, Any]:
    """The forms of the author's side; none once the mandat is withdrawn."""
    if demande.mandat.withdrawn_at is not None or not decisions.may_renew_mandat(actor, demande):
        return {}
    return {
        "demande": demande,
        "is_over": is_over(demande, clock.now()),
        "renewal": RenewalForm(zone=ZoneInfo(demande.territoire.timezone)),
        "withdrawal": WithdrawalForm(),
    }


def _draft_sheet(actor: Actor, draft: OpenedDraft) -> Sheet:
    return presenter.sheet_of_draft(
        draft.typed(Step.USAGER),
        structure=_structure_of(actor, draft),
        aidant=actor.name,
        groupes=_groupes_of(draft),
        contact=settings.SUPPORT_EMAIL,
    )


def _demande_sheet(actor: Actor, found: ReadableMandat) -> Sheet:
    opened, authorisation = _opened(actor, found, "mandat-imprime")
    return presenter.sheet_of_demande(opened.demande, opened.usager, authorisation, contact=settings.SUPPORT_EMAIL)


def _opened(actor: Actor, found: ReadableMandat, act: str) -> tuple[OpenedDemande, Authorisation]:
    """The content of the demande and of its mandat, with one line in the journal."""
    demande = found.demande
    if demande is None:
        raise Erased
    opened = open_demande(actor, demande)
    place = Place("mandat", "content", found.id)
    authorisation = Authorisation.from_json(opened.key.open_json(place, bytes(demande.mandat.sealed)))
    journal.write(actor, act, kind="mandat", thing_id=found.id, demande_id=demande.id)
    return opened, authorisation


def _structure_of(actor: Actor, draft: OpenedDraft) -> str:
    """The structure chosen, or the only one."""
    structures = choices.structures(actor)
    wanted = draft.typed(Step.ORGANISMES).line("structure")
    chosen = [one for one in structures if str(one.id) == wanted] or (structures if len(structures) == 1 else [])
    return chosen[0].name if chosen else ""


def _groupes_of(draft: OpenedDraft) -> list[str]:
    return [groupe.name for groupe in choices.chosen_groupes(draft.typed(Step.ORGANISMES))]


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _erased(request: ActorRequest, found: ReadableMandat) -> HttpResponse:
    address = reverse("demandes:page", args=[found.demande.id]) if found.demande else reverse("demandes:list")
    return ui.gone(request, "Le contenu de cette demande et son mandat sont effacés.", address, "Revenir à la demande")
