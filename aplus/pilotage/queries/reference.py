"""Reference data as administrateurs read it: lists with what uses each row, and one row."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from aplus.accounts.models import Membership
from aplus.annuaire.models import Groupe, Organisme, Question, Territoire, Thematique


@dataclass(frozen=True)
class Reach:
    """What a change of an organisme touches: its open groupes, and those who are in them."""

    groupes: int
    members: int


def territoires() -> QuerySet[Territoire]:
    """All of them, by code."""
    return Territoire.objects.order_by("code")


def territoire(code: str) -> Territoire | None:
    """One of them."""
    return Territoire.objects.filter(code=code).first() if code.isalnum() else None


def themes() -> list[Thematique]:
    """All of them, those offered first."""
    rows = Thematique.objects.annotate(number=Count("organismes")).order_by("rank", "code")
    return sorted(rows, key=lambda row: row.retired_at is not None)


def theme(code: str) -> Thematique | None:
    """One of them."""
    return Thematique.objects.filter(code=code).first()


def organismes() -> QuerySet[Organisme]:
    """All of them, with `open_groupes` and `asked` (its questions)."""
    return Organisme.objects.annotate(
        open_groupes=Count("groupes", filter=Q(groupes__closed_at=None), distinct=True),
        asked=Count("questions", filter=Q(questions__retired_at=None), distinct=True),
    )


def organisme(code: str) -> Organisme | None:
    """One of them."""
    return Organisme.objects.filter(code=code).prefetch_related("thematiques").first()


def questions(code: str) -> list[Question]:
    """The guided questions of an organisme, those asked first."""
    rows = Question.objects.filter(organisme=code).order_by("rank", "code")
    return sorted(rows, key=lambda row: row.retired_at is not None)


def question(organisme_code: str, code: str) -> Question | None:
    """One of them."""
    return Question.objects.filter(organisme=organisme_code, code=code).select_related("organisme").first()


def reach(code: str) -> Reach:
    """What a change of this organisme touches now."""
    held = Membership.objects.filter(groupe__organisme=code, groupe__closed_at=None, user__is_active=True)
    return Reach(
        Groupe.objects.open().filter(organisme=code).count(), held.order_by().values("user").distinct().count()
    )
