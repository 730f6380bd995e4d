"""Which texts the code marks for translation: read from the sources, without the gettext tools."""

import ast
import re
from collections.abc import Iterator

from django.utils.translation.template import templatize

from tests.architecture.source import ROOT, dotted_name, modules, templates

CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
# What templatize() makes of a template: calls amid X-ed out text.
QUOTED = r"""'\'\'.*?'\'\'|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
TEMPLATE_CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext)\(u?({QUOTED})", re.DOTALL)


def marked() -> Iterator[tuple[str, str]]:
    """(where, English text) of everything marked; of a plural its singular."""
    yield from in_python()
    yield from in_templates()


def in_python() -> Iterator[tuple[str, str]]:
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            name = dotted_name(node.func).rsplit(".", 1)[-1]
            if name not in CALLS | PLURAL | WITH_CONTEXT or not node.args:
                continue
            text = node.args[1 if name in WITH_CONTEXT else 0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield f"{module.path}:{node.lineno}", text.value


def in_templates() -> Iterator[tuple[str, str]]:
    for path in templates():
        source = templatize(path.read_text(), origin=str(path))
        for call in TEMPLATE_CALL.finditer(source):
            yield path.relative_to(ROOT).as_posix(), ast.literal_eval(call.group(2))
