"""Making the page of one demande, the first time or again after a refused act."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse

from aplus.access.gate import ActorRequest, SeeOther
from aplus.annuaire.models import Groupe
from aplus.annuaire.queries import territoires
from aplus.core import clock
from aplus.core.errors import AlreadyDone, NotAllowed, Overtaken, Refused, Unknown
from aplus.demandes import openers
from aplus.demandes.content import Usager
from aplus.demandes.forms import acts as forms
from aplus.demandes.forms.mandat import RenewalForm, WithdrawalForm
from aplus.demandes.models import Demande
from aplus.demandes.presenters.page.reply import aside_boxes, typed_infos
from aplus.demandes.presenters.page.view import DemandePage, Loaded, demande_page
from aplus.demandes.presenters.states import number_label
from aplus.demandes.queries import page as queries
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.queries.list_walk import Walk
from aplus.demandes.queries.polling import validator
from aplus.demandes.queries.reply_drafts import TypedReply, loaded_with
from aplus.policy.actor import Actor
from aplus.policy.decisions import Side
from aplus.ui.forms import PlainForm
from aplus.ui.undo import Undo, say_done
from aplus.vault.keys import Erased

SHOWN_KEY = "identifiant"
EMPTY_INFOS = 3
MOST_PROPOSED = 8
TYPED_TEXTS = ("motif", "message", "remarque", "demarche")
TERRITOIRE_FORM = re.compile(r"[0-9A-Za-z]{1,5}")
# The right that shows each form; the others are always there, or hold no text.
SHOWN_WITH = {
    "reply": "reply",
    "invite": "invite",
    "archive": "archive",
    "still_blocked": "say_still_blocked",
    "reopen": "reopen",
    "news": "bring_news",
    "withdraw": "withdraw_mandat",
    "renew": "renew_mandat",
}
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FormT = TypeVar("FormT", bound=PlainForm)
ActView = Callable[[ActorRequest, Demande], HttpResponse]


@dataclass
class Bound:
    """A refused form, put back on the page as it was typed."""

    name: str
    form: PlainForm
    notice: str = ""
    infos: list[tuple[str, str]] = field(default_factory=list)
    # Files that came with the form and wait for the next try.
    kept_files: list[UUID] = field(default_factory=list)
    # The message that a correction or a withdrawal is about.
    message_id: UUID | None = None

    @property
    def typed_text(self) -> str:
        """All that was written, for when the form is no longer on the page."""
        texts = [str(self.form.data.get(name, "")) for name in TYPED_TEXTS]
        return "\n\n".join(text for text in [*texts, *(f"{name} : {value}" for name, value in self.infos)] if text)


@dataclass(frozen=True)
class Asked:
    """What the address asks of the invitation form: another territoire's groupes, groupes that a colleague proposed."""

    territoire: str
    proposed: list[UUID]
    is_other: bool
    # Groupes ticked in a refused form: offered again, of whatever territoire they are.
    ticked: list[UUID]
    # The message to be corrected: its text is put in the form (scripts do it by themselves).
    correcting: UUID | None

    @classmethod
    def of(cls, request: ActorRequest, demande: Demande) -> "Asked":
        """Read the address; what makes no sense in it is passed over."""
        territoire = request.GET.get("territoire", "")
        if not TERRITOIRE_FORM.fullmatch(territoire):
            territoire = ""
        return cls(
            territoire=territoire or demande.territoire_id,
            proposed=_ids(request.GET.getlist("propose")),
            is_other=bool(territoire),
            ticked=_ids(request.POST.getlist("groupes")),
            correcting=next(iter(_ids(request.GET.getlist("corriger"))), None),
        )

    @property
    def is_anything(self) -> bool:
        """Whether the invitation form should be open."""
        return self.is_other or bool(self.proposed)


def _ids(values: Sequence[str]) -> list[UUID]:
    return [UUID(value) for value in values[:MOST_PROPOSED] if UUID_FORM.fullmatch(value)]


def post_only(view: ActView) -> ActView:
    """Acts are POSTs; who comes back to their address by GET (after signing in again) is led to the page."""

    @wraps(view)
    def guarded(request: ActorRequest, demande: Demande) -> HttpResponse:
        if request.method == "POST":
            return view(request, demande)
        if request.method in {"GET", "HEAD"}:
            return SeeOther(address(demande))
        return HttpResponseNotAllowed(["POST"])

    return guarded


def address(demande: Demande) -> str:
    """Where the page of a demande is."""
    return reverse("demandes:page", args=[demande.id])


