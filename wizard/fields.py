"""Form fields over the rules of `wizard.validation`: value, sentence, code, widget attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wizard import validation
from wizard.singlewindow.faults import FaultCode
from wizard.validation import Reason, Rejected

# A draft keeps what was typed, right or wrong, up to this many characters per value.
DRAFT_LIMIT: Final = 2_000

# Refusals that have a help entry of their own (design.md §6), by the code to look it up with. An
# address that is none anywhere is no limit of the platform.
FAULTS: Final = {Reason.EMAIL_SIGNS: FaultCode.EMAIL_REJECTED}


class RuleField(forms.CharField):
    """A line of text under one rule; subclasses say which, and what the browser may help with.

    The error's `code` is that of the fault where there is one (`"A-201"`), `"required"` for
    nothing typed, else the reason's value. What was typed is shown again as it was, except for
    what a page cannot carry (NUL, lone surrogates). No `maxlength`: it would cut a paste silently.
    The class `in` comes from the `control` tag.
    """

    default_label: ClassVar[str | Promise] = ""
    default_hint: ClassVar[str | Promise] = ""
    default_widget: ClassVar[type[forms.Widget]] = forms.TextInput
    attrs: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", self.default_label)
        options.setdefault("help_text", self.default_hint)
        options.setdefault("widget", self.default_widget)
        super().__init__(strip=False, **options)

    def judge(self, text: str) -> str:
        """The normalised value. Raises `Rejected`."""
        raise NotImplementedError

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "spellcheck": "false", **self.attrs}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        try:
            return self.judge(text)
        except Rejected as rejected:
            if rejected.reason is Reason.MISSING and not self.required:
                return ""
            raise ValidationError(
                validation.describe(rejected, label=str(self.label)), code=_code_of(rejected.reason)
            ) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        shown = super().bound_data(data, initial)
        return validation.storable(shown) if isinstance(shown, str) else shown


def _code_of(reason: Reason) -> str:
    if reason is Reason.MISSING:
        return "required"
    fault = FAULTS.get(reason)
    return fault.value if fault else reason.value


class PersonNameField(RuleField):
    """姓名. `has_glyph(character)`: whether the documents' font can draw it."""

    default_label = _("姓名")
    default_hint = _("办理本次投保的人")
    attrs: ClassVar[Mapping[str, str]] = {"autocomplete": "name"}

    def __init__(self, *, has_glyph: Callable[[str], bool] | None = None, **options: Any) -> None:
        self.has_glyph = has_glyph
        super().__init__(**options)

    def judge(self, text: str) -> str:
        return validation.person_name(text, has_glyph=self.has_glyph)


class UsccField(RuleField):
    """统一社会信用代码 (GB 32100)."""

    default_label = _("统一社会信用代码")
    default_hint = _("18 位，营业执照上有")
    attrs: ClassVar[Mapping[str, str]] = {"autocomplete": "off", "autocapitalize": "characters"}

    def judge(self, text: str) -> str:
        return validation.uscc(text)


class PhoneField(RuleField):
    """电话: landline, mobile or service number."""

    default_label = _("电话")
    default_hint = _("座机或手机都可以")
    default_widget = forms.TelInput
    attrs: ClassVar[Mapping[str, str]] = {"autocomplete": "tel", "inputmode": "tel"}

    def judge(self, text: str) -> str:
        return validation.phone(text)


class MobileField(RuleField):
    """手机: 11 digits."""

    default_label = _("手机")
    default_hint = _("11 位数字")
    default_widget = forms.TelInput
    attrs: ClassVar[Mapping[str, str]] = {"autocomplete": "tel-national", "inputmode": "numeric"}

    def judge(self, text: str) -> str:
        return validation.mobile(text)


class EmailRuleField(RuleField):
    """邮箱 under the Single Window's rule; the hint says it before the error does."""

    default_label = _("邮箱")
    default_hint = _("只含字母、数字和点，不含下划线、中划线")
    default_widget = forms.EmailInput
    attrs: ClassVar[Mapping[str, str]] = {"autocomplete": "email", "inputmode": "email"}

    def judge(self, text: str) -> str:
        return validation.email(text)


class SecretField(RuleField):
    """Something that is never written back into a page, right or wrong."""

    default_widget = forms.PasswordInput  # its render_value is False

    def __init__(self, *, new: bool = False, **options: Any) -> None:
        self.new = new
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        autocomplete = "new-password" if self.new else "current-password"
        return {**super().widget_attrs(widget), "autocomplete": autocomplete}


class PinField(SecretField):
    """卡密码: 8 digits. `new=True` where another PIN is chosen."""

    default_label = _("卡密码")
    default_hint = _("8 位数字，没改过通常是 8 个 8 或 8 个 0")
    attrs: ClassVar[Mapping[str, str]] = {"inputmode": "numeric"}

    def __init__(self, *, new: bool = False, **options: Any) -> None:
        if new:
            options.setdefault("help_text", _("8 位数字"))
        super().__init__(new=new, **options)

    def judge(self, text: str) -> str:
        return validation.pin(text)


class UsernameField(RuleField):
    """用户名 of a 无卡用户."""

    default_label = _("用户名")
    attrs: ClassVar[Mapping[str, str]] = {"autocomplete": "username", "autocapitalize": "none"}

    def judge(self, text: str) -> str:
        return validation.username(text)


class PasswordField(SecretField):
    """登录密码 of a 无卡用户; not the card's PIN (product.md, contradiction 1)."""

    default_label = _("登录密码")

    def judge(self, text: str) -> str:
        return validation.password(text)


def strip_unstorable(data: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Posted text as a draft can keep it, as typed: storable as JSON in SQLite and PostgreSQL.

    NUL and lone surrogates become U+FFFD, in names of fields too; values are cut at `DRAFT_LIMIT`
    characters.
    """
    return {
        validation.storable(name): [validation.storable(value[:DRAFT_LIMIT]) for value in values]
        for name, values in data.items()
    }
