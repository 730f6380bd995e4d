import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.access import scope
from accounts.domain import tokens
from accounts.domain.links import Kind, user_of_link
from accounts.models import ApiToken, Role, User
from accounts.permissions import CODES, TICKET_VIEW, USERS_MANAGE
from tests.factories.accounts import role


def run(capsys, *args, **options):
    call_command(*args, **options)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize("asks", [False, True])
def test_create_admin_prints_an_invitation(db, capsys, asks):
    role("Admin")
    Role.objects.update(second_factor=asks)
    link = run(capsys, "create_admin", "root@example.com", name="Root")

    token = re.fullmatch(r"http://127\.0\.0\.1:8000/accounts/invitation/(.+)/", link)[1]
    user = user_of_link(Kind.INVITATION, token)
    assert (user.email, user.name, user.has_usable_password()) == ("root@example.com", "Root", False)
    assert scope(user, USERS_MANAGE).everywhere


def test_create_admin_without_tables_says_what_is_missing(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO pg_catalog")  # as on a folder that bin/run has never started
    with pytest.raises(CommandError, match="CARECENTER_DATA=DIR"):
        call_command("create_admin", "root@example.com")


@pytest.mark.parametrize("address", ["no address", "ALICE@example.com"])
def test_create_admin_refuses(alice, address):
    role("Admin")
    with pytest.raises(CommandError):
        call_command("create_admin", address)
    assert User.objects.count() == 1


def test_create_token_prints_it_once(alice, capsys):
    text = run(capsys, "create_token", "alice@example.com", name="shop")

    assert tokens.find(text).scopes == sorted(CODES)
    assert text not in str(ApiToken.objects.values().get())


def test_create_token_with_scopes_and_an_end(alice, capsys, clock):
    text = run(capsys, "create_token", "alice@example.com", scopes=[TICKET_VIEW], days=2)

    assert tokens.find(text).scopes == [TICKET_VIEW]
    clock.shift(2 * 86_400 + 1)
    assert tokens.find(text) is None


@pytest.mark.parametrize(("email", "scopes"), [("ghost@example.com", None), ("alice@example.com", ["fly"])])
def test_create_token_refuses(alice, email, scopes):
    with pytest.raises(CommandError):
        call_command("create_token", email, scopes=scopes)
