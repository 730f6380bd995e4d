"""What everything below `admin/` shares: the scope and the permission it needs, and what its verbs refuse."""

from typing import Any, ClassVar

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import scope
from accounts.api.needs import need_admin
from accounts.domain import errors
from accounts.refusals import said
from carecenter.api.problems import Problem
from carecenter.api.views import EndpointSet

# The actions of an address that lists, and of one that holds one thing.
LISTED: dict[str, Any] = {"get": "list", "post": "create"}
KEPT: dict[str, Any] = {"get": "retrieve", "patch": "partial_update"}


class AdministrationSet(EndpointSet):
    """Asked before anything else: nothing that is set up here can forget it."""

    code: ClassVar[str]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        need_admin(request.user, self.code)  # type: ignore[arg-type]


class InstallationSet(AdministrationSet):
    """Of the whole installation: to who has the permission only somewhere it does not exist."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not scope(request.user, self.code).everywhere:  # type: ignore[arg-type]
            raise Http404


class AccountSet(AdministrationSet):
    """People, teams and brands: refused in the words of the screen."""

    told: ClassVar[dict[type[errors.AccountError], tuple[int, str]]] = {
        errors.OutOfScope: (403, "out-of-scope"),
        errors.GrantMismatch: (400, "grant-mismatch"),
        errors.AddressTaken: (409, "address-taken"),
        errors.InvitedOften: (429, "invited-often"),
        errors.LastAdmin: (409, "last-admin"),
        errors.NotYourself: (409, "not-yourself"),
        errors.BrandTaken: (409, "name-taken"),
        errors.BrandInUse: (409, "in-use"),
        errors.TeamTaken: (409, "name-taken"),
    }

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, errors.AccountError) and (known := self.told.get(type(exc))):
            exc = Problem(*known, said(exc))
        return super().handle_exception(exc)
