"""The usager's commune in step 1: the communes offered while it is typed, and the territoire it leads to.

A commune of residence is about somebody: it is posted, never in an address, and kept nowhere but in the sealed draft.
"""

from django.http import JsonResponse, QueryDict
from django.views.decorators.http import require_POST

from aplus.access.gate import ActorRequest, access
from aplus.demandes.presenters.communes import label
from aplus.demandes.queries.communes import proposal, suggestions
from aplus.demandes.rules.steps import Raw, Typed
from aplus.policy import decisions
from aplus.ui.forms import NUL

# The button that chooses one of several territoires.
CHOSEN = "territoire_propose"
PROPOSE = "proposer"


@access(decisions.may_create_demande)
@require_POST
def communes(request: ActorRequest) -> JsonResponse:
    """A few communes whose name or postcode begins so, each with its territoire."""
    found = [
        {
            "commune": label(commune),
            "code": commune.territoire_id,
            "territoire": str(commune.territoire),
        }
        for commune in suggestions(request.POST.get("commune", ""))
    ]
    return JsonResponse({"communes": found})


def routed(raw: Raw, data: QueryDict) -> Raw:
    """What was typed, with the territoire that was proposed when a button asked for it; all the rest is kept."""
    code = data.get(CHOSEN, "").replace(NUL, "")
    if not code and data.get("action") == PROPOSE:
        proposed = proposal(Typed(raw).line("commune"))
        code = proposed.only.code if proposed and proposed.only else ""
    return {**raw, "territoire": code} if code else raw
