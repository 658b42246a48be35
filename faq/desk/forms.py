"""Forms of the support desk: signing in with counted tries, and taking content in."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from faq.desk import throttle

MOST_BYTES: Final = 2_000_000


class StaffSignInForm(AuthenticationForm):
    """User name and password; looked at only while neither address nor name tried too often.

    A good sign-in gives its tries back.
    """

    error_messages = {  # noqa: RUF012 - Django declares it so
        "invalid_login": _("用户名或密码不对，请核对后重新输入"),
        "inactive": _("用户名或密码不对，请核对后重新输入"),
    }

    def clean(self) -> dict[str, Any]:
        """Raises `ValidationError` when there were too many tries, whatever the password is."""
        name = str(self.data.get("username", ""))[:150].strip().lower()
        tried = (
            ("signin", throttle.address_of(self.request), throttle.SIGNINS_PER_ADDRESS),
            ("name", name, throttle.SIGNINS_PER_NAME),
        )
        # Both are counted, so that a full address cannot hide tries against a name.
        refused = [throttle.full(kind, value, limit=limit) for kind, value, limit in tried]
        if any(refused):
            raise ValidationError(_("尝试次数太多，请 5 分钟后再登录"), code="throttled")
        cleaned = super().clean()
        for kind, value, _limit in tried:
            throttle.give_back(kind, value)
        return cleaned


class AdminSignInForm(StaffSignInForm, AdminAuthenticationForm):
    """The same at the admin's own door."""


class TakeInForm(forms.Form):
    """A content file and what to do with it."""

    file = forms.FileField(label=_("文件"), help_text=_("本站导出的 JSON 或 CSV，不超过 2 MB"))
    force = forms.BooleanField(label=_("也覆盖在本站改过的条目"), required=False)

    def clean_file(self) -> Any:
        """Refuse what is too large to be content. Raises `ValidationError`."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("文件超过 2 MB，请分开导入"))
        return file
