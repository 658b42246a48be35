"""The guide's pictures: what each shows, and what its numbers point at.

`scripts/guide_pictures.py` takes them from the running product and writes their sizes beside them.
A number in a picture is the place of its sentence here, so the two are changed together.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FOLDER: Final = "guide"  # below static/
SIZES_FILE: Final = "sizes.json"
WIDTHS: Final = (1366, 390)


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One picture of a page of ours, in two widths; its number 1 points at `callouts[0]`."""

    name: str
    step: int
    caption: str | Promise
    callouts: tuple[str | Promise, ...]

    @property
    def alt(self) -> str:
        """Caption and callouts in a sentence: all that the picture says."""
        marks = "；".join(f"{n} {text}" for n, text in enumerate(self.callouts, start=1))
        return _("%(caption)s。图中标出：%(marks)s") % {"caption": self.caption, "marks": marks}

    def path(self, width: int) -> str:
        """The file below static/."""
        return f"{FOLDER}/{self.name}-{width}.webp"

    def shown(self, width: int) -> Picture:
        """The file of this width with the size that a page keeps free for it."""
        wide, high = sizes()[f"{self.name}-{width}"]
        return Picture(path=self.path(width), width=wide, height=high)

    @property
    def large(self) -> Picture:
        """For desktops."""
        return self.shown(WIDTHS[0])

    @property
    def small(self) -> Picture:
        """For phones."""
        return self.shown(WIDTHS[1])


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A file below static/ and its size in CSS pixels."""

    path: str
    width: int
    height: int


FIGURES: Final = (
    Figure(
        "home",
        1,
        gettext_lazy("首页"),
        (
            gettext_lazy("点“开始办理”，进入登录页"),
            gettext_lazy("也可以点右上角的“登录”"),
        ),
    ),
    Figure(
        "login",
        2,
        gettext_lazy("卡介质登录"),
        (
            gettext_lazy("选“卡介质”"),
            gettext_lazy("看读卡器和法人卡是否正常"),
            gettext_lazy("输入卡密码"),
            gettext_lazy("点“登录”"),
        ),
    ),
    Figure(
        "centre",
        3,
        gettext_lazy("信用保险服务中心"),
        (
            gettext_lazy("找到“待确认投保单”"),
            gettext_lazy("点这一行的按钮，进入确认投保"),
        ),
    ),
    Figure(
        "contact",
        4,
        gettext_lazy("确认投保：单证和联系人"),
        (
            gettext_lazy("点“查看单证”，核对企业和投保信息"),
            gettext_lazy("填写主要联系人的姓名、电话、手机和邮箱"),
        ),
    ),
    Figure(
        "paper",
        4,
        gettext_lazy("单证预览"),
        (gettext_lazy("核对单证名称：新签是投保单，续转是续转单证"),),
    ),
    Figure(
        "declare",
        4,
        gettext_lazy("确认投保：投保声明"),
        (
            gettext_lazy("读完声明，勾选“已认真阅读以上内容并同意”"),
            gettext_lazy("点“核对并确认投保”，下一页再核对一次"),
        ),
    ),
    Figure(
        "seal",
        5,
        gettext_lazy("制章"),
        (
            gettext_lazy("核对印章上的企业名称"),
            gettext_lazy("点“保存印章并生成协议”"),
        ),
    ),
    Figure(
        "agreement",
        5,
        gettext_lazy("协议签署"),
        (
            gettext_lazy("勾选“我确认协议条款”"),
            gettext_lazy("输入卡密码"),
            gettext_lazy("点“确认”，完成签署"),
        ),
    ),
    Figure(
        "submitted",
        6,
        gettext_lazy("投保申请已提交"),
        (
            gettext_lazy("看到“投保申请已提交”，记下投保申请号"),
            gettext_lazy("点“确定”，回到服务中心"),
        ),
    ),
    Figure(
        "policy",
        7,
        gettext_lazy("接收保单"),
        (
            gettext_lazy("查看或下载电子保单"),
            gettext_lazy("内容无误，输入卡密码，点“收悉”"),
        ),
    ),
)


def of_step(number: int) -> list[Figure]:
    """The pictures of one step of the guide, in order."""
    return [figure for figure in FIGURES if figure.step == number]


def folder() -> Path:
    """Where the pictures lie in the repository."""
    return Path(settings.BASE_DIR) / "static" / FOLDER


@functools.cache
def sizes() -> dict[str, tuple[int, int]]:
    """`{"home-1366": (width, height)}` in CSS pixels, as the script wrote them."""
    text = (folder() / SIZES_FILE).read_text(encoding="utf-8")
    return {name: (size[0], size[1]) for name, size in json.loads(text).items()}
