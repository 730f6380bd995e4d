"""Every event that is recorded is in the wiring, everything in the wiring exists and is recorded somewhere."""

import ast
import importlib

from django.core.checks import run_checks
from django.utils.module_loading import import_string

from carecenter.wiring import REACTIONS
from tests.architecture.source import calls, modules, nodes

# Those after the first hand the name they are given on to it.
RECORDERS = {
    "journal.domain.recording": "record",
    "accounts.domain.brand_keeping": "note",
    "accounts.domain.roles": "note",
    "accounts.domain.second_factor": "note",
    "accounts.domain.team_keeping": "note",
    "insights.domain.boards": "note",
    "knowledge_base.domain.articles": "tell",
    "knowledge_base.domain.categories": "tell",
    "knowledge_base.domain.imports.running": "tell",
    "feedback.domain.follow_ups": "tell",
    "tickets.domain.fields.keeping": "tell",
    "webhooks.domain.subscribing": "tell",
}


def recorded_names():
    """(where, name) of each call of record(): a literal, a constant, or one of several by a condition."""
    for module in modules():
        spellings = spellings_of_record(module)
        for node, name in calls(module):
            if name in spellings and node.args:
                yield from ((f"{module.path}:{node.lineno}", one) for one in values_of(node.args[0], module))


def spellings_of_record(module):
    """What a module calls the functions that record: their names, or others it gave them."""
    own = {name for source, name in RECORDERS.items() if source == module.dotted}
    return own | {
        alias.asname or alias.name
        for node in nodes(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if RECORDERS.get(node.module or "") == alias.name
    }


def values_of(node, module):
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*values_of(node.body, module), *values_of(node.orelse, module)]
    found = importlib.import_module(module.dotted)
    try:
        for part in ast.unparse(node).split("."):
            found = getattr(found, part)
    except AttributeError:
        return passed_values(node, module)  # a parameter: look at what callers in this module pass
    return [found]


def passed_values(node, module):
    """What callers give the parameter by its name. A verb that takes an event name takes it as a keyword."""
    name = ast.unparse(node)
    found = [keyword.value for call, _ in calls(module) for keyword in call.keywords if keyword.arg == name]
    assert found or module.dotted in RECORDERS, f"{module.path}: nobody passes {name}="
    return [value for one in found if ast.unparse(one) != name for value in values_of(one, module)]


def test_every_recorded_name_is_in_the_wiring():
    missing = [(where, name) for where, name in recorded_names() if name not in REACTIONS]

    assert missing == []


def test_every_name_of_the_wiring_is_recorded_somewhere():
    assert set(REACTIONS) - {name for _, name in recorded_names()} == set()


def test_every_path_of_the_wiring_is_a_handler():
    paths = {path for reactions in REACTIONS.values() for path in reactions}

    assert [path for path in paths if ".handlers." not in path or not callable(import_string(path))] == []


def test_wiring_that_does_not_import_fails_the_check(monkeypatch):
    monkeypatch.setitem(REACTIONS, "message.queued", ("tickets.handlers.gone",))

    assert [error.id for error in run_checks() if error.id == "journal.E001"] == ["journal.E001"]


def test_settings_name_tasks_that_exist():
    from carecenter.celery import app

    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled - set(app.tasks) == set()


def test_django_finds_nothing_wrong() -> None:
    """Our commands do not look themselves, so that they begin at once."""
    assert run_checks() == []