def act_on(
    request: ActorRequest,
    demande: Demande,
    bound: Bound,
    act: Callable[[], None],
    *,
    done: str,
    undo: Undo | None = None,
) -> HttpResponse:
    """Run one act and answer as contract.md §1 says; whatever is refused leaves the page with all that was typed."""
    form = bound.form
    try:
        if not form.is_valid():
            return page_again(request, demande, bound, status=422)
        act()
    except Refused as refused:
        form.refuse(refused)
        return page_again(request, demande, bound, status=422)
    except Overtaken as overtaken:
        bound.notice = str(overtaken)
        return page_again(request, demande, bound, status=409)
    except AlreadyDone as already:
        is_page = already.location == address(demande)
        return SeeOther(walked(already.location, walk_of(request)) if is_page else already.location)
    except Unknown:
        raise Http404 from None
    except NotAllowed:
        raise PermissionDenied from None
    say_done(request, done, undo)
    return SeeOther(walked(address(demande), walk_of(request)))


def walk_of(request: ActorRequest) -> Walk:
    """The list this reader came from, as the form or the address says it."""
    return Walk.from_text(request.POST.get("liste") or request.GET.get("liste", ""))


def walked(location: str, walk: Walk) -> str:
    """An address that remembers the list; as it is when there is nothing to remember."""
    text = walk.to_text()
    return f"{location}?liste={text}" if text else location


def page_again(request: ActorRequest, demande: Demande, bound: Bound, *, status: int) -> HttpResponse:
    """The page as it is now, with the refused form."""
    now = load_demande(request.actor, demande.id)
    if now is None:
        raise Http404
    if bound.notice:
        bound.form.add_error(None, bound.notice)
    return render_page(request, now, bound=bound, status=status)


def render_page(
    request: ActorRequest,
    demande: Demande,
    *,
    bound: Bound | None = None,
    status: int = 200,
    shown: str = "",
    read_before: datetime | None = None,
) -> HttpResponse:
    """The page of one demande for this reader, who last read it at `read_before`."""
    actor = request.actor
    try:
        opened = openers.open_demande(actor, demande)
    except Erased:
        context = {"demande": demande, "number": number_label(demande.number)}
        return render(request, "demandes/erased.html", context, status=status)
    asked = Asked.of(request, demande)
    groupes = queries.groupes_to_invite(demande, asked.territoire, [*asked.proposed, *asked.ticked])
    walk, now = walk_of(request).at(actor, demande), clock.now()
    view = demande_page(actor, opened, load_page(actor, demande, groupes, opened.usager), now=now, shown=shown)
    typed = loaded_with(opened.key, demande) if view.may.reply else None
    context = {
        "page": view,
        "validator": validator(actor, demande, now),
        "first_unread": view.first_unread(read_before),
        "forms": _remembering(page_forms(view, bound, asked.proposed, typed), walk),
        "walk": walk.to_text(),
        "list_query": walk.state.to_query(),
        "bound": bound,
        "lost_text": bound.typed_text if bound and not _is_on_page(bound, view) else "",
        # A refused act stays shown as it was chosen, even when it has become impossible.
        "shows_acts": view.may_do_more or (bound is not None and bound.name == "reply"),
        "info_rows": [*(bound.infos if bound else typed_infos(typed)), *[("", "")] * EMPTY_INFOS],
        "opens_infos": bound or typed_infos(typed),
        "reply_draft": typed,
        "reply_asides": aside_boxes(typed),
        "asked": asked,
        "correcting": asked.correcting,
        "territoires": territoires() if asked.is_other else [demande.territoire],
        "zone": demande.territoire.timezone,
    }
    return render(request, "demandes/page.html", context, status=status)


def _remembering(made: dict[str, Any], walk: Walk) -> dict[str, Any]:
    """The forms, each with the list the reader came from."""
    for form in [*made.values(), *made["give"]]:
        if isinstance(form, forms.ActForm):
            form.initial["liste"] = walk.to_text()
    return made


def load_page(actor: Actor, demande: Demande, groupes: list[Groupe], usager: Usager | None = None) -> Loaded:
    """What the page shows, in a fixed number of queries; `groupes` are those that may be invited.

    With the usager, the reader's other demandes about this person come too.
    """
    people, others = queries.people(actor, demande, usager)
    return Loaded(
        messages=queries.messages(actor, demande),
        transitions=queries.transitions(demande),
        files=queries.attachments(actor, demande),
        people=people,
        others=others,
        groupes=groupes,
    )


def _is_on_page(bound: Bound, page: DemandePage) -> bool:
    if bound.message_id is not None:
        may = page.may_change(bound.message_id)
        return may is not None and (may.correct or bound.name == "withdraw_message")
    return bound.name not in SHOWN_WITH or bool(getattr(page.may, SHOWN_WITH[bound.name]))


