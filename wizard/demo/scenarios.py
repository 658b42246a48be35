"""The cards of the console as data: what each scenario shows, with which persona, from where."""

from __future__ import annotations

import dataclasses
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wizard.process import State
from wizard.singlewindow.simulator.personas import Persona, persona_named

Text = Promise | str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """One card. `code` is its address and, for a fault, the fault's own code.

    `until` is the state of the application just before the interesting moment; None starts at the
    sign-in. `signed_in` says whether the presenter lands inside or signs in first. `label` stands
    in the tag instead of the code where the code is no word. `hint` is said on landing.
    """

    code: str
    persona: str
    minutes: int
    icon: str
    title: Text
    line: Text
    until: State | None = None
    signed_in: bool = False
    label: Text = ""
    tone: str = ""
    hint: Text = ""
    # Whether the card also offers the whole walk from the sign-in.
    whole: bool = False

    @property
    def company(self) -> str:
        """The persona's enterprise."""
        return self._persona.enterprise.name

    @property
    def kind(self) -> str:
        """新签 or 续转, as `ApplicationKind`."""
        return self._persona.kind.value

    @property
    def tag(self) -> Text:
        """What stands in the tag."""
        return self.label or self.code

    @property
    def _persona(self) -> Persona:
        return persona_named(self.persona)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A heading with its cards; `tone` colours their tags: ok, wa or er."""

    slug: str
    title: Text
    tone: str
    scenarios: tuple[Scenario, ...]


GROUPS: Final[tuple[Group, ...]] = (
    Group(
        slug="smooth",
        title=_("顺利办理"),
        tone="ok",
        scenarios=(
            Scenario(
                code="N-01",
                persona="P01",
                minutes=5,
                icon="shield",
                title=_("新签，一次办成"),
                line=_("从登录到收悉，完整走一遍四步。"),
            ),
            Scenario(
                code="N-02",
                persona="P02",
                minutes=4,
                icon="doc",
                title=_("续转，一次办成"),
                line=_("单证显示为“续转单证”，其余相同。"),
            ),
            Scenario(
                code="N-03",
                persona="P01",
                minutes=2,
                icon="clock",
                title=_("中途离开再回来"),
                line=_("第 1 步办完后离开，重新登录后接着办第 2 步。"),
                until=State.AWAITING_SEAL,
                hint=_("第 1 步已经办完，随后退出了登录。重新登录，就会回到第 2 步。"),
            ),
        ),
    ),
    Group(
        slug="card",
        title=_("登录与卡"),
        tone="er",
        scenarios=(
            Scenario(
                code="C-103",
                persona="P05",
                minutes=2,
                icon="lock",
                title=_("法人卡被锁定"),
                line=_("密码连错后锁卡，提示解锁办法，解锁后要改密码。"),
            ),
            Scenario(
                code="C-101",
                persona="P03",
                minutes=1,
                icon="card",
                title=_("用了操作员卡"),
                line=_("能登录但不能投保，引导换法人卡。"),
            ),
            Scenario(
                code="C-102",
                persona="P06",
                minutes=2,
                icon="card",
                title=_("卡密码输错"),
                line=_("连错两次，提示还可以尝试几次。"),
                hint=_("先随意输错两次卡密码，再输入 8 个 8。"),
            ),
            Scenario(
                code="R-401",
                persona="P07",
                minutes=2,
                icon="id",
                title=_("企业未实名认证"),
                line=_("引导去完成企业实名认证，再回到同一步。"),
                until=State.AWAITING_CONFIRMATION,
                signed_in=True,
                hint=_("这家企业还没有实名认证。填好第 1 步并提交，就会看到办法。"),
                whole=True,
            ),
        ),
    ),
    Group(
        slug="apply",
        title=_("投保与签署"),
        tone="wa",
        scenarios=(
            Scenario(
                code="A-201",
                persona="P09",
                minutes=1,
                icon="doc",
                title=_("邮箱格式错误"),
                line=_("邮箱含下划线，提示换邮箱。"),
                until=State.AWAITING_CONFIRMATION,
                signed_in=True,
                hint=_("邮箱里有下划线。勾选声明后直接提交，就会看到提示。"),
                whole=True,
            ),
            Scenario(
                code="S-301",
                persona="P10",
                minutes=3,
                icon="seal",
                title=_("制章失败，已有旧印章"),
                line=_("停用、删除、新增，再回到流程。"),
                until=State.AWAITING_SEAL,
                signed_in=True,
                hint=_("第 1 步已经办完。点“保存印章并生成协议”，就会看到旧印章的提示。"),
                whole=True,
            ),
            Scenario(
                code="X-701",
                persona="P01",
                minutes=1,
                icon="copy",
                title=_("两个窗口同时办"),
                line=_("后提交的窗口提示进度已更新。"),
                until=State.AWAITING_SEAL,
                signed_in=True,
                hint=_("在新窗口再打开本页，在其中一个窗口办完第 2 步，再到另一个窗口提交。"),
            ),
        ),
    ),
    Group(
        slug="outcome",
        title=_("结果"),
        tone="",
        scenarios=(
            Scenario(
                code="returned",
                persona="P13",
                minutes=3,
                icon="reset",
                label=State.RETURNED.label,
                tone="wa",
                title=_("退回补正，改好再交"),
                line=_("写明退回原因，回到第 1 步修改后重新办理。"),
                until=State.RETURNED,
                signed_in=True,
                hint=_("四步已经走过一遍，演示时间已到审核结果出来的时候。"),
                whole=True,
            ),
            Scenario(
                code="declined",
                persona="P14",
                minutes=1,
                icon="bad",
                label=State.DECLINED.label,
                tone="er",
                title=_("出口额超过上限"),
                line=_("说明不予承保的原因，以及还可以怎样投保。"),
                until=State.DECLINED,
                signed_in=True,
                hint=_("四步已经走过一遍，演示时间已到审核结果出来的时候。"),
                whole=True,
            ),
            Scenario(
                code="issued",
                persona="P15",
                minutes=2,
                icon="ok",
                label=State.ISSUED.label,
                tone="ok",
                title=_("保单已送达"),
                line=_("查看、下载保单，确认收悉，打印回执。"),
                until=State.ISSUED,
                signed_in=True,
                hint=_("几天前提交的投保申请已经承保，保单已送达。"),
                whole=True,
            ),
        ),
    ),
)

_BY_CODE: Final = {
    scenario.code.casefold(): scenario for group in GROUPS for scenario in group.scenarios
}


def scenario_named(code: str) -> Scenario | None:
    """The scenario of this code, capital or small letters; None for a code that is none."""
    return _BY_CODE.get(code.casefold())
