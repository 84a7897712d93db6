"""The help: its contents, the search in it, one page per guide and per question."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aplus.access.gate import public
from aplus.help.presenters import texts
from aplus.help.rules import contents
from aplus.help.rules.contents import Profile
from aplus.help.rules.search import LONGEST
from aplus.policy.actor import Actor
from aplus.ui.context import actor_of

# A page with fewer parts is read at a glance.
PARTS_FOR_A_SUMMARY = 3


@public(reason="the help is for everyone, with or without an account")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The contents, the reader's own profile first; or what was found."""
    typed = " ".join(request.GET.get("recherche", "").replace("\0", " ").split())[:LONGEST]
    own = profiles_of(actor_of(request))
    context = {
        "guides_title": contents.GUIDES_TITLE,
        "guides": contents.guides_for(own),
        "own": own,
        "faq_title": contents.FAQ_TITLE,
        "faq": contents.FAQ,
        "typed": typed,
        "found": texts.find(typed) if typed else [],
    }
    return render(request, "help/index.html", context)


@public(reason="the help is for everyone, with or without an account")
@require_safe
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    """One guide, or one question and its answer."""
    page = contents.BY_SLUG.get(topic)
    if page is None:
        raise Http404
    before, after = contents.beside(page)
    headings = texts.text_of(page).headings
    context = {
        "topic": page,
        "sections": contents.SECTIONS,
        "section": contents.section_of(page),
        "headings": headings if len(headings) >= PARTS_FOR_A_SUMMARY else (),
        "before": before,
        "after": after,
        "typed": "",
    }
    return render(request, "help/topic.html", context)


def profiles_of(actor: Actor) -> frozenset[Profile]:
    """What this reader is, somewhere; empty for nobody in particular."""
    held = (
        (actor.aidant_groupe_ids, Profile.AIDANT),
        (actor.instructeur_groupe_ids, Profile.INSTRUCTEUR),
        (actor.responsable_groupe_ids, Profile.RESPONSABLE),
    )
    return frozenset(profile for ids, profile in held if ids)
