"""What the screens of a change of address say."""

from dataclasses import dataclass

from aplus.accounts.rules.addresses import ChangeState


@dataclass(frozen=True, slots=True)
class Over:
    """Why a link does not confirm anything any more."""

    title: str
    text: str


OVER = {
    ChangeState.CANCELLED: Over(
        "Ce changement d’adresse est annulé",
        "Il a été annulé, ou remplacé par une autre demande\u00a0: ce lien ne confirme plus rien. "
        "L’adresse du compte n’a pas changé par ce lien.",
    ),
    ChangeState.EXPIRED: Over(
        "Ce lien a expiré",
        "Un changement d’adresse se confirme en 24 heures. L’adresse du compte n’a pas changé\u00a0: "
        "il faut la demander de nouveau depuis la page « Mon compte ».",
    ),
}
