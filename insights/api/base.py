"""What the endpoints of numbers share: the permission, asked before anything else."""

from typing import Any

from rest_framework.request import Request

from accounts.api.needs import need
from accounts.permissions import INSIGHTS_VIEW
from carecenter.api.views import EndpointSet


class NumberSet(EndpointSet):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        need(request.user, INSIGHTS_VIEW)  # type: ignore[arg-type]
