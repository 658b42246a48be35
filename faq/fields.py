"""Field types and validators of the help site's models."""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# Names that the addresses below /faq/ use themselves.
RESERVED_SLUGS: Final = frozenset({"all", "desk", "search", "stage"})
# One slash and then a name: //host and /\\host lead elsewhere.
_OUR_PAGE: Final = re.compile(r"/(?:[A-Za-z0-9_.-][A-Za-z0-9_./?=&#-]*)?")


def text_list(value: object) -> None:
    """Accept a list of texts only. Raises `ValidationError`."""
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ValidationError(_('请填写文字列表，例如 ["卡锁了", "密码输错"]'))


def not_reserved(slug: str) -> None:
    """Refuse a slug that is already an address of the help site. Raises `ValidationError`."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("这个编号是本站的固定地址，请换一个"))


def our_page(address: str) -> None:
    """Refuse what leads out of this site, or is a script. Raises `ValidationError`."""
    if not _OUR_PAGE.fullmatch(address):
        raise ValidationError(_("请填写本站的地址，例如 /center/"))


class TextListField(models.JSONField):
    """A list of texts, stored as JSON."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("validators", [text_list])
        super().__init__(*args, **kwargs)
