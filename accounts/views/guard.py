"""Who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from accounts.access import has
from accounts.models import User

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[Any, P], HttpResponseBase]


def needs(code: str) -> Callable[[View[P]], View[P]]:
    """Only for who has the permission anywhere. Strangers are sent to sign in, others see no page: 404."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        @login_required
        def guarded(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not has(request.user, code):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate
