"""The parts that pages repeat most, each drawn by one call instead of a score of template nodes.

The markup of a form line or of the steps bar stands here, not in templates/partials/.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django import template
from django.forms import BoundField
from django.forms.utils import ErrorList
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wizard.progress import Mark
from wizard.templatetags.ui import icon, wired

T = TypeVar("T")
register = template.Library()
NOTHING = SafeString("")
# As many as there are fields in our forms, times what may be asked about one, times languages.
_ONCE: dict[tuple[object, ...], Any] = {}


def _once(draw: Callable[..., T], field: BoundField, *given: object) -> T:
    """What a form says about a field whatever was typed: the same for everybody, drawn once."""
    key = (draw, type(field.form), field.html_name, field.auto_id, get_language(), *given)
    if key not in _ONCE:
        _ONCE[key] = draw(field, *given)
    found: T = _ONCE[key]
    return found


@register.simple_tag
def field_line(field: BoundField, wide: object = "", width: str = "") -> SafeString:
    """`{% field_line form.name %}`: label, hint, error, input; what was typed is kept.

    `wide=1` takes the whole row, `width="short"` narrows the input.
    """
    errors = field.errors
    head, hinted = _once(_head, field, bool(wide), bool(errors))
    secret = getattr(field.field.widget, "input_type", "") == "password"
    typed: str = wired(field, "" if secret else width, hinted=hinted, wrong=bool(errors))
    if secret:
        typed = f'<div class="inrow short">{typed}{_once(_show_button, field)}</div>'
    return SafeString(f"{head}{_error(field.auto_id, errors)}{typed}</div>")


def _head(field: BoundField, wide: bool, wrong: bool) -> tuple[SafeString, bool]:
    """The line down to its hint, and whether there is one."""
    hint = conditional_escape(field.help_text)
    head = format_html(
        '<div class="field{}{}"><label for="{}">{}</label>{}',
        " bad-f" if wrong else "",
        " wide-f" if wide else "",
        field.id_for_label,
        field.label,
        format_html('<p class="hint" id="{}-h">{}</p>', field.auto_id, hint) if hint else "",
    )
    return head, bool(hint)


@register.simple_tag
def checkbox_line(field: BoundField) -> SafeString:
    """`{% checkbox_line form.agreed %}`: the box, its text, and the hint below the text."""
    errors = field.errors
    label, words, hinted = _once(_tick, field)
    box = wired(field, "", hinted=hinted, wrong=bool(errors))
    bad = " bad-f" if errors else ""
    error = _error(field.auto_id, errors)
    return SafeString(f'<div class="field{bad}">{error}{label}{box}{words}</label></div>')


def _tick(field: BoundField) -> tuple[SafeString, SafeString, bool]:
    """The label around a box, its words, and whether there is a hint among them."""
    hint = conditional_escape(field.help_text)
    words = format_html(
        "<span>{}{}</span>",
        field.label,
        format_html('<span id="{}-h">{}</span>', field.auto_id, hint) if hint else "",
    )
    return format_html('<label class="pick" for="{}">', field.id_for_label), words, bool(hint)


@register.simple_tag
def field_error(field: BoundField) -> SafeString:
    """`{% field_error field %}`: what is wrong with the field; nothing when nothing is."""
    return _error(field.auto_id, field.errors)


def _error(auto_id: str, errors: ErrorList) -> SafeString:
    if not errors:
        return NOTHING
    return format_html(
        '<p class="emsg" id="{}-e">{}<span><span class="sr">{}</span>{}</span></p>',
        auto_id,
        icon("bad"),
        _("错误："),
        SafeString("<br>".join(conditional_escape(str(error)) for error in errors)),
    )


@register.simple_tag
def steps(progress: tuple[Mark, ...]) -> SafeString:
    """`{% steps progress %}`: the four marks. Not navigation: nothing here is a link."""
    return _steps(progress, get_language())


@functools.lru_cache(maxsize=256)
def _steps(progress: tuple[Mark, ...], _language: str | None) -> SafeString:
    marks = format_html_join(
        "",
        '<li{}{}><span class="n" aria-hidden="true">{}</span>'
        '<span class="t"><b><span class="sr">{}</span>{}</b><span>{}</span></span></li>',
        (
            (
                NOTHING if mark.status == "todo" else format_html(' class="{}"', mark.status),
                SafeString(' aria-current="step"' if mark.current else ""),
                icon("ok")
                if mark.status == "done"
                else "!"
                if mark.status == "bad"
                else mark.number,
                _("第 %(n)s 步，") % {"n": mark.number},
                mark.title,
                mark.status_text,
            )
            for mark in progress
        ),
    )
    return format_html('<nav aria-label="{}"><ol class="steps">{}</ol></nav>', _("办理进度"), marks)


def _show_button(field: BoundField) -> SafeString:
    """The 显示 button of a PIN or password, which only a browser with scripts shows."""
    return format_html(
        '<button class="btn jsonly" type="button" data-show="{}"'
        ' data-on="{}" data-off="{}">{}<span>{}</span></button>',
        field.auto_id,
        _("隐藏"),
        _("显示"),
        icon("eye"),
        _("显示"),
    )
