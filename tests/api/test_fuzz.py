"""Whatever is sent, the API answers what its document says: requests made of the document by schemathesis.

`CARECENTER_FUZZ_EXAMPLES` of each kind for each operation, `CARECENTER_FUZZ_SEED` for others than the usual ones.
"""

import base64
import json
import os
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis import checks as asked
from schemathesis.core.failures import Failure, FailureGroup

from carecenter.api.schema import document
from carecenter.lib import signing
from carecenter.lib.time import now
from channels_app.models import Connection
from tests.api.world import World, build, noun_of
from tests.factories.accounts import api_token
from tests.factories.tickets import InboxFactory

EXAMPLES = int(os.environ.get("CARECENTER_FUZZ_EXAMPLES", "2"))
SEED = int(os.environ.get("CARECENTER_FUZZ_SEED", "1"))
TOLD = 12  # failures of one noun
SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()
CHECKS = [
    asked.not_a_server_error,
    asked.status_code_conformance,
    asked.content_type_conformance,
    asked.response_schema_conformance,
]
DOCUMENT = schemathesis.openapi.from_dict(json.loads(document()))
OPERATIONS = [found.ok() for found in DOCUMENT.get_all_operations()]
NOUNS = sorted({noun_of(operation.path) for operation in OPERATIONS})


@pytest.fixture(scope="module")
def handler() -> WSGIHandler:
    """One for all: of each it has not seen yet, schemathesis reads all our modules for words to send."""
    return WSGIHandler()


@pytest.fixture
def application(handler: WSGIHandler) -> Iterator[WSGIHandler]:
    """Ends no connection after a request: the test's one transaction goes on."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield handler
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def world(brand, team, dana, admin, settings) -> World:
    settings.API_RATE_PER_MINUTE = 0
    api_token(admin, token="fuzz")
    made = Connection(
        inbox=InboxFactory(brand=brand, key="shop-app", kind="api"),
        config={"url": "https://shop.example/", "vouches_for": ["external"]},
    )
    made.seal({"messages": [{"value": SECRET, "until": ""}], "answers": [{"value": SECRET, "until": ""}]})
    made.save(force_insert=True)
    return build(brand, team, dana, admin)


@pytest.mark.parametrize("noun", NOUNS)
def test_every_answer_is_in_the_document(noun, world, application):
    DOCUMENT.app = application
    failures: dict[str, str] = {}
    for operation in OPERATIONS:
        if noun_of(operation.path) == noun:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try_out(operation, mode, world, failures)
    assert not failures, "\n\n".join(list(failures.values())[:TOLD])


def try_out(operation: APIOperation, mode: GenerationMode, world: World, failures: dict[str, str]) -> None:
    """Send generated requests, each in a transaction that is taken back; note each kind of failure once."""

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode), dice=strategies.randoms(use_true_random=False))
    def send(case: Case, dice: Random) -> None:
        if mode is GenerationMode.POSITIVE or dice.random() < 0.5:
            name_rows(case, world, dice)
        with transaction.atomic():
            response = case.call(app=DOCUMENT.app, **sealed(case))
            transaction.set_rollback(True)
        try:
            case.validate_response(response, checks=CHECKS)
        except (Failure, FailureGroup) as error:
            kinds = getattr(error, "exceptions", [error])
            key = f"{operation.label} " + " ".join(
                sorted({f"{type(one).__name__} {response.status_code}" for one in kinds})
            )
            failures.setdefault(key, f"{mode.name} {case.body!r:.600}\n{error}")

    send()


def name_rows(case: Case, world: World, dice: Random) -> None:
    """Ids of rows that exist, in nine of ten requests; an ETag that fits."""
    for name in case.path_parameters or {}:
        if dice.random() < 0.9:
            case.path_parameters[name] = world.place(case.path, name)
    for given_values in (case.query, case.body):
        if isinstance(given_values, dict):
            for name in given_values.keys() & world.by_name.keys():
                if dice.random() < 0.9:
                    given_values[name] = world.by_name[name]
    if case.headers and "If-Match" in case.headers and dice.random() < 0.9:
        case.headers["If-Match"] = "*"


def sealed(case: Case) -> dict[str, Any]:
    """What opens the door: the token, or for an inbox the signature over the very bytes."""
    if not case.path.startswith("/inboxes/{key}"):
        return {"headers": {"Authorization": "Bearer fuzz"}}
    body = json.dumps(case.body).encode() if isinstance(case.body, dict | list) else b"{}"
    headers = signing.headers_for([SECRET], id="msg_1", at=now(), body=body)
    return {"headers": {**headers, "Content-Type": "application/json"}, "data": body}
