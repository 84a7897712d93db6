"""Why a link that sets a password anew is over, in words."""

from aplus.accounts.presenters.entering import OVER as OVER_ENTRY
from aplus.accounts.presenters.entering import Over
from aplus.accounts.rules.entering import LinkState

OVER = {
    LinkState.USED: Over(
        "Ce lien a déjà servi",
        "Il a permis de choisir un nouveau mot de passe. Si ce n’était pas vous, prévenez l’équipe d’Administration+.",
    ),
    LinkState.ENDED_BY_ENTRY: Over(
        "Ce lien a été remplacé",
        "Un nouveau mot de passe a été choisi avec un autre lien, demandé à peu près au même moment.",
    ),
    LinkState.ENDED_BY_NEWER: OVER_ENTRY[LinkState.ENDED_BY_NEWER],
    LinkState.EXPIRED: Over("Ce lien a expiré", "Il n’est valable que quinze minutes après avoir été demandé."),
    LinkState.CLOSED_ACCOUNT: Over(
        "Ce compte est désactivé",
        "Son mot de passe ne peut pas être changé. Voyez avec le responsable de votre groupe, ou écrivez-nous.",
        may_ask_again=False,
    ),
}
