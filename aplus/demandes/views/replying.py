"""The box at the end of the thread."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

from aplus.access.gate import ActorRequest, access
from aplus.access.keys import read_key
from aplus.core.errors import AlreadyDone, NotAllowed, Unknown
from aplus.demandes.content import Said
from aplus.demandes.forms.acts import InstructeurReplyForm, ReplyForm
from aplus.demandes.forms.fields import read_infos
from aplus.demandes.models import Demande, ReplyAct
from aplus.demandes.queries.demande import demande as load_demande
from aplus.demandes.services import replying, uploads
from aplus.demandes.views.rendering import Bound, act_on, page_again, post_only
from aplus.policy import decisions
from aplus.policy.decisions import Side, Standing

OTHER_SIDE = ("acte", "reserve", "aussi")
DONE = {
    "": "Votre message est envoyé.",
    "note": "Votre note est ajoutée : seuls les instructeurs la voient.",
    ReplyAct.REPLY: "Votre réponse est envoyée.",
    ReplyAct.TAKE_CHARGE: "Vous suivez désormais cette demande.",
    ReplyAct.ASK_DETAILS: "Votre demande de précisions est envoyée.",
    ReplyAct.PROCESSED: "Votre groupe a déclaré le blocage levé. L’aidant est prévenu.",
    ReplyAct.NOT_COMPETENT: "Vous avez signalé que votre groupe n’est pas compétent. L’aidant est prévenu.",
}


@access(decisions.may_reply, on=load_demande)
@post_only
def reply(request: ActorRequest, demande: Demande) -> HttpResponse:
    """Send a message, a note, or an act with its message."""
    side = decisions.side(request.actor, demande)
    refuse_fields_of_the_other_side(request, demande, side)
    try:
        form = _form(request, demande, side)
        is_valid = form.is_valid()
    except Unknown:
        raise Http404 from None
    infos, problems = read_infos(request.POST)
    kept, refusals = uploads.keep(request.actor, demande, request.FILES.getlist("fichiers"))
    for problem in problems:
        form.add_error("infos", problem)
    for refusal in refusals:
        form.add_error("fichiers", refusal)
    bound = Bound("reply", form, infos=infos, kept_files=kept)
    if not is_valid or problems or refusals:
        return page_again(request, demande, bound, status=422)
    typed = _reply(form, infos, [*form.cleaned_data["fichiers_gardes"], *kept])
    key = read_key(form.cleaned_data["cle"])

    def send() -> None:
        try:
            replying.reply(request.actor, demande.id, typed, key=key)
        except (AlreadyDone, Unknown, NotAllowed):
            uploads.drop(request.actor, demande, kept)
            raise

    return act_on(request, demande, bound, send, done=_done(typed, side))


def refuse_fields_of_the_other_side(request: ActorRequest, demande: Demande, side: Side | None) -> None:
    """403: what only the instructeurs' side, or only (a) of product.md §4, may say."""
    if side is Side.AUTHOR and any(name in request.POST for name in OTHER_SIDE):
        raise PermissionDenied
    moves = request.POST.get("acte") not in {None, "", ReplyAct.REPLY} or "aussi" in request.POST
    if decisions.standing(request.actor, demande) in {Standing.INVITED, Standing.EXPERT} and moves:
        raise PermissionDenied


def _form(request: ActorRequest, demande: Demande, side: Side | None) -> ReplyForm:
    if side is Side.AUTHOR:
        return ReplyForm(request.POST, request.FILES)
    may_move = decisions.may_move_part(request.actor, demande)
    return InstructeurReplyForm(request.POST, request.FILES, may_move=may_move)


def _reply(form: ReplyForm, infos: list[tuple[str, str]], file_ids: list[UUID]) -> replying.Reply:
    typed = form.cleaned_data
    return replying.Reply(
        said=Said(typed["message"].strip(), tuple(infos)),
        file_ids=file_ids,
        is_note=bool(typed.get("reserve")),
        act=ReplyAct(typed.get("acte") or ReplyAct.REPLY),
        promised=typed.get("promis_le"),
        groupe_id=typed.get("part"),
        seen=typed.get("vu"),
        closed_groupe_ids=typed.get("aussi") or (),
        is_not_relevant=bool(typed.get("non_pertinent")),
        usual_path=typed.get("demarche") or "",
        draft_version=typed.get("brouillon"),
        proposed_groupe_ids=typed.get("groupes") or (),
    )


def _done(typed: replying.Reply, side: Side | None) -> str:
    if side is Side.AUTHOR:
        return DONE[""]
    return DONE["note"] if typed.is_note else DONE[typed.act]
