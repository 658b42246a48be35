"""Form fields: cleaned values, sentences with their codes, and pages that survive what is typed."""

from __future__ import annotations

import itertools
import json
from html.parser import HTMLParser

import pytest
from django import forms
from django.http import HttpResponse, QueryDict
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.fields import (
    EmailRuleField,
    MobileField,
    PasswordField,
    PersonNameField,
    PhoneField,
    PinField,
    UsernameField,
    strip_unstorable,
)
from wizard.singlewindow.faults import FaultCode

GOOD = {
    "name": "陈示例",
    "phone": "020-20000001",
    "mobile": "15400000001",
    "email": "chen@example.com",
    "pin": "88888888",
    "username": "exporter01",
    "password": "correct horse",
}
SHOWN = ["name", "phone", "mobile", "email", "username"]
SECRET = ["pin", "password"]
HOSTILE = [
    "长" * 40_000,
    "张\x00三",
    "张\ud800三",
    "\u202e陈示例",
    "陈\u200b示例",
    '"><script>alert(1)</script>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea><img src=x onerror=alert(1)>",
    "{{ 7|add:7 }}{% load static %}",
    "%(label)s %s {0.__class__}",
    "\r\nSet-Cookie: a=b",
    "👨\u200d👩\u200d👧",
]


class EveryField(forms.Form):
    """One of each."""

    name = PersonNameField()
    phone = PhoneField()
    mobile = MobileField()
    email = EmailRuleField()
    pin = PinField()
    username = UsernameField()
    password = PasswordField()


