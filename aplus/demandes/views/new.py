"""The four steps of a new demande: read what was typed, keep it, check it, go on (contract.md §3)."""

from contextlib import suppress
from enum import StrEnum
from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import FIELD, read_key
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes.forms.new import StepForm, read_step
from aplus.demandes.presenters import new as presenter
from aplus.demandes.presenters import sheet, versions
from aplus.demandes.queries import drafts as queries
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.queries.drafts import OpenedDraft
from aplus.demandes.rules.steps import Step
from aplus.demandes.services import drafts, sending
from aplus.demandes.views import communes
from aplus.demandes.views.answers import answered, fresh_token, posted_number, rank_of, saved, wants_json
from aplus.demandes.views.new_pages import PAGES, EnvoiPage, StepPage
from aplus.policy import decisions

SAVED = "Votre brouillon est enregistré."
SHEET = "Imprimer la fiche à remettre à la personne"
VERSION = "version"
DISCARDED = "Le brouillon est supprimé."


class Action(StrEnum):
    """What the button that was used asks for."""

    NEXT = "suivant"
    BACK = "precedent"
    KEEP = "enregistrer"
    PROPOSE = "proposer"


@access(decisions.may_create_demande)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """Step 1 before anything is saved; its first POST makes the draft."""
    raw = read_step(Step.ORGANISMES, request.POST) if request.method == "POST" else {}
    page = _page(request, None, Step.ORGANISMES, communes.routed(raw, request.POST))
    if request.method != "POST":
        return _show(request, page, page.fresh_form())
    form = page.posted_form(request)
    action = _action(request)
    if _check(request, page, form, action):
        return _show(request, page, form, status=422)
    after = Step.USAGER if action is Action.NEXT else Step.ORGANISMES
    try:
        draft_id = drafts.begin(request.actor, page.raw, key=read_key(request.POST.get(FIELD)), after=after)
    except AlreadyDone as done:
        return SeeOther(done.location)
    except Refused as refused:
        form.refuse(refused)
        return _show(request, page, form, status=422)
    return _go(request, draft_id, page, action)


@access(decisions.may_create_demande)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: ActorRequest, draft_id: UUID, step: str) -> HttpResponse:
    """One step of a draft; once sent, the demande it became."""
    if step not in tuple(Step):
        raise Http404
    draft = queries.own(request.actor, draft_id)
    if draft is None:
        return _sent_or_unknown(request, draft_id)
    if request.method == "POST":
        return (_autosave if wants_json(request) else _post)(request, draft, Step(step))
    if wants_json(request):
        return fresh_token(request)
    page = _page(request, draft, Step(step), draft.steps.get(step, {}))
    is_checked = "verifier" in request.GET
    return _show(request, page, page.checked_form() if is_checked else page.fresh_form())


