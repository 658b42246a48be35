"""What somebody at a browser can do on a page: its forms, the links that lead on."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser
from typing import Final

# Form pages post text that a person types; whatever else has a value is sent as it stands.
TYPED: Final = frozenset({"text", "password", "tel", "email", "checkbox"})


@dataclasses.dataclass(kw_only=True)
class Form:
    """A form as a browser would send it: what is typed is left to the caller."""

    action: str
    hidden: dict[str, str] = dataclasses.field(default_factory=dict)
    typed: list[str] = dataclasses.field(default_factory=list)
    choices: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    # Name and value of each submit button; both empty where it has none.
    buttons: list[tuple[str, str]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Page:
    """The forms and links inside <main>, without help panel and way back to the list."""

    forms: list[Form]
    links: list[str]
    primary: list[str]

    @property
    def has_a_way_on(self) -> bool:
        """Whether there is anything to press: a button that is a link, or one that sends a form."""
        return bool(self.primary) or any(form.buttons for form in self.forms)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.inside: list[str] = []
        self.form: Form | None = None
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.primary: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in {"main", "aside"}:
            self.inside.append(tag)
        if self.inside != ["main"]:
            return
        if tag == "form" and said.get("method") == "post":
            self.form = Form(action=said.get("action") or self.address)
        elif tag == "a" and "href" in said:
            self._link(said)
        elif tag == "input" and self.form:
            self._input(self.form, said)
        elif tag == "button" and self.form and _submits(said):
            self.form.buttons.append((said.get("name", ""), said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"main", "aside"} and self.inside:
            self.inside.pop()
        if tag == "form" and self.form:
            self.forms.append(self.form)
            self.form = None

    def _link(self, said: dict[str, str]) -> None:
        kinds = said.get("class", "").split()
        address = said["href"].partition("#")[0]
        if address.startswith("/") and "back" not in kinds:
            self.links.append(address)
            if "btn" in kinds:
                self.primary.append(address)

    @staticmethod
    def _input(form: Form, said: dict[str, str]) -> None:
        kind, name = said.get("type", "text"), said.get("name", "")
        if not name or name == "csrfmiddlewaretoken":
            return
        if kind == "hidden":
            form.hidden[name] = said.get("value", "")
        elif kind == "radio":
            form.choices.setdefault(name, []).append(said.get("value", ""))
        elif kind in TYPED:
            form.typed.append(name)


def _submits(said: dict[str, str]) -> bool:
    return "disabled" not in said and said.get("type", "submit") == "submit"


def read(html: str, *, address: str) -> Page:
    """The page that was answered at `address`."""
    reader = _Reader(address)
    reader.feed(html)
    return Page(forms=reader.forms, links=reader.links, primary=reader.primary)
