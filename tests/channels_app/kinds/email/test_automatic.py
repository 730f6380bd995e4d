from __future__ import annotations

import pytest

from tests.channels_app.kinds.email.mails import read

AUTOMATIC = [
    {"auto_submitted": "auto-replied"},
    {"auto_submitted": "auto-generated; x=y"},
    {"precedence": "auto_reply"},
    {"x_autoreply": "yes"},
    {"return_path": "<>"},
    {"from": "MAILER-DAEMON@mx.example"},
    {"subject": "Automatic reply: Your order"},
    {"subject": "Out of office Re: your order"},
    {"subject": "Abwesenheitsnotiz: Ihre Bestellung"},
    {"subject": "Réponse automatique : Votre commande"},
    {"subject": "Respuesta automática: Pedido"},
    {"subject": "自動返信: ご注文"},
]
BY_PEOPLE = [
    {"auto_submitted": "no"},
    {"x_auto_response_suppress": "All"},
    {"x_autoreply": "no"},
    {"precedence": "list", "list_id": "<users.example>"},
    {"subject": "Your out of office reply reached me"},
    {"subject": "Automatic door does not open"},
    {"subject": "Auto: Ersatzteile"},
    {"subject": "Absence of invoice"},
    {"from": "postman@customer.example"},
    {"return_path": "<dana@customer.example>"},
]


@pytest.mark.parametrize("fields", AUTOMATIC, ids=str)
def test_automatic_mail_is_told(fields: dict[str, str]) -> None:
    event = read(**fields)

    assert event.is_auto
    assert event.auto_reason
    assert not event.is_bounce


@pytest.mark.parametrize("fields", BY_PEOPLE, ids=str)
def test_mail_of_people_is_not_called_automatic(fields: dict[str, str]) -> None:
    assert not read(**fields).is_auto


def test_headers_that_screens_ask_for_are_kept() -> None:
    event = read(
        precedence="bulk", list_id="News <n.example>", x_loop="1", authentication_results="mx; dmarc=pass"
    )

    assert event.headers == {
        "precedence": "bulk",
        "list-id": "News <n.example>",
        "x-loop": "1",
        "authentication-results": "mx; dmarc=pass",
    }
