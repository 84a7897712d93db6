"""What an aidant may choose while writing a new demande: structures, groupes, colleagues, questions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from aplus.accounts.models import Membership, User
from aplus.annuaire.models import Groupe, Organisme, Question, Territoire, Thematique
from aplus.annuaire.queries import thematiques
from aplus.core.errors import Unknown
from aplus.demandes.queries import people
from aplus.demandes.rules import checks
from aplus.demandes.rules.steps import Typed
from aplus.policy.actor import Actor


@dataclass(frozen=True)
class Places:
    """What step 1 shows: everything that may be chosen, and what is chosen or proposed."""

    structures: Sequence[Groupe]
    structure: Groupe | None
    territoires: Sequence[Territoire]
    territoire: Territoire | None
    thematiques: Sequence[Thematique]
    # The groupes that may be addressed from here.
    groupes: Sequence[Groupe]
    # Ticked groupes that may not, each with the reason, in French.
    barred: Sequence[tuple[Groupe, str]]

    @property
    def offer(self) -> checks.Offer:
        """The same, as the checks want it."""
        return checks.Offer(
            structures=[str(one.id) for one in self.structures],
            territoires=[one.code for one in self.territoires],
            thematiques=[one.code for one in self.thematiques],
            groupes={str(one.id) for one in self.groupes},
            barred={str(one.id): reason for one, reason in self.barred},
        )


def structures(actor: Actor) -> list[Groupe]:
    """The structures this person may create demandes for, as the database says it now."""
    held = Membership.objects.filter(groupe=OuterRef("pk"), user=actor.user_id, user__is_active=True, is_aidant=True)
    rows = Groupe.objects.open().filter(Exists(held)).select_related("organisme")
    return list(rows.annotate(territoire_codes=_territoire_codes()).order_by("sort_key"))


def places(actor: Actor, typed: Typed, saved: Typed) -> Places:
    """What step 1 offers, for what is `typed` now and was `saved` before.

    Raises Unknown when an id that was typed is neither offered by the page this person had (that of the saved
    territoire, or of the structure's) nor by the one that comes, nor saved before: it was forged.
    """
    mine = structures(actor)
    structure = _structure(mine, typed, saved)
    all_territoires = list(Territoire.objects.order_by("code"))
    shown = [_territoire(typed, structure, mine), _territoire(saved, _structure(mine, saved, saved), mine)]
    territoire = next((one for one in all_territoires if one.code == shown[0]), None)
    seen = _groupes_seen(mine, [code for code in shown if code])
    ticked = dict.fromkeys([*typed.all("groupes")])
    known = {str(one.id): one for one in seen}
    missing = [groupe_id for groupe_id in ticked if groupe_id not in known]
    known.update(_not_seen(mine, missing, shown, set(saved.all("groupes"))))
    if any(groupe_id not in known for groupe_id in ticked):
        raise Unknown
    offered = [one for one in seen if not _bar(one, structure, territoire, mine)]
    offered_ids = {one.id for one in offered}
    barred = [
        (known[groupe_id], _bar(known[groupe_id], structure, territoire, mine) or _unreachable(known[groupe_id]))
        for groupe_id in ticked
        if known[groupe_id].id not in offered_ids
    ]
    return Places(mine, structure, all_territoires, territoire, list(thematiques()), offered, barred)


def _structure(mine: Sequence[Groupe], typed: Typed, saved: Typed) -> Groupe | None:
    """The structure typed, else the only one; a structure that is not this person's is forged, or was lost since."""
    wanted = typed.line("structure")
    chosen = next((one for one in mine if str(one.id) == wanted), None)
    if chosen is None and wanted and wanted != saved.line("structure"):
        raise Unknown
    return chosen or (mine[0] if len(mine) == 1 else None)


def _territoire(typed: Typed, structure: Groupe | None, mine: Sequence[Groupe]) -> str:
    """The territoire typed, else the first one of the structure."""
    if "territoire" in typed.raw:
        return typed.line("territoire")
    origin = structure or (mine[0] if mine else None)
    codes: list[str] = getattr(origin, "territoire_codes", [])
    return codes[0] if codes else ""


def _groupes_seen(mine: Sequence[Groupe], codes: Sequence[str]) -> list[Groupe]:
    """The groupes that the pages of these territoires show to somebody of these structures."""
    accepting = Q(accepts=[]) | Q(accepts__overlap=[one.organisme_id for one in mine])
    rows = _described(Groupe.objects.open().covering(*codes).filter(accepting, Exists(_active_instructeurs())))
    if len(mine) == 1:
        rows = rows.exclude(pk=mine[0].id)
    return list(rows.order_by("sort_key"))


def _not_seen(
    mine: Sequence[Groupe], ids: Iterable[str], codes: Sequence[str], saved: Collection[str]
) -> dict[str, Groupe]:
    """Groupes that could be ticked a moment ago: saved before, or closed or emptied since the page was read."""
    wanted = _uuids(ids)
    if not wanted:
        return {}
    own = {one.id for one in mine}
    found = {}
    for groupe in _described(Groupe.objects.filter(pk__in=wanted)):
        covers = groupe.is_national or bool(set(getattr(groupe, "territoire_codes", [])) & set(codes))
        was_offered = covers and groupe.id not in own and any(_accepts(groupe, one) for one in mine)
        if str(groupe.id) in saved or was_offered:
            found[str(groupe.id)] = groupe
    return found


def _bar(groupe: Groupe, structure: Groupe | None, territoire: Territoire | None, mine: Sequence[Groupe]) -> str:
    """Why this groupe, open and with instructeurs, cannot be addressed from here; '' when it can."""
    if structure is not None and groupe.id == structure.id:
        return f"{groupe.name} est votre structure : elle ne peut pas se saisir elle-même. Décochez-la."
    senders = [structure] if structure is not None else mine
    if not any(_accepts(groupe, sender) for sender in senders):
        return f"{groupe.name} n'est pas ouvert aux demandes de votre structure : décochez-le."
    codes: list[str] = getattr(groupe, "territoire_codes", [])
    if territoire is not None and not groupe.is_national and territoire.code not in codes:
        return (
            f"{groupe.name} n'intervient pas sur le territoire {territoire.name} : décochez-le. "
            "Vous pourrez l'inviter une fois la demande envoyée."
        )
    return ""


def _unreachable(groupe: Groupe) -> str:
    return f"{groupe.name} ne peut plus être saisi (groupe fermé, ou sans agent en ce moment) : décochez-le."


def _accepts(groupe: Groupe, structure: Groupe) -> bool:
    return not groupe.accepts or structure.organisme_id in groupe.accepts


def _described(rows: QuerySet[Groupe]) -> QuerySet[Groupe]:
    themes = Organisme.thematiques.through.objects.filter(organisme=OuterRef("organisme_id"))
    return rows.select_related("organisme").annotate(
        territoire_codes=_territoire_codes(),
        usual_days=people.usual_days(),
        thematique_codes=ArraySubquery(themes.order_by("thematique_id").values("thematique_id")),
    )


def _territoire_codes() -> ArraySubquery:
    through = Groupe.territoires.through.objects.filter(groupe=OuterRef("pk"))
    return ArraySubquery(through.order_by("territoire_id").values("territoire_id"))


def _active_instructeurs() -> QuerySet[Membership]:
    return Membership.objects.filter(groupe=OuterRef("pk"), is_instructeur=True, user__is_active=True)


def _uuids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def chosen_groupes(typed: Typed) -> list[Groupe]:
    """The groupes ticked in step 1, with their organismes, in the order of the page."""
    rows = Groupe.objects.filter(pk__in=_uuids(typed.all("groupes"))).select_related("organisme")
    return list(rows.order_by("sort_key"))


def territoire_of(typed: Typed, actor: Actor) -> Territoire | None:
    """The territoire chosen in step 1, else that of the first structure: it says what time it is."""
    code = typed.line("territoire")
    chosen = Territoire.objects.filter(code=code).first() if code else None
    return chosen or Territoire.objects.filter(groupes__in=actor.aidant_groupe_ids).order_by("code").first()


def questions(organismes: Iterable[str], typed: Typed) -> list[Question]:
    """The guided questions of these organismes, in the order of the screen; a retired one once it has an answer."""
    rows = Question.objects.filter(organisme__in=set(organismes)).select_related("organisme")
    ordered = rows.order_by("organisme__acronym", "rank")
    return [one for one in ordered if one.retired_at is None or typed.text(_field(one))]


def _field(question: Question) -> str:
    return checks.Question(question.organisme_id, question.code, question.label).field


def colleagues(actor: Actor, structure_id: str) -> list[User]:
    """The other active aidants of one of this person's structures."""
    wanted = _uuids([structure_id])
    if not wanted or wanted[0] not in actor.aidant_groupe_ids:
        return []
    return people.colleagues_of_structure(actor, wanted[0])
