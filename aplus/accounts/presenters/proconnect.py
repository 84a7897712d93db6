"""What the pages say when ProConnect leads nowhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Why nobody entered, with the status of the page; `may_leave`: somebody is signed in at ProConnect."""

    title: str
    text: str
    status: int
    may_leave: bool = False


OVER = Nowhere(
    "Cette connexion a expiré",
    "Une connexion par ProConnect se termine dans les dix minutes, dans le navigateur où elle a commencé, "
    "et ne sert qu’une fois.",
    410,
)
CANCELLED = Nowhere(
    "ProConnect ne vous a pas identifié",
    "La connexion a été interrompue, ou refusée par ProConnect. Rien n’a changé sur Administration+.",
    403,
)
NOT_BELIEVED = Nowhere(
    "La réponse de ProConnect n’a pas pu être vérifiée",
    "Par sécurité, elle n’a pas été prise en compte. Recommencez\u00a0; si cela se reproduit, écrivez à notre équipe.",
    403,
)
SILENT = Nowhere(
    "ProConnect ne répond pas",
    "Le problème ne vient pas de vous. Réessayez dans quelques minutes, ou recevez un lien de connexion par "
    "e-mail\u00a0: il fonctionne sans ProConnect.",
    503,
)
# The same for an address that is nobody's and for a closed account: ProConnect proved an address, nothing more.
NO_ACCOUNT = Nowhere(
    "Aucun compte actif n’a cette adresse",
    "ProConnect vous a bien identifié, mais aucun compte actif d’Administration+ n’a l’adresse qu’il transmet\u00a0: ",
    403,
    may_leave=True,
)
