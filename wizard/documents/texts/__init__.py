"""The fixed texts of documents and pages: data with a version, read once."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import tomllib
from pathlib import Path
from typing import Any, Final

from wizard.documents import formats
from wizard.documents.data import SealFace
from wizard.singlewindow.port import ApplicationFile, ApplicationKind

HERE: Final = Path(__file__).resolve().parent
NUMERALS: Final = "一二三四五六七八九十"
# Seals of the two institutions: invented names, so that no real seal is imitated, and a code of a
# division that does not exist.
INSURER_SEAL: Final = SealFace(name="出口信用保险演示保险人", code="9999990000001")
OPERATOR_SEAL: Final = SealFace(name="单一窗口演示运营方", code="9999990000002")
KIND_NAMES: Final = {ApplicationKind.NEW: "新签", ApplicationKind.RENEWAL: "续转"}


def digest(*parts: str) -> str:
    """SHA-256 over the parts, one a line: what is logged with a tick."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class FixedText:
    """A text somebody agrees to."""

    title: str
    version: str
    paragraphs: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Over title, version and every paragraph."""
        return digest(self.title, self.version, *self.paragraphs)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PrivacyNotice:
    """The notice of PIPL art. 17: `items` are (question, answer), six of them."""

    title: str
    version: str
    lead: str
    items: tuple[tuple[str, str], ...]

    @property
    def sha256(self) -> str:
        """Over everything that is shown."""
        return digest(
            self.title, self.version, self.lead, *(part for i in self.items for part in i)
        )


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """A party of the agreement: role (甲方（投保企业）), name, and the id of its signature box."""

    role: str
    name: str
    box: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """One clause with its number (第一条) and heading."""

    number: str
    heading: str
    paragraphs: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AgreementText:
    """The agreement as text; the page and the PDF both show exactly this."""

    title: str
    version: str
    parties: tuple[Party, ...]
    preamble: tuple[str, ...]
    clauses: tuple[Clause, ...]

    @property
    def sha256(self) -> str:
        """Over everything that is shown, parties included."""
        return digest(
            self.title,
            self.version,
            *(f"{party.role} {party.name}" for party in self.parties),
            *self.preamble,
            *(part for c in self.clauses for part in (c.number, c.heading, *c.paragraphs)),
        )


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question that the applicant has to answer truthfully; its version is the form's."""

    id: str
    text: str


@functools.cache
def load(name: str) -> dict[str, Any]:
    """A text file of this folder. It is shared: do not change what comes back."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


@functools.cache
def declaration() -> FixedText:
    """投保声明: what 「已认真阅读以上内容并同意」 agrees to."""
    return _fixed(load("declaration"))


@functools.cache
def separate_consent() -> FixedText:
    """The separate consent of PIPL art. 23 to pass the contact on to the insurer."""
    return _fixed(load("privacy")["consent"])


@functools.cache
def privacy_notice() -> PrivacyNotice:
    """What has to be said before contact data are asked for (PIPL art. 17)."""
    notice = load("privacy")["notice"]
    return PrivacyNotice(
        title=notice["title"],
        version=notice["version"],
        lead=notice["lead"],
        items=tuple((question, answer) for question, answer in notice["items"]),
    )


@functools.cache
def questions() -> tuple[Question, ...]:
    """The questions of the application form, in order (保险法 art. 16: concrete, yes or no)."""
    return tuple(Question(id=q["id"], text=q["text"]) for q in load("application")["questions"])


@functools.cache
def agreement_blank() -> AgreementText:
    """The three-party agreement before anybody's name is in it: the words of `agreement_words`
    stand in braces.
    """
    text = load("agreement")
    return AgreementText(
        title=text["title"],
        version=text["version"],
        parties=(
            Party(role="甲方（投保企业）", name="{exporter}", box="sig-exporter"),
            Party(role="乙方（保险人）", name=text["insurer"], box="sig-insurer"),
            Party(role="丙方（平台方）", name=text["operator"], box="sig-operator"),
        ),
        preamble=tuple(text["preamble"]),
        clauses=tuple(
            Clause(
                number=f"第{chinese_number(position)}条",
                heading=clause["heading"],
                paragraphs=tuple(clause["paragraphs"]),
            )
            for position, clause in enumerate(text["clauses"], start=1)
        ),
    )


def agreement_words(file: ApplicationFile) -> dict[str, str]:
    """This application's name, number and period, as they are filled in."""
    return {
        "exporter": file.enterprise.name,
        "number": file.number,
        "kind": KIND_NAMES[file.kind],
        "product": file.terms.product,
        "period": formats.period(file.terms.period_start, file.terms.period_end),
        "version": agreement_blank().version,
    }


def agreement(file: ApplicationFile) -> AgreementText:
    """The three-party agreement with this application's words filled in."""
    blank, words = agreement_blank(), agreement_words(file)
    return dataclasses.replace(
        blank,
        parties=tuple(
            dataclasses.replace(party, name=party.name.format_map(words)) for party in blank.parties
        ),
        clauses=tuple(
            dataclasses.replace(
                clause, paragraphs=tuple(text.format_map(words) for text in clause.paragraphs)
            )
            for clause in blank.clauses
        ),
    )


def agreement_title() -> str:
    """The title of the three-party agreement."""
    title: str = load("agreement")["title"]
    return title


def renewal_topics() -> tuple[str, ...]:
    """What a renewal asks about: name, legal representative, address …"""
    return tuple(load("application")["renewal"]["changes"])


def form_title(kind: ApplicationKind) -> str:
    """The 单证名称 of the source: 投保单 for a new policy, 续转单证 for a renewal."""
    title: str = load("application")["titles"][kind.value]
    return title


def country_name(code: str) -> str:
    """德国（DEU）; a code without a name stands for itself."""
    name = load("names")["countries"].get(code)
    return f"{name}（{code}）" if name else code


def payment_name(code: str) -> str:
    """赊销（O/A）; an unknown code stands for itself."""
    return str(load("names")["payments"].get(code, code))


def chinese_number(number: int) -> str:
    """1 to 99 as numbers of clauses are written: 一, 十二, 二十."""
    tens, ones = divmod(number, 10)
    text = ("" if tens <= 1 else NUMERALS[tens - 1]) + ("十" if tens else "")
    return text + (NUMERALS[ones - 1] if ones else "")


def _fixed(table: dict[str, Any]) -> FixedText:
    return FixedText(
        title=table["title"], version=table["version"], paragraphs=tuple(table["paragraphs"])
    )