def page_forms(
    page: DemandePage, bound: Bound | None, proposed: list[UUID], typed: TypedReply | None
) -> dict[str, Any]:
    """Every form of the page by name; the refused one as it was typed."""
    made: dict[str, Any] = {
        "reply": reply_form(page, typed=typed),
        "invite": invitation_form(page, proposed=proposed),
        "colleagues": forms.ColleaguesForm(people=page.choices.co_authors),
        "archive": forms.ArchiveForm(),
        "still_blocked": forms.StillBlockedForm(),
        "reopen": forms.ReopenForm(),
        "news": forms.NewsForm(),
        "follow": forms.FollowForm(),
        "withdraw": WithdrawalForm(),
        "renew": RenewalForm(zone=_zone(page)),
        "key": forms.ActForm(auto_id=False),
    }
    if bound is not None and bound.name != "give_part":
        made[bound.name] = bound.form = _rebound(page, bound)
    made["give"] = [
        _give_form(page, bound, groupe_id, number) for number, groupe_id in enumerate(page.choices.colleagues_by_part)
    ]
    return made


def _zone(page: DemandePage) -> ZoneInfo:
    return ZoneInfo(page.demande.territoire.timezone)


def _give_form(page: DemandePage, bound: Bound | None, groupe_id: UUID, number: int) -> forms.AttributionForm:
    people = page.choices.colleagues_by_part[groupe_id]
    auto_id = f"attribution{number}_%s"
    if bound is not None and bound.name == "give_part" and bound.form.data.get("part") == str(groupe_id):
        made = forms.AttributionForm(_data_again(page, bound), people=people, auto_id=auto_id)
        bound.form = _with_errors_of(bound.form, made)
        return made
    initial = {"part": groupe_id, "cle": uuid4(), "vu": page.last_seen}
    return forms.AttributionForm(initial=initial, people=people, auto_id=auto_id)


def _rebound(page: DemandePage, bound: Bound) -> PlainForm:
    """The refused form with the choices of the page as it is now."""
    data = _data_again(page, bound)
    if bound.message_id is not None:
        return _with_errors_of(bound.form, type(bound.form)(data, auto_id=bound.form.auto_id))
    makers: dict[str, Callable[..., PlainForm]] = {
        "reply": lambda: reply_form(page, data),
        "invite": lambda: invitation_form(page, data),
        "colleagues": lambda: forms.ColleaguesForm(data, people=page.choices.co_authors),
        "key": lambda: forms.ActForm(data, auto_id=False),
        "renew": lambda: RenewalForm(data, zone=_zone(page)),
    }
    made = makers[bound.name]() if bound.name in makers else type(bound.form)(data)
    return _with_errors_of(bound.form, made)


def _data_again(page: DemandePage, bound: Bound) -> Any:
    """What was typed; what the form saw brought up to date, the files that came with it ticked."""
    data = bound.form.data.copy()
    if "vu" in data:
        data["vu"] = str(page.last_seen)
    if bound.kept_files:
        data.setlist("fichiers_gardes", [*data.getlist("fichiers_gardes"), *map(str, bound.kept_files)])
    return data


def _with_errors_of(refused: PlainForm, made: FormT) -> FormT:
    for name, errors in refused.errors.items():
        for error in errors:
            if error not in made.errors.get(name, []):
                made.add_error(name if name in made.fields else None, error)
    return made


def reply_form(page: DemandePage, data: Any = None, *, typed: TypedReply | None = None) -> forms.ReplyForm:
    """The box at the end of the thread, for this reader's side, with what they had begun to type."""
    initial: dict[str, Any] = {**typed.raw, "brouillon": typed.version} if typed else {}
    if page.side is Side.AUTHOR:
        return forms.ReplyForm(data, initial=initial, waiting=page.choices.waiting)
    return forms.InstructeurReplyForm(
        data,
        initial={**initial, "vu": page.last_seen},
        waiting=page.choices.waiting,
        parts=page.choices.parts,
        closable=page.choices.closable,
        # What was typed is shown again even when it has become impossible meanwhile.
        acts=page.choices.acts if data is None else None,
        proposable=tuple((value, f"{name}") for _organisme, groupes in page.choices.groupes for value, name in groupes),
        may_move=page.may.move,
    )


def invitation_form(page: DemandePage, data: Any = None, *, proposed: Sequence[UUID] = ()) -> forms.InvitationForm:
    """The form that brings others; the groupes a colleague proposed are ticked."""
    return forms.InvitationForm(
        data,
        initial={"groupes": [str(groupe_id) for groupe_id in proposed]},
        groupes=page.choices.groupes,
        hints=page.choices.groupe_hints,
        personnes=page.choices.persons,
        experts=page.choices.experts,
        is_author=page.side is Side.AUTHOR,
    )
