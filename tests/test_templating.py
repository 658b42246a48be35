"""The folding loader: pages say exactly what Django's own cached loader lets them say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.template import Context, Engine
from django.test import override_settings
from django.urls import path
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

LIBRARIES = {"i18n": "django.templatetags.i18n", "ui": "wizard.templatetags.ui"}
SOURCES = {
    "plain": "{% load i18n ui %}a {% comment %}no{% endcomment %}"
    "{% translate 'Yes' %} <{% icon 'ok' %}>",
    "values": "{% load i18n %}{% translate word %}{% translate 'Yes' as y %}{{ y }}|{{ word }}",
    "count": "{% load i18n %}{% blocktranslate %}No{% endblocktranslate %}"
    "{% blocktranslate with w=word %}x {{ w }}{% endblocktranslate %}",
    "branch": "{% load i18n %}{% if word %}{% translate 'Yes' %}!{% else %}{% translate 'No' %}"
    "{% endif %}{% for c in word %}{% translate 'Yes' %}{{ c }}{% empty %}0{% endfor %}",
    "parent": "{% load i18n %}{% translate 'Yes' %}["
    "{% block b %}{% translate 'No' %}.{% endblock %}]",
    "child": "{% extends 'parent' %}{% load i18n %}{% block b %}{{ block.super }}"
    "{% include 'plain' %}{% translate 'Yes' %}{% endblock %}",
    "relative": "{% include './plain' %}{% include word %}",
    "given": "{% include 'values' with word='given' %}{{ word }}{% include 'values' only %}"
    "{% for c in 'ab' %}{% include 'values' with word=c %}{% include 'turns' %}{% endfor %}",
    "turns": "{% for c in 'abc' %}{% cycle 'x' 'y' %}{% ifchanged %}{{ word }}{% endifchanged %}"
    "{% endfor %}",
    "whole": "<{% include 'child' %}{% include 'child' %}>",
    "value": "{{ thing }} {{ word.inner }} {{ word.missing }} {{ thing|safe }} {{ '<' }}",
    "links": "{% url 'home' %} {% url word %} {% url 'home' as h %}{{ h }}",
}
VALUES = [
    "<b>'\"&</b>",
    SafeString("<b>&amp;</b>"),
    gettext_lazy("Yes"),
    1234567.5,
    datetime(2026, 3, 5, 16, 30, tzinfo=UTC),
    ["<i>"],
    None,
    lambda: "<called>",
]
urlpatterns = [path("x/", lambda _request: HttpResponse(), name="home")]


def engine(loader: str) -> Engine:
    """An engine on these sources, behind the given caching loader."""
    inner = [("django.template.loaders.locmem.Loader", SOURCES)]
    return Engine(loaders=[(loader, inner)], libraries=LIBRARIES)


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Engine, Engine]]:
    yield engine("django.template.loaders.cached.Loader"), engine("wizard.templating.Loader")


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("word", ["home", ""])
@pytest.mark.parametrize("name", [*SOURCES])
def test_says_the_same_in_every_language_again_and_again(
    both: tuple[Engine, Engine], name: str, word: str, autoescape: bool
) -> None:
    if name in {"links", "relative"}:
        word = {"links": "home", "relative": "plain"}[name]
    for language in ("zh-hans", "de", "fr", "de", "zh-hans"):
        with translation.override(language):
            said = [
                made.get_template(name).render(Context({"word": word}, autoescape=autoescape))
                for made in both
            ]
        assert said[0] == said[1]


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_is_written_as_django_writes_it(
    both: tuple[Engine, Engine], value: object, autoescape: bool
) -> None:
    context = {"word": {"inner": value}, "thing": value}
    said = [
        made.get_template("value").render(Context(context, autoescape=autoescape)) for made in both
    ]
    assert said[0] == said[1]


def test_another_language_is_not_answered_from_memory(both: tuple[Engine, Engine]) -> None:
    said = []
    for language in ("de", "fr", "de"):
        with translation.override(language):
            said.append(both[1].get_template("plain").render(Context()))
    assert "Ja" in said[0]
    assert "Oui" in said[1]
    assert said[2] == said[0]


def test_another_address_plan_is_not_answered_from_memory(both: tuple[Engine, Engine]) -> None:
    template = both[1].get_template("links")
    assert template.render(Context({"word": "home"})) == "/ / /"
    with override_settings(ROOT_URLCONF=__name__):
        assert template.render(Context({"word": "home"})) == "/x/ /x/ /x/"