@access(decisions.may_create_demande)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Ask, then erase the draft."""
    location = f"{reverse('demandes:list')}?onglet=brouillons"
    if request.method == "POST":
        try:
            drafts.discard(request.actor, draft_id, key=read_key(request.POST.get(FIELD)), location=location)
        except AlreadyDone as done:
            return SeeOther(done.location)
        except Unknown:
            return _sent_or_unknown(request, draft_id)
        messages.success(request, DISCARDED)
        return SeeOther(location)
    draft = queries.own(request.actor, draft_id)
    if draft is None:
        return _sent_or_unknown(request, draft_id)
    context = {"draft": draft, "cle": uuid4(), "subject": draft.typed(Step.USAGER).line("sujet")}
    return render(request, "demandes/new/discard.html", context)


def _autosave(request: ActorRequest, draft: OpenedDraft, step: Step) -> HttpResponse:
    """What the page saves by itself while somebody types: as it is, whatever button was named."""
    page = _page(request, draft, step, read_step(step, request.POST))

    def save() -> dict[str, object]:
        with suppress(AlreadyDone):  # the form itself was sent meanwhile, with more
            drafts.autosave(
                request.actor,
                draft.id,
                step,
                page.raw,
                version=posted_number(request, VERSION),
                page=read_key(request.POST.get(FIELD)),
                rank=rank_of(request),
            )
        return saved()

    return answered(save)


def _post(request: ActorRequest, draft: OpenedDraft, step: Step) -> HttpResponse:
    page = _page(request, draft, step, communes.routed(read_step(step, request.POST), request.POST))
    form = page.posted_form(request)
    action = _action(request)
    is_refused = _check(request, page, form, action)
    try:
        if isinstance(page, EnvoiPage) and action is Action.NEXT and not is_refused:
            return _send(request, page)
        problems = _save(request, page, draft, action, is_refused=is_refused)
    except AlreadyDone as done:
        return SeeOther(done.location)
    except Overtaken as overtaken:
        return _conflict(request, page, form, str(overtaken))
    except Refused as refused:
        form.refuse(refused)
        return _show(request, page, form, status=422)
    except Unknown:
        return _sent_or_unknown(request, draft.id)
    except NotAllowed:
        raise PermissionDenied from None
    if is_refused or problems:
        form.show(problems)
        page.draft = queries.own(request.actor, draft.id)
        return _show(request, page, form, status=422)
    return _go(request, draft.id, page, action)


def _check(request: ActorRequest, page: StepPage, form: StepForm, action: Action) -> bool:
    """Whether `suivant` is refused, its problems put on the form; the other actions never are."""
    if action is not Action.NEXT:
        return False
    form.show(page.checked().problems)
    if isinstance(page, EnvoiPage) and request.POST.get("attestation", "") != "1":
        form.add_error("attestation", sending.NOT_ATTESTED)
    is_incomplete = isinstance(page, EnvoiPage) and bool(page.review.problems)
    return bool(form.errors) or is_incomplete


def _save(
    request: ActorRequest, page: StepPage, draft: OpenedDraft, action: Action, *, is_refused: bool
) -> dict[str, list[str]]:
    return drafts.save(
        request.actor,
        draft.id,
        page.step,
        page.raw,
        version=posted_number(request, VERSION),
        key=read_key(request.POST.get(FIELD)),
        location=_location(draft.id, page.step, action),
        is_refused=is_refused,
        files=page.files(request),
    )


def _send(request: ActorRequest, page: EnvoiPage) -> HttpResponse:
    draft_id = sending.send(
        request.actor,
        page.draft.id,
        colleagues=[UUID(one) for one in page.typed.all("collegues")],
        attested=True,
        key=read_key(request.POST.get(FIELD)),
        version=posted_number(request, VERSION),
    )
    _say_sent(request, draft_id)
    return SeeOther(reverse("demandes:page", args=[draft_id]))


def _say_sent(request: ActorRequest, demande_id: UUID) -> None:
    """Until when each groupe must answer, and the sheet to hand over."""
    demande = load_demande(request.actor, demande_id)
    if demande is not None:
        address = reverse("demandes:sheet", args=[demande_id])
        messages.success(request, format_html('{} <a href="{}">{}</a>', sheet.sent_text(demande), address, SHEET))


def _conflict(request: ActorRequest, page: StepPage, form: StepForm, message: str) -> HttpResponse:
    """Two tabs: what was typed stays on the page, over the version it did not know of."""
    current = queries.own(request.actor, page.draft.id) if page.draft else None
    if current is None:
        raise Http404
    problems = drafts.keep_files(request.actor, current.id, page.files(request))
    form.show(problems)
    page.draft = queries.own(request.actor, current.id)
    return _show(request, page, form, status=409, conflict=message)


def _go(request: HttpRequest, draft_id: UUID, page: StepPage, action: Action) -> HttpResponse:
    if action is Action.KEEP:
        messages.success(request, SAVED)
    if action is Action.NEXT:
        for notice in page.checked().notices:
            messages.info(request, notice)
    return SeeOther(_location(draft_id, page.step, action))


def _location(draft_id: UUID, step: Step, action: Action) -> str:
    """Where a button leads from a step that is saved."""
    if action is Action.PROPOSE:
        return f"{drafts.step_address(draft_id, step)}#commune"
    targets = {Action.NEXT: step.following, Action.BACK: step.preceding, Action.KEEP: step}
    target = targets[action]
    if target is None:
        return f"{reverse('demandes:list')}?onglet=brouillons"
    return drafts.step_address(draft_id, target)


def _page(request: ActorRequest, draft: OpenedDraft | None, step: Step, raw: object) -> StepPage:
    """The page of a step; a forged id in what was typed is a page that does not exist."""
    try:
        return PAGES[step](request.actor, draft, dict(raw))  # type: ignore[call-overload]  # read_step made it
    except Unknown:
        raise Http404 from None


def _show(
    request: HttpRequest, page: StepPage, form: StepForm, *, status: int = 200, conflict: str = ""
) -> HttpResponse:
    draft = page.draft
    context = {
        **page.context(form),
        "form": form,
        "draft": draft,
        "step": page.step,
        "stepper": presenter.stepper(page.step),
        "address": drafts.step_address(draft.id, page.step) if draft else reverse("demandes:new"),
        "version": draft.version if draft else 0,
        "cle": uuid4(),
        "conflict": conflict,
        "zone": getattr(page, "zone", None) or sending.zone_of(None),
        "versions": versions.boxes(form, draft, page.step, page.raw) if draft else [],
        "has_errors": status == HTTPStatus.UNPROCESSABLE_ENTITY or (form.is_bound and bool(form.errors)),
    }
    return render(request, f"demandes/new/{page.step}.html", context, status=status)


def _sent_or_unknown(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    if queries.was_sent(request.actor, draft_id):
        return SeeOther(reverse("demandes:page", args=[draft_id]))
    raise Http404


def _action(request: HttpRequest) -> Action:
    """What was asked; anything unknown is taken for `suivant`, which checks most."""
    if communes.CHOSEN in request.POST:
        return Action.PROPOSE
    try:
        return Action(request.POST.get("action", Action.NEXT))
    except ValueError:
        return Action.NEXT
