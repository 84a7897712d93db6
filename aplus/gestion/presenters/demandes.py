"""The demandes of a groupe for those who manage it: metadata, and the forms that give them to somebody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from aplus.accounts.models import Membership
from aplus.annuaire.models import Groupe
from aplus.annuaire.rules import Calendar, last_day_of, local_day
from aplus.demandes.models import Demande, Part
from aplus.demandes.presenters.lists import Empty
from aplus.demandes.presenters.states import Badge, demande_badge, demande_label, number_label, part_label
from aplus.demandes.queries.managed import Managed, Show, has_aidant
from aplus.demandes.queries.managed_filters import NO_FILTERS
from aplus.demandes.rules.life import DemandeState
from aplus.gestion.forms.groupes import ChosenPersonForm, GivePartForm, HandOverForm
from aplus.gestion.presenters.narrowing import Listed
from aplus.policy import decisions
from aplus.policy.actor import Actor
from aplus.ui.dates import day_label

OTHER_THEME = "Autre thématique"
TITLES = {
    Show.OPEN: "Toutes, hors archives",
    Show.OVERDUE: "En souffrance",
    Show.ALONE: "Sans personne pour les suivre",
    Show.ARCHIVED: "Archivées",
}
HERE = "Les demandes que ce groupe envoie ou reçoit apparaissent ici dès leur envoi."
EMPTY = {
    Show.OPEN: ("Aucune demande en cours dans ce groupe", HERE),
    Show.OVERDUE: (
        "Aucune demande en souffrance",
        "Celles dont la réponse dépasse son échéance apparaissent ici, et vous en êtes prévenu.",
    ),
    Show.ALONE: (
        "Chaque demande de ce groupe est suivie par quelqu’un",
        "Celles que personne ne suit apparaissent ici, pour être confiées à quelqu’un.",
    ),
    Show.ARCHIVED: (
        "Aucune demande archivée dans ce groupe",
        "Une demande archivée reste ici jusqu’à l’effacement de son contenu.",
    ),
}
NOTHING_KEPT = ("Aucune demande de ce groupe ne correspond à ces filtres", "Retirez un filtre, ou effacez-les tous.")
GIVE, HAND_OVER = "attribution", "passation"


@dataclass(frozen=True)
class PartLine:
    """« CAF du Val-d'Oise : pris en charge, échéance le 9 mars »."""

    groupe: str
    text: str


@dataclass(frozen=True)
class Handing:
    """One form that gives a demande to somebody, and where it posts."""

    url: str
    summary: str
    button: str
    form: ChosenPersonForm


@dataclass(frozen=True)
class Line:
    """One demande without its subject, nor anything of the usager."""

    number: str
    state: Badge
    badges: list[Badge]
    theme: str
    territoire: str
    sent_at: datetime
    timezone: str
    archived: str
    structure: str
    author: str
    parts: list[PartLine]
    handings: list[Handing]


@dataclass(frozen=True)
class Choice:
    """One of the lists, and where it is."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Refused:
    """A form that was refused, to be shown again as it was typed."""

    demande_id: UUID
    act: str
    form: ChosenPersonForm


@dataclass(frozen=True)
class Reader:
    """Who reads the list, of which groupe, at what time, with whom they may choose."""

    actor: Actor
    groupe: Groupe
    members: Sequence[Membership]
    now: datetime

    @property
    def aidants(self) -> list[tuple[str, str]]:
        """Whom a demande of this structure can be handed over to."""
        return [(str(one.user_id), one.user.full_name) for one in self.members if one.is_aidant]

    @property
    def instructeurs(self) -> list[tuple[str, str]]:
        """Whom the groupe's part can be given to."""
        return [(str(one.user_id), one.user.full_name) for one in self.members if one.is_instructeur]


def choices(listed: Listed) -> list[Choice]:
    """The lists to choose from, narrowed in the same way."""
    return [
        Choice(TITLES[show], Listed(listed.groupe, show, listed.filters).address(), show is listed.show)
        for show in Show
    ]


def empty(listed: Listed) -> Empty:
    """What a list without a row will hold, and the one thing to do next."""
    if listed.filters.asked():
        return Empty(*NOTHING_KEPT, "Effacer les filtres", replace(listed, filters=NO_FILTERS).address())
    if listed.show is Show.OPEN:
        return Empty(*EMPTY[listed.show], "Revenir au groupe", reverse("gestion:groupe", args=[listed.groupe.pk]))
    return Empty(*EMPTY[listed.show], "Voir toutes les demandes du groupe", Listed(listed.groupe).address())


def lines(reader: Reader, demandes: Sequence[Demande], refused: Refused | None = None) -> list[Line]:
    """The rows of one page."""
    return [_line(reader, demande, position, refused) for position, demande in enumerate(demandes)]


