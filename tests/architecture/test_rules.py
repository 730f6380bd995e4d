"""House rules on Python code that no linter has. Each test says the rule in its name."""

import ast
from collections import Counter

from tests.architecture.source import ROOT, calls, functions, imported, modules, nodes

BANNED_NAMES = {"utils.py", "helpers.py", "misc.py", "common.py"}
WRITES = {
    "save",
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "get_or_create",
    "update_or_create",
}
# The API's own bookkeeping of Idempotency-Key is no row of an app that has verbs.
OWN_ROWS = {"carecenter/api/idempotency.py"}
# Rows read again after the same function got them through access. Shrinks.
READ_AGAIN = {"customers/views/customer.py": 1, "tickets/api/tickets.py": 1}
# Names on which a call like .update() or .delete() is not the ORM's.
NOT_ROWS = {
    "context",
    "data",
    "headers",
    "session",
    "request",
    "response",
    "values",
    "params",
    "seen",
    "cache",
}


def where(module, node):
    return f"{module.path}:{node.lineno}"


def test_no_drawer_files():
    found = [module.path for module in modules() if module.parts[-1] in BANNED_NAMES]

    assert found == []


def test_no_model_signals():
    names = ("pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init")
    found = [
        f"{module.path}:{line}"
        for module in modules()
        for line, name in imported(module)
        if name.startswith("django.db.models.signals") or name.rsplit(".", 1)[-1] in names
    ]

    assert found == []


def test_models_do_not_override_save():
    found = [
        f"{module.path}:{name}"
        for module in modules()
        if module.path.endswith("models.py") or "/models/" in module.path
        for name, _ in functions(module)
        if name.split(".")[-1] in ("save", "delete", "asave")
    ]

    assert found == []


def test_one_clock():
    """Time comes from carecenter.lib.time, so that a test can hold it still."""
    clocks = (
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now",
        "time.time", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today",
    )  # fmt: skip
    found = [
        where(module, node)
        for module in modules()
        if module.path != "carecenter/lib/time.py" and not module.path.startswith("carecenter/embedded/")
        for node, name in calls(module)
        if name in clocks
    ]
    imports = [
        f"{module.path}:{line}"
        for module in modules()
        if module.path != "carecenter/lib/time.py"
        for line, name in imported(module)
        if name in ("django.utils.timezone.now", "time.time")
        and not module.path.startswith("carecenter/embedded/")
    ]

    assert found + imports == []


def test_saves_of_rows_name_their_fields():
    found = [
        where(module, node)
        for module in modules()
        if not module.is_migration
        for node, name in calls(module)
        if name.endswith(".save")
        and not name.startswith(("super", "form"))
        and not any(keyword.arg in ("update_fields", "force_insert") for keyword in node.keywords)
        and module.path != "accounts/models.py"  # create_user inserts
    ]

    assert found == []


def test_views_are_functions():
    found = [
        where(module, node)
        for module in modules()
        if module.is_view and "api" not in module.parts
        for node in nodes(module)
        if isinstance(node, ast.ClassDef) and any("View" in ast.unparse(base) for base in node.bases)
    ]

    assert found == []


def test_views_do_not_write():
    """Views call verbs; a verb checks the rules and records what happened."""
    found = [
        f"{where(module, node)} {name}"
        for module in modules()
        if (module.is_view or "api" in module.parts) and module.path not in OWN_ROWS
        for node, name in calls(module)
        if name.rsplit(".", 1)[-1] in WRITES
        and "." in name
        and (".objects." in name or name.split(".")[0] not in NOT_ROWS)
        and is_orm(name, module)
    ]

    assert found == []


def is_orm(name, module):
    """A call on a manager, a queryset or a row: not on an imported verb module like `people.create`."""
    first = name.split(".")[0]
    verbs = {one.rsplit(".", 1)[-1] for _, one in imported(module)} | aliases(module)
    return ".objects." in name or name.endswith((".save", ".delete")) or first not in verbs


def aliases(module):
    return {
        alias.asname
        for node in nodes(module)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
        if alias.asname
    }


def test_views_find_rows_through_access():
    """`get_ticket_for(user, pk)` and its like: a raw get forgets who asks."""
    found = Counter(
        module.path
        for module in modules()
        if module.is_view or "api" in module.parts or {"consumers", "consumers.py"} & set(module.parts)
        for node, name in calls(module)
        if name.endswith("objects.get") or (name == "get_object_or_404" and names_a_model(node))
    )

    assert dict(found) == READ_AGAIN


def names_a_model(node):
    """get_object_or_404(Ticket, …) and get_object_or_404(Ticket.objects…): not narrowed to who asks."""
    first = ast.unparse(node.args[0])
    return (first[:1].isupper() and "visible_to" not in first) or ".objects.all()" in first


def test_broad_excepts_say_why():
    """`except Exception` stands only at a process edge, with the reason beside it, or raises again."""
    found = []
    for module in modules():
        lines = module.text.splitlines()
        for node in nodes(module):
            if isinstance(node, ast.ExceptHandler) and is_broad(node.type):
                reason = lines[node.lineno - 1].partition("#")[2].replace("noqa: BLE001", "").strip()
                raises_again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                if len(reason) < 10 and not raises_again:
                    found.append(where(module, node))

    assert found == []


def is_broad(kind):
    return kind is None or ast.unparse(kind) in ("Exception", "BaseException")


def test_no_print_of_secrets_and_no_debugger():
    found = [
        where(module, node)
        for module in modules()
        for node, name in calls(module)
        if name in ("breakpoint", "pdb.set_trace")
    ]

    assert found == []


def test_tests_do_not_mock():
    """Our own functions are real in tests; providers are replaced at one seam."""
    found = [
        f"{module.path}:{line}"
        for module in modules("tests")
        for line, name in imported(module)
        if name.startswith(("unittest.mock", "pytest_mock"))
    ]

    assert found == []


def test_every_app_folder_is_known():
    """A new app takes its place in the contracts and in these rules."""
    from tests.architecture.source import APPS

    packages = {
        path.parent.name for path in ROOT.glob("*/__init__.py") if not path.parent.name.startswith(".")
    }

    assert packages - {"tests", "bench"} == set(APPS)
