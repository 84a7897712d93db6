"""What a service says instead of acting, as an answer of HTTP."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed

from aplus.access.gate import ActorRequest, SeeOther
from aplus.core.errors import AlreadyDone, NotAllowed, Unknown

View = Callable[..., HttpResponse]


def answering(view: View) -> View:
    """Below @access: refuse other methods, lead a form sent twice where it led, 403 and 404 as everywhere."""

    @wraps(view)
    def answered(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        try:
            return view(request, *args, **kwargs)
        except AlreadyDone as already:
            return SeeOther(already.location)
        except Unknown:
            raise Http404 from None
        except NotAllowed:
            raise PermissionDenied from None

    return answered