def _line(reader: Reader, demande: Demande, position: int, refused: Refused | None) -> Line:
    calendar = demande.territoire.calendar
    is_archived = demande.state == DemandeState.ARCHIVED
    is_sender = demande.structure_id == reader.groupe.pk
    return Line(
        number=number_label(demande.number),
        state=Badge(demande_label(demande.state, None), demande_badge(demande.state)),
        badges=_badges(reader, demande),
        theme=demande.thematique.name if demande.thematique else OTHER_THEME,
        territoire=str(demande.territoire),
        sent_at=demande.created_at,
        timezone=demande.territoire.timezone,
        archived=day_label(local_day(demande.archived_at, calendar)) if demande.archived_at else "",
        structure=demande.structure.name,
        author=demande.author.full_name if is_sender else "",
        parts=[_part(reader, part, calendar) for part in demande.part_list],
        handings=[] if is_archived else _handings(reader, demande, position, refused),
    )


def _badges(reader: Reader, demande: Demande) -> list[Badge]:
    is_sender = demande.structure_id == reader.groupe.pk
    mine = [part for part in demande.part_list if is_sender or part.groupe_id == reader.groupe.pk]
    found = []
    if any(part.is_open and part.due_at is not None and part.due_at < reader.now for part in mine):
        found.append(Badge("En souffrance", "error"))
    if demande.is_urgent:
        found.append(Badge("Urgent", "error"))
    if is_sender and not has_aidant(demande):
        found.append(Badge("Sans aidant", "error"))
    return found


def _part(reader: Reader, part: Part, calendar: Calendar) -> PartLine:
    said = [part_label(part.state)]
    if part.closed_at is not None:
        said.append(f"le {day_label(local_day(part.closed_at, calendar))}")
    elif part.promised_date is not None:
        said.append(f"réponse promise le {day_label(part.promised_date)}")
    elif part.awaited_since is not None:
        said.append(f"attend des précisions depuis le {day_label(local_day(part.awaited_since, calendar))}")
    elif part.due_at is not None:
        said.append(f"échéance le {day_label(last_day_of(part.due_at, calendar))}")
    if part.groupe_id == reader.groupe.pk:
        if part.followed_by is not None:
            said.append(f"suivi par {part.followed_by.full_name}")
        elif part.is_open:
            said.append("sans suivi pour l’instant")
    return PartLine(part.groupe.name, ", ".join(said))


def _handings(reader: Reader, demande: Demande, position: int, refused: Refused | None) -> list[Handing]:
    about = Managed(reader.groupe, demande)
    own = next((part for part in demande.part_list if part.groupe_id == reader.groupe.pk), None)
    found = []
    if own is not None and decisions.may_give_managed_part(reader.actor, about):
        form = _form(GivePartForm, reader.instructeurs, own.followed_by_id, position)
        found.append(_handing(about, GIVE, "Faire suivre par un collègue", form, refused))
    if decisions.may_hand_over(reader.actor, about):
        not_offered = {str(demande.author_id)} | ({str(reader.actor.user_id)} if has_aidant(demande) else set())
        people = [one for one in reader.aidants if one[0] not in not_offered]
        form = _form(HandOverForm, people, demande.author_id, position)
        found.append(_handing(about, HAND_OVER, "Confier à un autre aidant", form, refused))
    return found


def _form(kind: type[ChosenPersonForm], people: Any, seen: UUID | None, position: int) -> ChosenPersonForm:
    return kind(people=people, initial={"vu": seen or ""}, auto_id=f"{kind.id_prefix}{position}_%s")


def _handing(about: Managed, act: str, summary: str, form: ChosenPersonForm, refused: Refused | None) -> Handing:
    demande = about.demande
    if demande is not None and refused is not None and (refused.demande_id, refused.act) == (demande.pk, act):
        form = _again(form, refused.form)
    route = f"gestion:{'give_part' if act == GIVE else 'hand_over'}"
    url = reverse(route, args=[about.groupe_id, demande.pk if demande else ""])
    return Handing(url, summary, "Confier", form)


def _again(fresh: ChosenPersonForm, refused: ChosenPersonForm) -> ChosenPersonForm:
    """The refused form, with the people of now and who has the task now."""
    data = refused.data.copy()
    data["vu"] = str(fresh.initial["vu"])
    person = fresh.fields[fresh.person]
    again = type(fresh)(data, people=person.choices, auto_id=fresh.auto_id)
    again.is_valid()
    for name, errors in refused.errors.items():
        for error in errors:
            if error not in again.errors.get(name, []):
                again.add_error(name if name in again.fields else None, error)
    return again
