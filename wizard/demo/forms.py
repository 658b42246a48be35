"""The one form of the console that is typed into."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wizard.demo.worlds import world_with_code
from wizard.models import World
from wizard.singlewindow.faults import FaultCode

# Six signs with whatever spaces and hyphens come with them from a chat window.
LONGEST_CODE = 40


class JoinForm(forms.Form):
    """The code of a demonstration that is running on another machine.

    `wait_seconds`: this address guessed too often; no code is looked up, good or bad.
    """

    code = forms.CharField(
        label=gettext_lazy("演示会话代码"),
        help_text=gettext_lazy("另一台电脑演示台上的 6 位代码"),
        error_messages={"required": gettext_lazy("请填写演示会话代码")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    world: World

    def __init__(self, *args: Any, wait_seconds: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wait_seconds = wait_seconds

    def clean_code(self) -> str:
        """The code as typed; the world it names is in `world`."""
        typed: str = self.cleaned_data["code"]
        if self._wait_seconds:
            minutes = math.ceil(self._wait_seconds / 60)
            raise ValidationError(
                _("输错的次数太多，%(minutes)d 分钟后再试") % {"minutes": minutes},
                code=FaultCode.TOO_MANY_ATTEMPTS.value,
            )
        world = world_with_code(typed) if len(typed) <= LONGEST_CODE else None
        if world is None:
            raise ValidationError(
                _("没有找到这个代码的演示。请核对 6 位代码，或请对方重新开始一场演示"),
                code="unknown",
            )
        self.world = world
        return typed
