"""Templates whose unchanging markup is rendered once a language.

Texts of the interface, icons and addresses without arguments are most of a page, and a tag each. When a template is
loaded, neighbours of that kind become one node, as if `{% fixed %}` stood around them.
"""

from typing import Any

from django.template import Node, NodeList, Template
from django.template.base import FilterExpression, TextNode, Variable
from django.template.context import Context
from django.template.defaulttags import AutoEscapeControlNode, IfNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.templatetags.i18n import TranslateNode
from django.urls import get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from carecenter.templatetags import ui


class Addresses:
    """A value of a `FixedNode`: at a brand's own host the same name is another address."""

    @staticmethod
    def resolve(_context: Context) -> str | None:
        return get_urlconf()


class AddressNode(Node):
    """`{% url "name" as address %}` without arguments."""

    child_nodelists = ()

    def __init__(self, node: URLNode) -> None:
        self.node, self.name = node, str(node.asvar)
        self.token, self.origin = node.token, node.origin
        self.kept: dict[object, str] = {}

    def render(self, context: Context) -> SafeString:
        table = get_urlconf()
        if table not in self.kept:
            self.node.render(context)
            self.kept[table] = context[self.name]
        context[self.name] = self.kept[table]
        return SafeString()


class PlaceNode(Node):
    """`{% url "name" value %}`: the address is looked up once with a number in the value's place."""

    child_nodelists = ()
    STAND_IN = 918_273_645

    def __init__(self, node: URLNode) -> None:
        self.node, self.value = node, node.args[0]
        self.token, self.origin = node.token, node.origin
        self.kept: dict[object, tuple[str, str]] = {}

    def render(self, context: Context) -> str:
        value = self.value.resolve(context)
        if type(value) is not int or value < 0:
            return str(self.node.render(context))
        table = get_urlconf()
        if table not in self.kept:
            name = self.node.view_name.resolve(context)
            before, _, after = reverse(name, args=[self.STAND_IN]).partition(str(self.STAND_IN))
            self.kept[table] = (conditional_escape(before), conditional_escape(after))
        before, after = self.kept[table]
        return f"{before}{value}{after}"


class Folding(base.Loader):
    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class Loader(cached.Loader, Folding):
    """Django's cached loader, which asks `Folding` once for each template."""


def fold(nodes: NodeList) -> None:
    """In place, with everything inside."""
    folded: list[Node] = []
    run: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and is_constant(node):
            run.append(node)
            continue
        folded += together(run)
        run = []
        if node is not None:
            folded.append(opened(node))
    nodes[:] = folded


def together(run: list[Node]) -> list[Node]:
    if all(isinstance(node, TextNode) for node in run):
        return run
    has_address = any(isinstance(node, URLNode) for node in run)
    one = ui.FixedNode(NodeList(run), [Addresses()] if has_address else [])
    one.token, one.origin = run[0].token, run[0].origin
    return [one]


def opened(node: Node) -> Node:
    """The node with what is inside of it folded."""
    if isinstance(node, URLNode) and not node.kwargs and is_literal(node.view_name):
        if not node.args:
            return AddressNode(node)
        if len(node.args) == 1 and not node.asvar:
            return PlaceNode(node)
    if isinstance(node, AutoEscapeControlNode | ui.FixedNode):
        return node  # what is kept was escaped; what is fixed is rendered once anyway
    inside = (
        [nodes for _condition, nodes in node.conditions_nodelists]
        if isinstance(node, IfNode)
        else [getattr(node, name, None) for name in node.child_nodelists]
    )
    for nodes in inside:
        if isinstance(nodes, NodeList):
            fold(nodes)
    return node


def is_constant(node: Node) -> bool:
    """Does what it renders depend on nothing but language and addresses?"""
    if isinstance(node, TextNode):
        return True
    if isinstance(node, TranslateNode):
        return not node.asvar and node.message_context is None and is_literal(node.filter_expression)
    if isinstance(node, URLNode):
        return not node.asvar and not node.args and not node.kwargs and is_literal(node.view_name)
    if isinstance(node, SimpleNode):
        given = [*node.args, *node.kwargs.values()]
        return node.func is ui.icon and node.target_var is None and all(is_literal(one) for one in given)
    return False


def is_literal(value: FilterExpression) -> bool:
    if value.filters:
        return False
    return not isinstance(value.var, Variable) or value.var.lookups is None
