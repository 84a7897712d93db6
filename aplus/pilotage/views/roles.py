"""The roles held outside groupes: who holds them, and giving or taking one (administrateurs, never their own)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aplus.access.gate import ActorRequest, SeeOther, access
from aplus.access.keys import read_key
from aplus.accounts.queries import actors
from aplus.accounts.queries.persons import Person, seen_person
from aplus.accounts.rules import roles as rules
from aplus.accounts.rules.roles import Held, Role
from aplus.accounts.services import roles as services
from aplus.accounts.step_up import fresh_factor
from aplus.core.errors import Overtaken, Refused
from aplus.gestion.views.answers import answering
from aplus.pilotage.forms.roles import RoleForm, TakeRoleForm, initial_of
from aplus.pilotage.presenters import roles as presenter
from aplus.pilotage.presenters.people import held_role, held_roles
from aplus.pilotage.queries import roles as queries
from aplus.pilotage.queries.people import AboutRole, role_of
from aplus.pilotage.queries.places import places
from aplus.policy import decisions
from aplus.policy.actor import Actor


@access(decisions.may_administer)
@require_safe
def holders(request: ActorRequest) -> HttpResponse:
    """Who holds each role, and over what."""
    return render(request, "pilotage/roles.html", {"sections": presenter.sections(queries.holders(), places())})


@access(decisions.may_set_roles, on=seen_person)
@fresh_factor
@require_safe
def roles_of(request: ActorRequest, about: Person) -> HttpResponse:
    """The four roles of a person, each with the page that changes it."""
    context = {"person": about.user, "roles": held_roles(_roles(about), places())}
    return render(request, "pilotage/roles_of.html", context)


@access(decisions.may_set_roles, on=role_of)
@fresh_factor
@answering
def role(request: ActorRequest, about: AboutRole) -> HttpResponse:
    """Give one role, change what it covers, or take it."""
    if about.role is None:
        raise Http404
    if request.method in {"GET", "HEAD"}:
        held = rules.held(_roles(about.person), about.role)
        initial = initial_of(held)
        return _page(request, about, about.role, held, RoleForm(initial=initial, role=about.role, places=places()))
    if request.POST.get("action") == "retirer":
        return _write(request, about, about.role, TakeRoleForm(request.POST))
    return _write(request, about, about.role, RoleForm(request.POST, role=about.role, places=places()))


def _write(request: ActorRequest, about: AboutRole, role: Role, form: RoleForm | TakeRoleForm) -> HttpResponse:
    location = reverse("pilotage:roles_of", args=[about.user_id])
    status = 422
    try:
        if form.is_valid():
            typed = form.cleaned_data
            services.set_role(
                request.actor,
                about.user_id,
                role,
                form.wanted(),
                seen=typed["vu"],
                key=read_key(typed["cle"]),
                location=location,
            )
            messages.success(request, f"{about.person.user.full_name}\u00a0: le rôle est enregistré.")
            return SeeOther(location)
    except Refused as refused:
        form.refuse(refused)
    except Overtaken as overtaken:
        form.add_error(None, str(overtaken))
        status = 409
    return _page(request, about, role, rules.held(_roles(about.person), role), form, status)


def _page(
    request: ActorRequest, about: AboutRole, role: Role, held: Held, form: RoleForm | TakeRoleForm, status: int = 200
) -> HttpResponse:
    """The form of a role; overtaken, it goes on from the role as it is now, with what was chosen kept."""
    if form.is_bound:
        data = form.data.copy()
        data["vu"] = held.version
        form.data = data
    named = places()
    give = form if isinstance(form, RoleForm) else RoleForm(initial=initial_of(held), role=role, places=named)
    context = {
        "person": about.person.user,
        "role": held_role(_roles(about.person), role, named),
        "words": presenter.WORDS[role],
        "asks_factor": role.asks_factor,
        "form": give,
        "refused": form,
        "take_form": TakeRoleForm(initial={"vu": held.version}) if held.is_held else None,
    }
    return render(request, "pilotage/role.html", context, status=status)


def _roles(about: Person) -> Actor:
    """What this person holds now."""
    return actors.roles_of(actors.with_roles().get(pk=about.user_id))
