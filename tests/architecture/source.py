"""The project's own files, parsed once for all rules."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "carecenter", "accounts", "journal", "customers", "workforce", "knowledge_base", "tickets", "channels_app",
    "feedback", "portal", "insights", "webhooks",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Module:
    """A Python file: its path below the root with slashes, its text, its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def dotted(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.split("/"))

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    @property
    def is_domain(self) -> bool:
        return "domain" in self.parts

    @property
    def is_view(self) -> bool:
        return "views" in self.parts or self.parts[-1] == "views.py"


def modules(*folders: str) -> tuple[Module, ...]:
    """Every Python file below the folders; without any, all of the apps."""
    return tuple(module for folder in folders or APPS for module in _below(folder))


@functools.cache
def _below(folder: str) -> tuple[Module, ...]:
    found = []
    for file in sorted((ROOT / folder).rglob("*.py")):
        text = file.read_text()
        found.append(Module(file.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)


@functools.cache
def functions(module: Module) -> tuple[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef], ...]:
    """(Class.name or name, node) of every function, the inner ones too."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{prefix}{child.name}", child
                yield from walk(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.ClassDef):
                yield from walk(child, f"{prefix}{child.name}.")
            else:
                yield from walk(child, prefix)

    return tuple(walk(module.tree, ""))


@functools.cache
def nodes(module: Module) -> tuple[ast.AST, ...]:
    """All of its syntax tree, walked once for all rules."""
    return tuple(ast.walk(module.tree))


@functools.cache
def imported(module: Module) -> tuple[tuple[int, str], ...]:
    """(line, dotted name) of everything a module imports: `from a import b` gives a.b."""
    return tuple(_imported(module))


def _imported(module: Module) -> Iterator[tuple[int, str]]:
    for node in nodes(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def dotted_name(node: ast.AST) -> str:
    """ "a.b.c" of an attribute chain; calls and subscripts in it are left out."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted_name(node.value)}.{node.attr}"
    if isinstance(node, ast.Call | ast.Subscript):
        return dotted_name(node.func if isinstance(node, ast.Call) else node.value)
    return ""


@functools.cache
def calls(module: Module) -> tuple[tuple[ast.Call, str], ...]:
    """Every call with the dotted name of what is called."""
    return tuple((node, dotted_name(node.func)) for node in nodes(module) if isinstance(node, ast.Call))


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
