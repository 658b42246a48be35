"""The parts that pages repeat most, each drawn by one call instead of a score of template nodes.

The markup of a form line or of the steps bar stands here; templates include them through
templates/partials/, where their arguments are told.
"""

from __future__ import annotations

import functools

from django import template
from django.forms import BoundField
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wizard.progress import Mark
from wizard.templatetags.ui import control, icon

register = template.Library()
NOTHING = SafeString("")
# As many as there are fields in our forms, times languages.
_EMPTY_LINES: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag
def field_line(field: BoundField, wide: object = "", width: str = "") -> SafeString:
    """partials/field.html: label, hint, error, input.

    A line that is empty and right says the same to everybody, so it is drawn once.
    """
    if field.errors or field.value() or field.field.disabled:
        return _field_line(field, wide, width)
    key = (type(field.form), field.html_name, field.auto_id, bool(wide), width, get_language())
    if key not in _EMPTY_LINES:
        _EMPTY_LINES[key] = _field_line(field, wide, width)
    return _EMPTY_LINES[key]


def _field_line(field: BoundField, wide: object, width: str) -> SafeString:
    classes = f"field{' bad-f' if field.errors else ''}{' wide-f' if wide else ''}"
    return format_html(
        '<div class="{}"><label for="{}">{}</label>{}{}{}</div>',
        classes,
        field.id_for_label,
        field.label,
        _hint(field),
        field_error(field),
        _secret(field) if _is_secret(field) else control(field, width or ""),
    )


@register.simple_tag
def checkbox_line(field: BoundField) -> SafeString:
    """partials/checkbox.html: the box, its text, and the hint below the text."""
    text = conditional_escape(field.help_text)
    hint = format_html('<span id="{}-h">{}</span>', field.auto_id, text) if text else NOTHING
    return format_html(
        '<div class="field{}">{}<label class="pick" for="{}">{}<span>{}{}</span></label></div>',
        " bad-f" if field.errors else "",
        field_error(field),
        field.id_for_label,
        control(field),
        field.label,
        hint,
    )


@register.simple_tag
def field_error(field: BoundField) -> SafeString:
    """partials/field_error.html: what is wrong with the field; nothing when nothing is."""
    if not field.errors:
        return NOTHING
    return format_html(
        '<p class="emsg" id="{}-e">{}<span><span class="sr">{}</span>{}</span></p>',
        field.auto_id,
        icon("bad"),
        _("错误："),
        SafeString("<br>".join(conditional_escape(str(error)) for error in field.errors)),
    )


@register.simple_tag
def steps(progress: tuple[Mark, ...]) -> SafeString:
    """partials/steps_bar.html: the four marks. Not navigation: nothing here is a link."""
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


def _hint(field: BoundField) -> SafeString:
    text = conditional_escape(field.help_text)  # translated at every look: once is enough
    return format_html('<p class="hint" id="{}-h">{}</p>', field.auto_id, text) if text else NOTHING


def _is_secret(field: BoundField) -> bool:
    return getattr(field.field.widget, "input_type", "") == "password"


def _secret(field: BoundField) -> SafeString:
    """A PIN or password with its 显示 button, which only a browser with scripts shows."""
    return format_html(
        '<div class="inrow short">{}<button class="btn jsonly" type="button" data-show="{}"'
        ' data-on="{}" data-off="{}">{}<span>{}</span></button></div>',
        control(field),
        field.auto_id,
        _("隐藏"),
        _("显示"),
        icon("eye"),
        _("显示"),
    )
