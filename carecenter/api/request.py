"""A request that has passed the door: somebody is behind it."""

from typing import TYPE_CHECKING, Any

from rest_framework.request import Request

if TYPE_CHECKING:

    class SignedRequest(Request):
        """For the type checker: `user` is a User and `auth` the token, never nobody."""

        user: Any
        auth: Any

else:
    SignedRequest = Request

__all__ = ["SignedRequest"]
