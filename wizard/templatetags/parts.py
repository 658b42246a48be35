"""The parts that pages repeat most, each drawn by one call instead of a score of template nodes.

The markup of a form line or of the steps bar stands here, not in templates/partials/.
"""

from __future__ import annotations

import functools

from django import template
from django.forms import BoundField
from django.forms.utils import ErrorList
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wizard.progress import Mark
from wizard.templatetags.ui import icon, wired

register = template.Library()
NOTHING = SafeString("")
# As many as there are fields in our forms, times languages.
_EMPTY_LINES: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag
def field_line(field: BoundField, wide: object = "", width: str = "") -> SafeString:
    """`{% field_line form.name %}`: label, hint, error, input; what was typed is kept.

    `wide=1` takes the whole row, `width="short"` narrows the input. A line that is empty and right
    says the same to everybody, so it is drawn once.
    """
    errors = field.errors
    if errors or field.value() or field.field.disabled:
        return _field_line(field, errors, wide, width)
    key = (type(field.form), field.html_name, field.auto_id, bool(wide), width, get_language())
    if key not in _EMPTY_LINES:
        _EMPTY_LINES[key] = _field_line(field, errors, wide, width)
    return _EMPTY_LINES[key]


def _field_line(field: BoundField, errors: ErrorList, wide: object, width: str) -> SafeString:
    auto_id, hint = field.auto_id, conditional_escape(field.help_text)
    secret = getattr(field.field.widget, "input_type", "") == "password"
    typed = wired(field, "" if secret else width, hinted=bool(hint), wrong=bool(errors))
    return format_html(
        '<div class="field{}{}"><label for="{}">{}</label>{}{}{}</div>',
        " bad-f" if errors else "",
        " wide-f" if wide else "",
        field.id_for_label,
        field.label,
        format_html('<p class="hint" id="{}-h">{}</p>', auto_id, hint) if hint else "",
        _error(auto_id, errors),
        _with_show_button(auto_id, typed) if secret else typed,
    )


@register.simple_tag
def checkbox_line(field: BoundField) -> SafeString:
    """`{% checkbox_line form.agreed %}`: the box, its text, and the hint below the text."""
    auto_id, errors, hint = field.auto_id, field.errors, conditional_escape(field.help_text)
    return format_html(
        '<div class="field{}">{}<label class="pick" for="{}">{}<span>{}{}</span></label></div>',
        " bad-f" if errors else "",
        _error(auto_id, errors),
        field.id_for_label,
        wired(field, "", hinted=bool(hint), wrong=bool(errors)),
        field.label,
        format_html('<span id="{}-h">{}</span>', auto_id, hint) if hint else "",
    )


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


def _with_show_button(auto_id: str, typed: SafeString) -> SafeString:
    """A PIN or password with its 显示 button, which only a browser with scripts shows."""
    return format_html(
        '<div class="inrow short">{}<button class="btn jsonly" type="button" data-show="{}"'
        ' data-on="{}" data-off="{}">{}<span>{}</span></button></div>',
        typed,
        auto_id,
        _("隐藏"),
        _("显示"),
        icon("eye"),
        _("显示"),
    )
