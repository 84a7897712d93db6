"""Short answers in JSON to the scripts of the pages, with the statuses of contract.md §1."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse

from aplus.attachments.models import Attachment
from aplus.attachments.services import file_name
from aplus.core import clock
from aplus.core.errors import NotAllowed, Overtaken, Refused, Unknown
from aplus.vault.keys import DossierKey

JSON = "application/json"
RANK = "rang"
NO_FILE = "Choisissez un fichier."
# Milliseconds since 1970, so that a page made again goes on from where it was.
MOST_DIGITS = 15


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, rather than a person's browser."""
    return JSON in request.headers.get("Accept", "")


def answered(act: Callable[[], dict[str, Any]]) -> JsonResponse:
    """What the act says, or why it was refused."""
    try:
        return JsonResponse(act())
    except Refused as refused:
        texts = [text for texts in refused.problems.values() for text in texts]
        return JsonResponse({"erreurs": texts}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Overtaken as overtaken:
        return JsonResponse({"erreurs": [str(overtaken)]}, status=HTTPStatus.CONFLICT)
    except Unknown:
        raise Http404 from None
    except NotAllowed:
        raise PermissionDenied from None


def fresh_token(request: HttpRequest) -> JsonResponse:
    """The token of the forms, for a page that was made before its reader signed in again."""
    return JsonResponse({"jeton": get_token(request)})


def saved() -> dict[str, Any]:
    """What is said of a save."""
    return {"enregistre": clock.now().isoformat()}


def described(key: DossierKey, file: Attachment) -> dict[str, Any]:
    """A file that was taken, as its list shows it."""
    return {
        "id": str(file.id),
        "nom": file_name(key, file),
        "taille": file.size,
        "etat": file.state,
        "etat_nom": file.get_state_display(),
        "adresse": reverse("demandes:file", args=[file.id]),
    }


def rank_of(request: HttpRequest) -> int:
    """The how manieth save of its page; 0 when it makes no sense."""
    return max(posted_number(request, RANK) or 0, 0)


def posted_number(request: HttpRequest, name: str) -> int | None:
    """A posted number; None when it is not said, -1 when it makes no sense."""
    text = request.POST.get(name)
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else -1


def posted_id(request: HttpRequest, name: str) -> UUID:
    """A posted id; a malformed one is nobody's."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None
