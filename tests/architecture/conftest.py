"""The sample world, built once a module: each test works in a savepoint of its own inside that transaction."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from carecenter.lib.blobs.storage import store
from tests.architecture.world import PICTURE, World, build


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  as Django's own TestCase says of its outer block
    with django_db_blocker.unblock(), block:
        with override_settings(BLOB_DIR=folder):
            world = build()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(built: World, db: None, folders: None) -> World:
    """The rows of the module's world; the picture's bytes again, for each test has a folder of its own."""
    store(PICTURE)
    return built
