"""A template loader that does once what never changes: draw words and icons, find what is included.

A page of ours has some three hundred nodes, and most of them say the same on every request. Drawing
them cost half of a page's CPU (docs/performance.md); the templates themselves stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby
from typing import Any, Final, TypeGuard, TypeVar

from django.template import Context, Engine, Node, NodeList, Template
from django.template.base import (
    FilterExpression,
    TextNode,
    TokenType,
    Variable,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import (
    CommentNode,
    CycleNode,
    IfChangedNode,
    IfNode,
    LoadNode,
    ResetCycleNode,
    URLNode,
)
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.loaders.cached import Loader as CachedLoader
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.safestring import SafeString

from wizard.addresses import place

Function = TypeVar("Function", bound=Callable[..., Any])
# The key under which one rendering of a page notes where it is drawn.
PLACE: Final = "wizard.templating.place"
NEED_A_STATE_OF_THEIR_OWN: Final[tuple[type[Node], ...]] = (
    BlockNode,
    ExtendsNode,
    CycleNode,
    ResetCycleNode,
    IfChangedNode,
)
_PURE: Final[set[Callable[..., Any]]] = set()


def pure(function: Function) -> Function:
    """A simple tag whose text depends on its arguments and the `Unchanging` place alone."""
    _PURE.add(function)
    return function


class Loader(CachedLoader):
    """Django's cached loader; every template is folded once, when it is compiled."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """As in Django."""
        known = len(self.get_template_cache)
        template: Template = super().get_template(template_name, skip)
        if len(self.get_template_cache) != known:
            fold(template.nodelist)
            template.nodelist = Folded(template.nodelist)
        return template


class Folded(NodeList):
    """A compiled template's nodes: they stay as they are, so what is among them is found once.

    `{% extends %}` looks for the blocks of its parent at every rendering.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        super().__init__(nodes)
        self._found: dict[type[Node], list[Node]] = {}

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        """As in Django."""
        if nodetype not in self._found:
            self._found[nodetype] = super().get_nodes_by_type(nodetype)
        return self._found[nodetype]


class Included(Node):
    """`{% include "name" with … %}` of a template that is found once, not at every rendering."""

    child_nodelists = ()

    def __init__(self, original: IncludeNode) -> None:
        self._original = original
        self._nodes: NodeList | None = None

    def render(self, context: Context) -> str:
        """As in Django, but for what only templates with blocks or counters need."""
        if self._nodes is None:
            name = self._original.template.resolve(context)
            engine = context.template.engine if context.template else Engine.get_default()
            found = engine.get_template(name)
            if any(map(found.nodelist.get_nodes_by_type, NEED_A_STATE_OF_THEIR_OWN)):
                self._nodes = NodeList([self._original])
                return self._original.render(context)
            self._nodes = found.nodelist
        values = {
            key: value.resolve(context) for key, value in self._original.extra_context.items()
        }
        with context.push(**values):
            return self._nodes.render(context)


class Address(Node):
    """`{% url "name" key=value %}`: the same values have the same address in one place."""

    child_nodelists = ()
    MOST: Final = 4096

    def __init__(self, original: URLNode) -> None:
        self._original = original
        self._given = [*original.args, *original.kwargs.values()]
        self._known: dict[object, str] = {}

    def render(self, context: Context) -> str:
        """From memory; as in Django for new values."""
        values = [value.resolve(context) for value in self._given]
        key = (place_of(context), context.autoescape, *map(str, values))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= self.MOST:
                self._known.clear()
            found = self._known[key] = self._original.render(context)
        return found


def place_of(context: Context) -> tuple[object, ...]:
    """Language and address plan that this page is drawn in; looked up once per page."""
    noted: dict[Any, Any] = context.render_context.dicts[0]
    found: tuple[object, ...] | None = noted.get(PLACE)
    if found is None:
        noted[PLACE] = found = place()
    return found


class Unchanging(Node):
    """Nodes in a row that say the same for everybody in one language and at one address."""

    # Nothing to look for inside: Django asks every template for its blocks at every rendering.
    child_nodelists = ()

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = NodeList(nodes)
        self._drawn: dict[object, str] = {}

    def render(self, context: Context) -> str:
        """From memory; drawn at the first time in each place."""
        key = (place_of(context), context.autoescape)
        text = self._drawn.get(key)
        if text is None:
            text = self._drawn[key] = self._nodes.render(context)
        return text


class Value(Node):
    """`{{ value }}`: a text needs no look at time zones, number formats and lazy words."""

    child_nodelists = ()

    def __init__(self, original: VariableNode) -> None:
        self._original = original
        self._resolve = original.filter_expression.resolve

    def render(self, context: Context) -> str:
        """As in Django."""
        value = self._resolve(context)
        if type(value) is str:
            return escape(value) if context.autoescape else value
        if type(value) is SafeString:
            return value
        return render_value_in_context(value, context)


def fold(nodes: NodeList) -> None:
    """Put one `Unchanging` in the place of each run of nodes that never change."""
    folded: list[Node] = []
    for unchanging, group in groupby(nodes, key=_never_changes):
        run = list(group)
        if unchanging and not all(isinstance(node, TextNode) for node in run):
            run = [Unchanging(run)]
        for node in run:
            for inner in _inside(node):
                fold(inner)
            folded.append(_faster(node))
    nodes[:] = folded


def _faster(node: Node) -> Node:
    if isinstance(node, VariableNode):
        return Value(node)
    if isinstance(node, URLNode) and not node.asvar:
        return Address(node)
    return Included(node) if _found_once(node) else node


def _found_once(node: Node) -> TypeGuard[IncludeNode]:
    if not isinstance(node, IncludeNode) or node.isolated_context or node.template.filters:
        return False
    name = node.template.var
    return isinstance(name, str) and not name.startswith(".")


def _inside(node: Node) -> list[NodeList]:
    if isinstance(node, IfNode):
        return [nodes for _condition, nodes in node.conditions_nodelists]
    inner = (getattr(node, name, None) for name in node.child_nodelists)
    return [nodes for nodes in inner if isinstance(nodes, NodeList)]


def _never_changes(node: Node) -> bool:
    if isinstance(node, TextNode | CommentNode | LoadNode):
        return True
    if isinstance(node, TranslateNode):
        return not (node.asvar or node.message_context) and _literal(node.filter_expression)
    if isinstance(node, BlockTranslateNode):
        plain = all(token.token_type is TokenType.TEXT for token in node.singular)
        named = node.extra_context or node.asvar or node.countervar or node.message_context
        return plain and not named
    if isinstance(node, URLNode):
        given = [node.view_name, *node.args, *node.kwargs.values()]
        return not node.asvar and all(map(_literal, given))
    if isinstance(node, SimpleNode):
        given = [*node.args, *node.kwargs.values()]
        pure_tag = node.func in _PURE and node.target_var is None and not node.takes_context
        return pure_tag and all(map(_literal, given))
    return False


def _literal(expression: FilterExpression) -> bool:
    """Whether it is a text or a number in the template, without filters."""
    if expression.filters:
        return False
    var = expression.var
    return isinstance(var, str) or (isinstance(var, Variable) and var.literal is not None)
