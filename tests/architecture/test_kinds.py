"""Nobody but a kind's own folder and the registry names a kind: a new one changes nothing elsewhere.

`Identity.Kind` is another thing: the ways in which a person is known. It is at home in `customers`.
"""

import ast
import re

from channels_app.registry import KINDS, abouts
from tests.architecture.source import ROOT, dotted_name, imported, modules, nodes, templates

CODES = set(abouts())
# Who may: the kinds themselves, their list, and what makes up a firm for the demo, whose inboxes are of some kind.
OWN = ("channels_app/kinds/", "channels_app/registry.py", "carecenter/demo/", "customers/", "bench/")
ASKED_WITH_A_CODE = {"adapter_for", "about", "can", "kind_of", "kind_label", "kind_icon"}
# Modules of a kind that the core uses by their name. Shrinks: what several kinds need belongs into the core.
IMPORTED = {
    "channels_app/domain/ways_out.py": {"email"},  # the courier "mail" speaks SMTP
    "channels_app/views/chat_api.py": {"webchat"},  # the visitor's end of our own chat
    "channels_app/views/chat_guard.py": {"webchat"},
    "channels_app/domain/chat_sessions.py": {"webchat"},
    "channels_app/domain/chat_lines.py": {"webchat"},
}


def outside():
    return [module for module in modules() if not module.path.startswith(OWN) and not module.is_migration]


def codes_in(node):
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and one.value in CODES}


def is_kind(node):
    return re.search(r"(^|[._])kind$", dotted_name(node)) is not None


def named_kinds(module):
    """(line, code) of each place that compares a kind with a code, or gives one."""
    for node in nodes(module):
        found = set()
        if isinstance(node, ast.Compare) and any(map(is_kind, [node.left, *node.comparators])):
            found = codes_in(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value is not None and any(map(is_kind, targets)):
                found = codes_in(node.value)
        elif isinstance(node, ast.Call):
            given = [one.value for one in node.keywords if re.search(r"(^|_)kind(__in)?$", one.arg or "")]
            if dotted_name(node.func).rpartition(".")[2] in ASKED_WITH_A_CODE:
                given += node.args[:1]
            found = {code for one in given if not isinstance(one, ast.Lambda) for code in codes_in(one)}
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            given = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "kind"]
            found = {code for one in given for code in codes_in(one)}
        elif isinstance(node, ast.match_case) and isinstance(node.pattern, ast.MatchValue):
            found = codes_in(node.pattern)
        yield from ((getattr(node, "lineno", 0), code) for code in found)


def test_nobody_names_a_kind():
    found = [f"{module.path}:{line} {code}" for module in outside() for line, code in named_kinds(module)]

    assert found == []


def test_nobody_imports_from_a_kind():
    folder = "channels_app.kinds."
    kinds = {package.removeprefix(folder) for package in KINDS}
    found = {}
    for module in outside():
        names = {
            name.removeprefix(folder).split(".")[0] for _, name in imported(module) if name.startswith(folder)
        }
        if names & kinds:
            found[module.path] = names & kinds

    assert found == IMPORTED


def test_templates_and_scripts_name_no_kind():
    pattern = re.compile(rf"""\bkind\b[^"'%}}]{{0,12}}[=!]==?\s*["']({"|".join(sorted(CODES))})["']""")
    scripts = sorted((ROOT / "frontend/src/js").rglob("*.js"))
    files = [path for path in [*templates(), *scripts] if "customers" not in path.parts]
    found = [f"{path.relative_to(ROOT)}" for path in files if pattern.search(path.read_text())]

    assert found == []


def test_the_test_finds_what_it_looks_for():
    """Each way of naming one, as somebody would write it."""
    lines = [
        'if ticket.last_kind == "email": pass',
        'if inbox.kind in ("form", "x"): pass',
        'kind = "api"',
        'Inbox(kind="webchat")',
        'Inbox.objects.filter(inbox__kind__in=["api"])',
        'adapter_for("email")',
        'can("form", x)',
        'data = {"kind": "api"}',
    ]
    for line in lines:
        module = type("Module", (), {"tree": ast.parse(line)})
        assert len(list(named_kinds(module))) == 1, line


def test_every_kind_keeps_the_contract():
    """Each has a test class that subclasses `AdapterContract`."""
    folder = ROOT / "tests/channels_app/kinds"
    texts = {code: "".join(path.read_text() for path in (folder / code).rglob("*.py")) for code in CODES}
    found = [
        code
        for code, text in texts.items()
        if f'kind = "{code}"' not in text or "tests.contracts" not in text
    ]

    assert found == []
