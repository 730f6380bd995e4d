import pytest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.access import has
from accounts.api.authentication import BearerAuthentication
from accounts.models import ApiToken
from accounts.permissions import TICKET_REPLY, TICKET_VIEW
from carecenter.lib.time import in_seconds
from tests.factories.accounts import api_token


class Who(APIView):
    authentication_classes = [BearerAuthentication]
    permission_classes = [IsAuthenticated]

    def get(self, request):
        codes = [code for code in (TICKET_VIEW, TICKET_REPLY) if has(request.user, code)]
        return Response({"user": request.user.pk, "may": codes})


def ask(authorization=None):
    headers = {"authorization": authorization} if authorization else {}
    return Who.as_view()(APIRequestFactory().get("/", headers=headers))


def test_token_acts_as_its_user_within_its_scopes(alice):
    response = ask(f"Bearer {api_token(alice, TICKET_VIEW)}")

    assert response.data == {"user": alice.pk, "may": [TICKET_VIEW]}


@pytest.mark.parametrize("header", [None, "Basic YTpi", "Bearer nonsense", "Bearer", "Bearer \xe4"])
def test_without_a_good_token_the_answer_is_401(db, header):
    response = ask(header)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="Carecenter API"'


def test_revoked_token_is_refused(alice):
    assert ask(f"Bearer {api_token(alice, revoked_at=in_seconds(-1))}").status_code == 401


def test_expired_token_is_refused(alice):
    assert ask(f"Bearer {api_token(alice, expires_at=in_seconds(-1))}").status_code == 401


def test_token_of_a_deactivated_person_is_refused(alice):
    token = api_token(alice)
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    with pytest.raises(AuthenticationFailed):
        BearerAuthentication().authenticate(
            APIRequestFactory().get("/", headers={"authorization": f"Bearer {token}"})
        )


def test_use_of_a_token_is_remembered(alice, clock):
    ask(f"Bearer {api_token(alice)}")

    assert ApiToken.objects.get().last_used_at == in_seconds(0)
