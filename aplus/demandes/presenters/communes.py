"""What the usager's commune says about the territoire, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from aplus.annuaire.models import Commune, Territoire
from aplus.demandes.queries.communes import Proposal

MOST_NAMED = 3
VAGUE = "Trop de communes correspondent à «\u00a0{typed}\u00a0»\u00a0: complétez le nom, ou saisissez le code postal."
NONE = (
    "Aucune commune ne correspond à «\u00a0{typed}\u00a0»\u00a0: vérifiez le nom ou le code postal, "
    "ou choisissez le territoire dans la liste."
)
SEVERAL = "Des communes de plusieurs territoires correspondent à «\u00a0{typed}\u00a0». Où habite la personne\u00a0?"
CHOSEN = "{communes}\u00a0: {territoire}, le territoire choisi ci-dessous."
OTHER = "{communes}\u00a0: {territoire}. Un autre territoire est choisi ci-dessous."


@dataclass(frozen=True)
class Place:
    """A territoire to choose, and the communes that lead to it."""

    code: str
    territoire: str
    communes: str


@dataclass(frozen=True)
class Answer:
    """What is said under the field: a sentence, and the territoires to choose from."""

    sentence: str
    places: Sequence[Place] = ()
    is_found: bool = True


def answer(proposal: Proposal | None, chosen: Territoire | None) -> Answer | None:
    """None when no commune was typed."""
    if proposal is None:
        return None
    places = [
        Place(territoire.code, str(territoire), _names(communes)) for territoire, communes in proposal.communes.items()
    ]
    if proposal.is_too_vague or not places:
        return Answer((VAGUE if places else NONE).format(typed=proposal.typed), is_found=False)
    if len(places) > 1:
        return Answer(SEVERAL.format(typed=proposal.typed), places)
    [place] = places
    if chosen is not None and chosen.code == place.code:
        return Answer(CHOSEN.format(communes=place.communes, territoire=place.territoire))
    return Answer(OTHER.format(communes=place.communes, territoire=place.territoire), places)


def label(commune: Commune) -> str:
    """A commune and its postcodes: Argenteuil (95100)."""
    return f"{commune.name} ({_few(commune.postcodes)})" if commune.postcodes else commune.name


def _names(communes: Sequence[Commune]) -> str:
    return _few([label(commune) for commune in communes])


def _few(texts: Sequence[str]) -> str:
    return ", ".join(texts[:MOST_NAMED]) + ("…" if len(texts) > MOST_NAMED else "")
