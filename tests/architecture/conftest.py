"""The sample world, built once a module: each test works in a savepoint of its own inside that transaction."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.architecture.world import World, build


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: Any) -> Path:
    return tmp_path_factory.mktemp("world")


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, blobs: Path) -> Iterator[World]:
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  as Django's own TestCase says of its outer block
    with django_db_blocker.unblock(), block:
        with override_settings(BLOB_DIR=blobs):
            world = build()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(built: World, db: None, folders: None, settings: Any, blobs: Path) -> World:
    """The rows of the module's world and their bytes."""
    settings.BLOB_DIR = blobs
    return built
