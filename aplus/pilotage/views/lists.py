"""Themes and the guided questions of organismes, for administrateurs."""

from collections.abc import Sequence
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, access
from aplus.annuaire.models import Organisme, Question, Thematique
from aplus.demandes.forms.acts import KeyForm
from aplus.pilotage.forms.reference import NewThemeForm, QuestionForm, ThemeForm
from aplus.pilotage.queries import reference as queries
from aplus.pilotage.rules.marks import mark_of
from aplus.pilotage.services import lists as services
from aplus.pilotage.views.writing import READING, press, write
from aplus.policy import decisions

THEMES = "pilotage:themes"


@access(decisions.may_administer)
@require_safe
def themes(request: ActorRequest) -> HttpResponse:
    """All themes, in order."""
    rows = queries.themes()
    context = {"rows": rows, "last": _last_offered(rows), "key": KeyForm(auto_id=False)}
    return render(request, "pilotage/themes.html", context)


@access(decisions.may_administer)
def new_theme(request: ActorRequest) -> HttpResponse:
    """One more theme."""
    if request.method in READING:
        return _theme(request, NewThemeForm(), None, 200)
    location = reverse(THEMES)
    form = NewThemeForm(request.POST)

    def act() -> None:
        services.add_theme(request.actor, form.values, key=form.cleaned_data["cle"], location=location)

    page = partial(_theme, request, form, None)
    return write(request, form, act, page, location=location, done="La thématique est ajoutée.")


@access(decisions.may_administer)
def theme(request: ActorRequest, thematique_code: str) -> HttpResponse:
    """One theme, to change its name."""
    row = queries.theme(thematique_code)
    if row is None:
        raise Http404
    if request.method in READING:
        return _theme(request, ThemeForm(initial=services.theme_values(row)), row, 200)
    location = reverse(THEMES)
    form = ThemeForm(request.POST)

    def act() -> None:
        typed = form.cleaned_data
        services.rename_theme(
            request.actor, row.code, form.values, seen=typed["vu"], key=typed["cle"], location=location
        )

    page = partial(_theme, request, form, row)
    return write(request, form, act, page, location=location, done="La thématique est enregistrée.")


@access(decisions.may_administer)
def move_theme(request: ActorRequest, thematique_code: str) -> HttpResponse:
    """One place up or down."""
    act = partial(services.move_theme, way=_way(request))
    return press(request, act, thematique_code, location=reverse(THEMES), done="L’ordre est changé.")


@access(decisions.may_administer)
def retire_theme(request: ActorRequest, thematique_code: str) -> HttpResponse:
    """No longer offered, or offered again."""
    act = partial(services.retire_theme, retired=_is_retired(request))
    return press(request, act, thematique_code, location=reverse(THEMES), done=_said("La thématique", request))


@access(decisions.may_administer)
@require_safe
def questions(request: ActorRequest, organisme_code: str) -> HttpResponse:
    """The guided questions of an organisme, in order."""
    organisme = _organisme(organisme_code)
    rows = queries.questions(organisme.code)
    context = {"organisme": organisme, "rows": rows, "last": _last_offered(rows), "key": KeyForm(auto_id=False)}
    return render(request, "pilotage/questions.html", context)


@access(decisions.may_administer)
def new_question(request: ActorRequest, organisme_code: str) -> HttpResponse:
    """One more question."""
    organisme = _organisme(organisme_code)
    if request.method in READING:
        return _question(request, QuestionForm(is_new=True), organisme, "", 200)
    location = _questions_url(organisme_code)
    form = QuestionForm(request.POST, is_new=True)

    def act() -> None:
        services.add_question(
            request.actor, organisme.code, form.values, key=form.cleaned_data["cle"], location=location
        )

    page = partial(_question, request, form, organisme, "")
    return write(request, form, act, page, location=location, done="La question est ajoutée.")


@access(decisions.may_administer)
def question(request: ActorRequest, organisme_code: str, question_code: str) -> HttpResponse:
    """One question, to change its words."""
    row = queries.question(organisme_code, question_code)
    if row is None:
        raise Http404
    if request.method in READING:
        form = QuestionForm(initial=services.question_values(row), is_new=False)
        return _question(request, form, row.organisme, row.code, 200)
    location = _questions_url(organisme_code)
    form = QuestionForm(request.POST, is_new=False)

    def act() -> None:
        typed = form.cleaned_data
        services.change_question(
            request.actor,
            organisme_code,
            question_code,
            form.values,
            seen=typed["vu"],
            key=typed["cle"],
            location=location,
        )

    page = partial(_question, request, form, row.organisme, row.code)
    return write(request, form, act, page, location=location, done="La question est enregistrée.")


@access(decisions.may_administer)
def move_question(request: ActorRequest, organisme_code: str, question_code: str) -> HttpResponse:
    """One place up or down."""
    act = partial(services.move_question, way=_way(request))
    location = _questions_url(organisme_code)
    return press(request, act, organisme_code, question_code, location=location, done="L’ordre est changé.")


@access(decisions.may_administer)
def retire_question(request: ActorRequest, organisme_code: str, question_code: str) -> HttpResponse:
    """No longer asked, or asked again."""
    act = partial(services.retire_question, retired=_is_retired(request))
    location = _questions_url(organisme_code)
    return press(request, act, organisme_code, question_code, location=location, done=_said("La question", request))


def _last_offered(rows: Sequence[Thematique | Question]) -> str:
    """The one that cannot go further down."""
    return next((row.code for row in reversed(rows) if row.retired_at is None), "")


def _way(request: ActorRequest) -> str:
    return services.UP if request.POST.get("sens") == services.UP else services.DOWN


def _is_retired(request: ActorRequest) -> bool:
    return request.POST.get("choix") != "remettre"


def _said(what: str, request: ActorRequest) -> str:
    return f"{what} n’est plus proposée." if _is_retired(request) else f"{what} est de nouveau proposée."


def _questions_url(code: str) -> str:
    return reverse("pilotage:questions", args=[code])


def _organisme(code: str) -> Organisme:
    row = queries.organisme(code)
    if row is None:
        raise Http404
    return row


def _theme(request: ActorRequest, form: NewThemeForm | ThemeForm, row: Thematique | None, status: int) -> HttpResponse:
    if row is not None:
        row = queries.theme(row.code) or row
        form.show(mark_of(services.theme_values(row)), status)
    return render(request, "pilotage/theme.html", {"form": form, "row": row}, status=status)


def _question(request: ActorRequest, form: QuestionForm, organisme: Organisme, code: str, status: int) -> HttpResponse:
    row = queries.question(organisme.code, code) if code else None
    if row is not None:
        form.show(mark_of(services.question_values(row)), status)
    context = {"form": form, "organisme": organisme, "row": row}
    return render(request, "pilotage/question.html", context, status=status)