class Inputs(HTMLParser):
    """The `input` elements of a page by name, and every element's name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.by_name: dict[str, dict[str, str | None]] = {}
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        if tag == "input":
            self.by_name[values["name"] or ""] = values


def page_of(form: forms.Form) -> str:
    """The form as a browser gets it: rendered, sent as bytes, decoded."""
    template = Template("{% load parts %}{% for field in form %}{% field_line field %}{% endfor %}")
    return HttpResponse(template.render(Context({"form": form}))).content.decode()


def test_good_values_are_normalised() -> None:
    form = EveryField(
        GOOD | {"name": " 陈示例　", "mobile": "+86 154 0000 0001", "pin": "８８８８８８８８"}
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data == GOOD


def test_nothing_typed_is_asked_for_by_name() -> None:
    form = EveryField({})
    assert [errors[0] for errors in form.errors.values()] == [
        "请填写姓名",
        "请填写电话",
        "请填写手机",
        "请填写邮箱",
        "请填写卡密码",
        "请填写用户名",
        "请填写登录密码",
    ]
    assert {error.code for errors in form.errors.as_data().values() for error in errors} == {
        "required"
    }


def test_sentence_uses_the_label_of_the_form() -> None:
    field = PersonNameField(label="经办人")
    with pytest.raises(forms.ValidationError, match="请填写经办人"):
        field.clean(" \u200b")


def test_optional_field_may_stay_empty_but_not_be_wrong() -> None:
    field = PhoneField(required=False)
    assert field.clean("") == field.clean(" \u3000") == field.clean(None) == ""
    with pytest.raises(forms.ValidationError):
        field.clean("1")


def test_refused_address_carries_the_code_of_its_answer() -> None:
    form = EveryField(GOOD | {"email": "wig_sales@example.com"})
    assert form.errors.as_data()["email"][0].code == FaultCode.EMAIL_REJECTED.value == "A-201"


def test_other_refusals_carry_their_reason() -> None:
    typed = {"mobile": "1540000000", "phone": "755-2000000", "email": "chen@example"}
    form = EveryField(GOOD | typed)
    codes = {name: errors[0].code for name, errors in form.errors.as_data().items()}
    assert codes == {
        "mobile": "mobile-length",
        "phone": "phone-area-code",
        "email": "email-format",
    }


def test_characters_without_a_glyph_are_refused_by_the_hook() -> None:
    field = PersonNameField(has_glyph=lambda sign: sign != "䶮")
    assert field.clean("陈示例") == "陈示例"
    with pytest.raises(forms.ValidationError, match="文件里印不出“䶮”"):
        field.clean("李䶮")


def test_browser_is_told_what_each_field_is() -> None:
    inputs = Inputs(page_of(EveryField())).by_name
    told = {
        name: (values["type"], values.get("autocomplete"), values.get("inputmode"))
        for name, values in inputs.items()
    }
    assert told == {
        "name": ("text", "name", None),
        "phone": ("tel", "tel", "tel"),
        "mobile": ("tel", "tel-national", "numeric"),
        "email": ("email", "email", "email"),
        "pin": ("password", "current-password", "numeric"),
        "username": ("text", "username", None),
        "password": ("password", "current-password", None),
    }
    for values in inputs.values():
        assert values["class"] == "in"
        assert values["spellcheck"] == "false"
        assert "maxlength" not in values  # it would cut a paste without a word


def test_new_pin_is_offered_to_the_password_keeper_as_new() -> None:
    form = forms.Form()
    form.fields["pin"] = PinField(new=True)
    assert Inputs(page_of(form)).by_name["pin"]["autocomplete"] == "new-password"
    assert "8 个 8" not in page_of(form)


def test_what_was_typed_is_shown_again_as_it_was() -> None:
    typed = {
        "name": " 陈2 ",
        "phone": "755 2000000",
        "mobile": "１５４",
        "email": "a_b@example.com",
    }
    inputs = Inputs(page_of(EveryField(typed))).by_name
    assert {name: inputs[name].get("value") for name in typed} == typed


@pytest.mark.parametrize(
    "secrets",
    [
        {"pin": "13572468", "password": "correct horse"},
        {"pin": "1357246", "password": "correct\thorse"},
    ],
    ids=["accepted", "refused"],
)
def test_secrets_are_never_shown_again(secrets: dict[str, str]) -> None:
    form = EveryField(GOOD | secrets)
    assert set(form.errors) in (set(), set(SECRET))
    page = page_of(form)
    assert "value" not in Inputs(page).by_name["pin"]
    assert "value" not in Inputs(page).by_name["password"]
    assert secrets["pin"] not in page
    assert secrets["password"] not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_escaped_with_a_sentence(text: str) -> None:
    form = EveryField(dict.fromkeys(GOOD, text))
    assert set(SHOWN) - {"username"} <= set(form.errors)
    found = Inputs(page_of(form))
    assert not found.tags & {"script", "img", "textarea"}
    for name in SHOWN:
        assert set(found.by_name[name]) & {"onfocus", "onerror", "autofocus"} == set()
        shown = found.by_name[name]["value"]
        assert shown == text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_in_every_field_gives_a_page(text: str) -> None:
    form = EveryField(dict.fromkeys(GOOD, text))
    found = Inputs(page_of(form))
    assert set(found.by_name) == set(GOOD)
    for name in SHOWN:
        assert name in form.cleaned_data or form.errors[name][0]
        assert ("aria-invalid" in found.by_name[name]) == (name in form.errors)


def test_draft_keeps_what_was_typed_even_when_it_is_wrong() -> None:
    posted = QueryDict("name=%20%E9%99%88_&email=a_b%40example.com&email=c", mutable=False)
    assert strip_unstorable(dict(posted.lists())) == {
        "name": [" 陈_"],
        "email": ["a_b@example.com", "c"],
    }


def test_draft_loses_only_what_a_database_cannot_hold() -> None:
    draft = strip_unstorable({"na\x00me": ["a\x00b\ud800c\udfff", "𬬩" * 40_000]})
    assert draft == {"na\ufffdme": ["a\ufffdb\ufffdc\ufffd", "𬬩" * 2_000]}


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=())),
        st.lists(st.text(st.characters(exclude_categories=()))),
    )
)
def test_every_draft_can_be_stored(data: dict[str, list[str]]) -> None:
    draft = strip_unstorable(data)
    text = json.dumps(draft, ensure_ascii=False)
    assert "\x00" not in "".join([*draft, *itertools.chain(*draft.values())])
    assert json.loads(text.encode()) == draft
    assert strip_unstorable(draft) == draft
