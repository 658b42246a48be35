"""Template tags of every page: icons, form controls, and how names, days and money are written."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from html import escape
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, Select, Textarea
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wizard.context import frame_without_request
from wizard.documents.formats import masked_name, masked_phone
from wizard.templating import place_of, pure

register = template.Library()

# China has kept one zone without summer time since 1992; a fixed offset is cheaper than zoneinfo.
BEIJING = timezone(timedelta(hours=8))
EMPTY = "—"


# --- files and icons ----------------------------------------------------------------------------


@functools.lru_cache(maxsize=64)
def asset_url(path: str) -> str:
    """The address of a file under static/, hashed where `collectstatic` has run.

    Before that the plain address is given, so that tests and error pages never fail for want of
    a manifest.
    """
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@register.simple_tag
@pure
def asset(path: str) -> str:
    """`{% asset "ui.css" %}`: see `asset_url`."""
    return asset_url(path)


@functools.lru_cache(maxsize=256)
def _icon(name: str, extra: str) -> SafeString:
    return format_html(
        '<svg class="i{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" {extra}" if extra else "",
        asset_url("icons.svg"),
        name,
    )


@register.simple_tag
@pure
def icon(name: str, extra: str = "") -> SafeString:
    """`{% icon "ok" %}`: a drawing from static/icons.svg, hidden from screen readers.

    `extra` is one more class (`flip` turns an arrow round). Text beside the icon says the same.
    """
    return _icon(name, extra)


# --- parts of the frame that are the same on every page -----------------------------------------


@register.simple_tag(takes_context=True)
def fragment(context: Context, name: str, key: str = "") -> SafeString:
    """`{% fragment "foot" %}`: templates/partials/<name>.html, drawn once per process.

    For parts that depend on nothing but language, links and `key` (few values, never a visitor's
    text): translating the same words for every page was half of the frame's cost.
    """
    return _fragment(name, key, place_of(context), settings.DEMO)


@functools.lru_cache(maxsize=256)
def _fragment(name: str, key: str, *_where: object) -> SafeString:
    return render_to_string(f"partials/{name}.html", {**frame_without_request(), "key": key})


@register.simple_tag(takes_context=True)
def drawn(context: Context, template: str, **values: Hashable) -> SafeString:
    """`{% drawn "wizard/notice.html" notice=notice %}`: drawn once for equal values.

    For texts and lists that come out the same at every look; the template sees the values alone.
    """
    return _drawn(template, tuple(values.items()), place_of(context))


@register.simple_tag(takes_context=True)
def filled(
    context: Context, template: str, words: Mapping[str, str], **values: Hashable
) -> SafeString:
    """`{% filled "wizard/agreement_text.html" words agreement=blank %}`: drawn once for everybody
    with `{name}` where one of `words` belongs, which are put in at every look.

    Nothing else of what is drawn may have braces.
    """
    form = _drawn(template, tuple(values.items()), place_of(context))
    return SafeString(form.format_map({name: escape(word) for name, word in words.items()}))


@functools.lru_cache(maxsize=1024)
def _drawn(template: str, values: tuple[tuple[str, Hashable], ...], _place: object) -> SafeString:
    return render_to_string(template, dict(values))


# --- how values are written ---------------------------------------------------------------------


@register.filter
def day(value: date | datetime | None) -> str:
    """`2026-03-05`; an aware instant is read in Beijing time; — for nothing."""
    if isinstance(value, datetime):
        return _beijing(value).strftime("%Y-%m-%d")
    return value.isoformat() if isinstance(value, date) else EMPTY


@register.filter
def moment(value: datetime | None) -> str:
    """`2026-03-05 10:18`, 24 hours, Beijing time; — for nothing."""
    return _beijing(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else EMPTY


@register.filter
def clock(value: datetime | None) -> str:
    """`10:18`, Beijing time; — for nothing."""
    return _beijing(value).strftime("%H:%M") if isinstance(value, datetime) else EMPTY


@register.filter
def iso(value: datetime) -> str:
    """`2026-03-05T10:18+08:00`: for the datetime attribute of <time>."""
    return _beijing(value).isoformat(timespec="minutes")


@register.filter
def stamp(value: datetime) -> int:
    """Whole seconds since 1970, for a script to compare clocks with."""
    return int(value.timestamp())


def _beijing(value: datetime) -> datetime:
    return value if value.tzinfo is None else value.astimezone(BEIJING)


@register.filter
def money(value: object, currency: str = "USD") -> str:
    """`USD 150,000.00`: two decimals, half up; — for what is no amount."""
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    except (InvalidOperation, ValueError):
        return EMPTY
    return f"{currency} {amount:,}" if amount.is_finite() else EMPTY


@register.filter
def mask_mobile(value: object) -> str:
    """`154 **** 0001`, as `formats.masked_phone`; — for nothing."""
    return masked_phone(str(value or "")) or EMPTY


@register.filter
def mask_name(value: object) -> str:
    """`陈*例`, as `formats.masked_name`; — for nothing."""
    return masked_name(str(value or "").strip()) or EMPTY


# --- forms --------------------------------------------------------------------------------------


class Problem(NamedTuple):
    """One line of the error summary: the id of the field to jump to ("" for the whole form)."""

    target: str
    message: str


@register.simple_tag
def problems(*forms: object) -> list[Problem]:
    """Every error of the bound forms, whole-form errors first, then in the order of the fields.

    What is no form (a variable the page does not have) counts for nothing.
    """
    found: list[Problem] = []
    for form in forms:
        if not isinstance(form, BaseForm) or not form.is_bound:
            continue
        found += [Problem("", str(message)) for message in form.non_field_errors()]
        for field in form:
            # A group of radio buttons has no label of its own: its first button is the target.
            target = field.id_for_label or f"{field.auto_id}_0"
            found += [Problem(target, str(message)) for message in field.errors]
    return found


@register.simple_tag
def control(field: BoundField, extra: str = "") -> SafeString:
    """The input of one field with its value as typed and its hint and error wired to it.

    Written here instead of by Django's widget templates, which cost ten times as much. `extra` is
    one more class. Knows text-like inputs, textarea, select without groups, and checkbox; another
    kind of widget is left to Django.
    """
    return wired(field, extra, hinted=bool(field.help_text), wrong=bool(field.errors))


def wired(field: BoundField, extra: str, *, hinted: bool, wrong: bool) -> SafeString:
    """`control` for who has looked already whether there is a hint and an error to wire to it."""
    widget = field.field.widget
    attrs = _attributes(field, extra, hinted=hinted, wrong=wrong)
    value = field.value()
    if isinstance(widget, CheckboxInput):
        return _tag("input", {"type": "checkbox", **attrs, "checked": widget.check_test(value)})
    if isinstance(widget, Select) and not widget.allow_multiple_selected:
        return _tag("select", attrs, inner=_options(widget.choices, value))
    if isinstance(widget, Textarea):
        # The first line break after the tag is dropped by browsers: ours, not the user's.
        text = "" if value is None else escape(str(value))
        return _tag("textarea", attrs, inner=f"\n{text}")
    kind = getattr(widget, "input_type", None)
    if kind is None or getattr(widget, "allow_multiple_selected", False):
        return field.as_widget()
    empty = kind == "password" or value is None or value == ""
    return _tag("input", {"type": kind, **attrs}, value=None if empty else str(value))


@register.filter
def chosen(field: BoundField, key: object) -> bool:
    """Whether `key` is the field's value: for radio cards."""
    value = field.value()
    return value is not None and str(value) == str(key)


