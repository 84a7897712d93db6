"""Writing the texts that a groupe keeps for its replies."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from aplus.access.keys import read_key, use_key
from aplus.annuaire.models import Groupe, ReplyModel
from aplus.core import clock
from aplus.core.errors import Overtaken, Refused
from aplus.demandes.rules.subject import somebodys_numbers_in
from aplus.journal import services as journal
from aplus.policy.actor import Actor

MOST = 100
TAKEN = "Un modèle du groupe porte déjà ce titre\u00a0: choisissez-en un autre."


def add_model(actor: Actor, groupe: Groupe, title: str, text: str, *, key: str, location: str) -> None:
    """Keep one more text; raises Refused (too many, a title taken, somebody's number), AlreadyDone."""
    with _writing(actor, "modele-ajoute", groupe, key, location):
        _require_nobodys(title, text)
        if ReplyModel.objects.filter(groupe=groupe).count() >= MOST:
            raise Refused.because(f"Un groupe garde au plus {MOST} modèles\u00a0: retirez-en un d’abord.")
        now = clock.now()
        ReplyModel.objects.create(groupe=groupe, title=title, text=text, updated_by_id=actor.person_id, updated_at=now)


def change_model(actor: Actor, model: ReplyModel, title: str, text: str, *, seen: str, key: str, location: str) -> None:
    """Write it again; `seen` is `version_of` the text that the page showed. Raises Overtaken, and what adding does."""
    with _writing(actor, "modele-change", model.groupe, key, location):
        now = _locked(model)
        if seen and seen != version_of(now):
            who = now.updated_by.full_name if now.updated_by else "Un collègue"
            raise Overtaken(f"{who} vient de changer ce modèle\u00a0: vérifiez avant d’enregistrer le vôtre.")
        _require_nobodys(title, text)
        now.title, now.text = title, text
        now.updated_by_id, now.updated_at = actor.person_id, clock.now()
        now.save()


def remove_model(actor: Actor, model: ReplyModel, *, key: str, location: str) -> None:
    """Forget it; raises Overtaken when a colleague did."""
    with _writing(actor, "modele-retire", model.groupe, key, location):
        _locked(model).delete()


def version_of(model: ReplyModel) -> str:
    """What changes each time the text does."""
    return model.updated_at.isoformat()


def _locked(model: ReplyModel) -> ReplyModel:
    found = ReplyModel.objects.select_for_update(of=("self",)).select_related("updated_by").filter(pk=model.pk).first()
    if found is None:
        raise Overtaken("Un collègue vient de retirer ce modèle.")
    return found


@contextmanager
def _writing(actor: Actor, act: str, groupe: Groupe, key: str, location: str) -> Iterator[None]:
    """One transaction with its key and its line; a title that somebody takes at the same moment is refused."""
    try:
        with transaction.atomic():
            use_key(actor, read_key(key), location)
            yield
            journal.write(actor, act, kind="groupe", thing_id=groupe.pk)
    except IntegrityError as error:
        if "reply_model_title_unique" not in str(error):
            raise
        raise Refused.because(TAKEN, "titre") from None


def _require_nobodys(title: str, text: str) -> None:
    problems = {}
    for field, typed in (("titre", title), ("texte", text)):
        if found := somebodys_numbers_in(typed):
            words = " et ".join(found)
            problems[field] = [f"Ce modèle contient {words}\u00a0: retirez-le, tout le groupe lit ce texte."]
    if problems:
        raise Refused(problems)
