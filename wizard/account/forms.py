"""What is typed at the desk: card PIN, user name and password, a new PIN."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wizard.fields import (
    MobileField,
    PasswordField,
    PersonNameField,
    PinField,
    UsccField,
    UsernameField,
)

SHORTEST_PASSWORD: Final = 8


class CardForm(forms.Form):
    """卡介质登录: the PIN of the card that was shown; `card` is that card's serial."""

    pin = PinField()
    card = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class PasswordForm(forms.Form):
    """用户名登录 for 无卡用户."""

    username = UsernameField()
    password = PasswordField()


class RegistrationForm(forms.Form):
    """注册: what the registers are asked with."""

    uscc = UsccField()
    legal_person = PersonNameField(label=_("法定代表人姓名"), help_text=_("和营业执照一致"))


class UsernameByMobileForm(forms.Form):
    """忘记用户名: the mobile that was bound."""

    uscc = UsccField()
    mobile = MobileField(label=_("绑定的手机号"))


class NewPasswordForm(forms.Form):
    """激活账号: the new password twice."""

    password = PasswordField(
        new=True, label=_("新的登录密码"), help_text=_("8 位以上，登录时区分大小写")
    )
    repeat = PasswordField(new=True, label=_("再输入一次"))

    def clean(self) -> dict[str, Any]:
        """Both are the same and long enough (at least 8 signs, ASVS 5.0 §6.2)."""
        cleaned: dict[str, Any] = super().clean() or {}
        new = cleaned.get("password", "")
        if new and len(new) < SHORTEST_PASSWORD:
            self.add_error("password", ValidationError(_("登录密码至少 8 位"), code="short"))
        elif new and cleaned.get("repeat") and new != cleaned["repeat"]:
            self.add_error("repeat", ValidationError(_("两次输入的密码不一样"), code="differs"))
        return cleaned


class ChangePinForm(forms.Form):
    """修改卡密码: the old PIN once, the new one twice."""

    old_pin = PinField(label=_("原密码"), help_text=_("刚解锁或更新过的卡，原密码是 8 个 8"))
    new_pin = PinField(
        new=True, label=_("新密码"), help_text=_("8 位数字，不能是 8 个 8 或 8 个 0")
    )
    repeat = PinField(new=True, label=_("再输入一次新密码"), help_text="")

    def clean(self) -> dict[str, Any]:
        """Both new ones are the same, and another one than before."""
        cleaned: dict[str, Any] = super().clean() or {}
        new = cleaned.get("new_pin")
        if new and cleaned.get("repeat") and new != cleaned["repeat"]:
            self.add_error(
                "repeat", ValidationError(_("两次输入的新密码不一样，请重新输入"), code="differs")
            )
        return cleaned