def _attributes(field: BoundField, extra: str, *, hinted: bool, wrong: bool) -> dict[str, Any]:
    own: Mapping[str, Any] = field.field.widget.attrs
    auto_id = field.auto_id
    described = [str(own["aria-describedby"])] if "aria-describedby" in own else []
    if hinted:
        described.append(f"{auto_id}-h")
    if wrong:
        described.append(f"{auto_id}-e")
    classes = " ".join(filter(None, (_base_class(field), str(own.get("class", "")), extra)))
    attrs: dict[str, Any] = {
        **own,
        "id": auto_id,
        "name": field.html_name,
        "class": classes or False,
        "aria-describedby": " ".join(described) or False,
        "aria-invalid": "true" if wrong else False,
    }
    if field.field.disabled:
        attrs["disabled"] = True
    return attrs


def _base_class(field: BoundField) -> str:
    return "" if isinstance(field.field.widget, CheckboxInput) else "in"


def _tag(
    name: str, attrs: Mapping[str, Any], *, value: str | None = None, inner: str | None = None
) -> SafeString:
    """The element; `value` is what somebody typed, `inner` is HTML already.

    Plain `html.escape`, because Django's looks out for lazy texts and is slower.
    """
    typed = "" if value is None else f' value="{escape(value)}"'
    end = "" if inner is None else f"{inner}</{name}>"
    return SafeString(f"<{name}{_written(tuple(attrs.items()))}{typed}>{end}")


@functools.lru_cache(maxsize=512)
def _written(attrs: tuple[tuple[str, Hashable], ...]) -> str:
    """Attributes as HTML; False and None leave one out, True gives it without a value."""
    return "".join(
        f" {key}" if value is True else f' {key}="{escape(str(value))}"'
        for key, value in attrs
        if value is not False and value is not None
    )


def _options(choices: Iterable[Any], selected: object) -> str:
    chosen = "" if selected is None else str(selected)
    return "".join(
        f'<option value="{escape(str(key))}"{" selected" if str(key) == chosen else ""}>'
        f"{escape(str(label))}</option>"
        for key, label in choices
    )
