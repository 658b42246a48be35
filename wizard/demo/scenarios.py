"""The cards of the console as data: what each scenario shows, with which persona, from where."""

from __future__ import annotations

import dataclasses
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wizard.process import State
from wizard.singlewindow.port import DeskPart
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
    # Where it begins instead of the sign-in: a path, or the name of an address.
    entrance: str = ""
    # What is out of order on the exporter's computer, and what the persona's trouble leaves out.
    broken: tuple[DeskPart, ...] = ()
    mended: tuple[DeskPart, ...] = ()
    # The 制卡中心 has unlocked the card already.
    unlocked: bool = False
    # Step one has been typed already, by a sign-in with name and password.
    draft: bool = False
    # Working days that pass after the insurer's decision.
    days: int = 0
    # Orders to the authority once everything is prepared: operation, kind, number of calls.
    weather: tuple[tuple[str, str, int], ...] = ()

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
                code="C-105",
                persona="P04",
                minutes=3,
                icon="card",
                title=_("法人卡已过期"),
                line=_("登录时提示过期，到制卡中心更新后，接着办没填完的第 1 步。"),
                draft=True,
                hint=_("第 1 步以前填过一半，草稿在。先用卡登录，会提示卡已过期。"),
            ),
            Scenario(
                code="C-106",
                persona="P17",
                minutes=2,
                icon="card",
                title=_("读卡器没有反应"),
                line=_("错误码 50200，拔插后变成 50070，换一个读卡器就好。"),
                hint=_("从左到右试演示按钮，每试一次，看控件的原文怎么变。"),
            ),
            Scenario(
                code="C-108",
                persona="P17",
                minutes=1,
                icon="pc",
                title=_("没有检测到客户端控件"),
                line=_("Err:Base60408，重启控件后恢复。"),
                mended=(DeskPart.READER, DeskPart.CONTACT),
                broken=(DeskPart.CONTROL,),
            ),
            Scenario(
                code="C-104",
                persona="P17",
                minutes=2,
                icon="card",
                title=_("读到的卡片无效"),
                line=_("重启控件、清缓存、重装控件，按顺序处理。"),
                mended=(DeskPart.READER, DeskPart.CONTACT),
                broken=(DeskPart.CARD,),
            ),
            Scenario(
                code="C-107",
                persona="P18",
                minutes=1,
                icon="clock",
                title=_("身份认证第三步没有通过"),
                line=_("电脑时间不准，校准后就能登录。"),
            ),
            Scenario(
                code="C-109",
                persona="P05",
                minutes=2,
                icon="lock",
                title=_("解锁后要先改密码"),
                line=_("卡刚解锁，登录后先改掉 8 个 8。"),
                unlocked=True,
                hint=_("制卡中心已经解锁。用 8 个 8 登录，就会要求修改卡密码。"),
            ),
            Scenario(
                code="C-110",
                persona="P05",
                minutes=2,
                icon="lock",
                title=_("新密码不能用"),
                line=_("新密码填成 8 个 8，提示换一个。"),
                unlocked=True,
                hint=_("用 8 个 8 登录，新密码也填 8 个 8，就会看到提示。"),
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
        slug="account",
        title=_("账号、认证与电脑"),
        tone="er",
        scenarios=(
            Scenario(
                code="R-403",
                persona="P16",
                minutes=3,
                icon="user",
                title=_("账号未激活"),
                line=_("用户名登录被拒，用卡登录一次、设置密码，再用用户名登录。"),
                entrance="login-password",
                hint=_("用页面上的用户名和登录密码登录，会提示账号还没有激活。"),
            ),
            Scenario(
                code="R-404",
                persona="P19",
                minutes=3,
                icon="user",
                title=_("组织机构代码已存在"),
                line=_("注册时提示已存在，用手机号即刻找回用户名，或人工资料审核 1–3 天。"),
                entrance="register",
                hint=_("直接点“下一步”，会提示组织机构代码已存在。"),
            ),
            Scenario(
                code="R-402",
                persona="P19",
                minutes=1,
                icon="id",
                title=_("信息与库中不一致"),
                line=_("法定代表人写错，与库中信息不匹配。"),
                entrance="register",
                hint=_("把法定代表人改成别的姓名，再点“下一步”。"),
            ),
            Scenario(
                code="R-405",
                persona="P01",
                minutes=1,
                icon="id",
                title=_("认证过了仍提示没成功"),
                line=_("逐项检查后回来再提交，就通过了。"),
                weather=(("confirm_application", "fault:R-405", 1),),
                until=State.AWAITING_CONFIRMATION,
                signed_in=True,
            ),
            Scenario(
                code="R-406",
                persona="P01",
                minutes=1,
                icon="user",
                title=_("用户名或密码不对"),
                line=_("不区分是哪一个错，提示找回办法。"),
                entrance="login-password",
                hint=_("随意填一个用户名和密码。"),
            ),
            Scenario(
                code="phone",
                persona="P20",
                minutes=2,
                icon="phone",
                label=_("手机"),
                title=_("手机或微信打开"),
                line=_("手机不能插卡，到电脑上接着办；没有卡的先用用户名查看。"),
                tone="wa",
                entrance="handover",
            ),
            Scenario(
                code="E-001",
                persona="P01",
                minutes=1,
                icon="pc",
                title=_("浏览器版本过低"),
                line=_("用很旧的浏览器打开自检页会看到什么。"),
                entrance="/check/?as=old",
            ),
            Scenario(
                code="E-002",
                persona="P01",
                minutes=1,
                icon="info",
                title=_("sl.symcb.com 提示"),
                line=_("安全认证地址访问不到，可以忽略。"),
                broken=(DeskPart.SYMCB,),
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
                code="A-202",
                persona="P08",
                minutes=2,
                icon="doc",
                title=_("没有待确认投保单"),
                line=_("逐项检查网址、路径、是否发布，发布后就能办。"),
                signed_in=True,
            ),
            Scenario(
                code="A-203",
                persona="P01",
                minutes=1,
                icon="doc",
                title=_("联系人信息没有被接受"),
                line=_("中国信保没有接受联系人，改好再交。"),
                weather=(("confirm_application", "fault:A-203", 1),),
                hint=_("填好第 1 步并提交，就会看到提示。再提交一次就能通过。"),
                until=State.AWAITING_CONFIRMATION,
                signed_in=True,
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
                code="S-302",
                persona="P01",
                minutes=1,
                icon="seal",
                title=_("制章失败，还没有印章"),
                line=_("去印章管理新增，再回到流程。"),
                weather=(("make_seal", "fault:S-302", 1),),
                hint=_("点“保存印章并生成协议”，就会看到提示。"),
                until=State.AWAITING_SEAL,
                signed_in=True,
            ),
            Scenario(
                code="G-501",
                persona="P11",
                minutes=2,
                icon="sign",
                title=_("协议显示空白"),
                line=_("自动换成文字版，照样能签；清缓存后可以重试 PDF。"),
                until=State.AWAITING_SIGNATURE,
                signed_in=True,
                whole=True,
            ),
            Scenario(
                code="G-502",
                persona="P01",
                minutes=1,
                icon="sign",
                title=_("签署要用法人卡"),
                line=_("用用户名登录，只能看不能签。"),
                until=State.AWAITING_SIGNATURE,
                entrance="login-password",
                hint=_("用页面上的用户名登录，打开待签署的协议。"),
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
                code="P-601",
                persona="P12",
                minutes=3,
                icon="clock",
                title=_("审核遇上长假，保单迟到"),
                line=_("审核跨过长假，送达超过 2 个工作日，可以催办。"),
                until=State.UNDER_REVIEW,
                signed_in=True,
                days=3,
                whole=True,
                hint=_("三步已办完，长假已过，审核完成后又过了 3 个工作日。"),
            ),
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
    Group(
        slug="system",
        title=_("系统与网络"),
        tone="",
        scenarios=(
            Scenario(
                code="X-702",
                persona="P01",
                minutes=2,
                icon="clock",
                title=_("登录超时，内容已保存"),
                line=_("提交时登录已过期，重新登录后内容都在。"),
                hint=_("填好第 1 步，在新窗口打开“单一窗口一侧”，点“让登录过期”，再回来提交。"),
                until=State.AWAITING_CONFIRMATION,
                signed_in=True,
            ),
            Scenario(
                code="X-703",
                persona="P01",
                minutes=1,
                icon="copy",
                title=_("同一次提交到了两次"),
                line=_("只按一次办理。"),
                hint=_("办完第 2 步后按浏览器的后退，再提交一次。"),
                until=State.AWAITING_SEAL,
                signed_in=True,
            ),
            Scenario(
                code="X-704",
                persona="P01",
                minutes=1,
                icon="reset",
                title=_("系统暂时没有响应"),
                line=_("答复在路上丢了。再按一次，只办一次。"),
                weather=(("make_seal", "lost-after", 1),),
                hint=_("点“保存印章并生成协议”，会看到没有响应；再点一次就能查清结果。"),
                until=State.AWAITING_SEAL,
                signed_in=True,
            ),
            Scenario(
                code="X-705",
                persona="P01",
                minutes=1,
                icon="info",
                title=_("现在还不能办这一步"),
                line=_("进度和页面不一致时，回到当前步骤。"),
                weather=(("make_seal", "fault:X-705", 1),),
                hint=_("点“保存印章并生成协议”，就会看到提示。"),
                until=State.AWAITING_SEAL,
                signed_in=True,
            ),
            Scenario(
                code="X-706",
                persona="P01",
                minutes=1,
                icon="copy",
                title=_("已经用另一份内容提交过"),
                line=_("系统只接受第一份。"),
                weather=(("make_seal", "fault:X-706", 1),),
                hint=_("点“保存印章并生成协议”，就会看到提示。"),
                until=State.AWAITING_SEAL,
                signed_in=True,
            ),
            Scenario(
                code="X-707",
                persona="P01",
                minutes=1,
                icon="lock",
                title=_("尝试次数太多"),
                line=_("短时间登录太多次，先停一停。"),
                entrance="login-password",
                weather=(("sign_in_with_password", "fault:X-707", 1),),
                hint=_("用页面上的用户名和登录密码登录，会提示尝试次数太多。"),
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
