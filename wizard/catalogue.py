"""The catalogue of faults: for every code its cause, what to do now, who can fix it, which answer.

The texts are design.md §6 and the source's own advice (domain.md §7). `faq` is the id of the
answer at `/faq/<id>/`; a test holds it and the help site's own table of codes together.
"""

from __future__ import annotations

import dataclasses
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wizard.singlewindow.faults import Fault, FaultCode

Text = Promise | str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AdviceAction:
    """The primary way on: a link, or a POST button where `post` is set."""

    text: str
    url: str
    post: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """An explanation as `partials/fault.html` draws it."""

    code: str
    title: str
    cause: str
    steps: tuple[str, ...]
    who: str
    action: AdviceAction | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """One fault as the exporter reads it.

    `action_url` is the name of a URL without arguments; empty means that the page's own button is
    the action. `faq` is empty where the help site has no entry. `plain` is the title where the
    facts that `title` names were not told.
    """

    code: FaultCode
    title: Text
    cause: Text
    steps: tuple[Text, ...]
    who: Text
    action: Text = ""
    action_url: str = ""
    faq: str = ""
    plain: Text = ""

    def advise(self, *, back: str = "") -> Advice:
        """Ready to be drawn: the action as an address, which leads back to `back` where it can.

        An action without a page of its own leads to the answer.
        """
        action = None
        if self.action:
            url = reverse(self.action_url) if self.action_url else f"/faq/{self.faq}/"
            if back and self.action_url:
                url = f"{url}?{urlencode({'next': back})}"
            action = AdviceAction(text=str(self.action), url=url)
        return Advice(
            code=self.code.value,
            title=str(self.title),
            cause=str(self.cause),
            steps=tuple(str(step) for step in self.steps),
            who=str(self.who),
            action=action,
        )

    def filled(self, facts: dict[str, str | int | bool]) -> Explanation:
        """The same with `{tries_left}` and other facts in the title, or with the plain title."""
        title = str(self.title)
        for name, value in facts.items():
            title = title.replace("{" + name + "}", str(value))
        return dataclasses.replace(self, title=self.plain if "{" in title else title)


YOURSELF: Final = _("您自己就能处理")
CARD_CENTRE: Final = _("当地电子口岸制卡中心")
HOTLINE: Final = _("单一窗口客服 12360 或 010-95198")
SPECIALIST: Final = _("中国信保小微专员")
COLLEAGUE: Final = _("本企业持有法人卡的同事")
WAIT: Final = _("不用找人，稍等片刻再试")

_ALL: Final = (
    Explanation(
        code=FaultCode.BROWSER_TOO_OLD,
        title=_("浏览器版本过低，页面可能显示不全"),
        cause=_("当前电脑或浏览器不符合系统环境要求。"),
        steps=(
            _("换用 Chrome 浏览器，或把 360、QQ 浏览器切换到极速模式"),
            _("更新后重新打开本页"),
        ),
        who=YOURSELF,
        action=_("检测我的电脑"),
        action_url="check",
        faq="system-requirements",
    ),
    Explanation(
        code=FaultCode.SYMCB_NOTICE,
        title=_("sl.symcb.com 提示可以忽略"),
        cause=_("控件访问不到一个安全认证地址，不影响确认投保。"),
        steps=(_("关闭提示，继续登录"),),
        who=YOURSELF,
        action=_("继续登录"),
        action_url="login",
        faq="symcb-port-80-warning",
    ),
    Explanation(
        code=FaultCode.OPERATOR_CARD,
        title=_("这是操作员卡，投保要用法人卡"),
        cause=_("操作员卡和无卡用户只能查看，不能确认投保、制章、签署和收悉。"),
        steps=(
            _("退出登录，拔下当前的卡"),
            _("插入本企业的法人卡，输入法人卡的密码"),
            _("登录后从原来的步骤继续，已填内容都在"),
        ),
        who=COLLEAGUE,
        action=_("退出登录，换法人卡"),
        action_url="login-blocked",
        faq="operator-card-allowed",
    ),
    Explanation(
        code=FaultCode.WRONG_PIN,
        title=_("卡密码不对，还可以尝试 {tries_left} 次"),
        plain=_("卡密码不对"),
        cause=_("输入的密码和卡里的不一致。连续输错 3–5 次（各地不同），卡会被锁定。"),
        steps=(
            _("没改过密码的，试试 8 个 8"),
            _("记不清就先别再试，联系制卡中心重置。“忘记密码”找回的是账户密码，不是卡密码"),
        ),
        who=CARD_CENTRE,
        faq="forgot-card-password",
    ),
    Explanation(
        code=FaultCode.CARD_LOCKED,
        title=_("这张法人卡已被锁定，暂时不能登录"),
        cause=_("密码连续输错次数过多（3–5 次，各地不同）。"),
        steps=(
            _("联系当地电子口岸制卡中心办理解锁"),
            _("解锁后密码恢复为 8 个 8，登录时要先改成新的 8 位数字密码"),
            _("用新密码登录。投保单不受影响，进度已保留"),
        ),
        who=CARD_CENTRE,
        action=_("查看解锁办法"),
        faq="legal-card-locked",
    ),
    Explanation(
        code=FaultCode.CARD_INVALID,
        title=_("读到的卡片无效"),
        cause=_("客户端控件异常，或者卡本身有问题。"),
        steps=(
            _("双击桌面上的“中国电子口岸客户端控件重新启动”"),
            _("清除浏览器缓存，退出后重新登录"),
            _("仍然无效，卸载控件，重新下载安装"),
            _("还是不行，向制卡中心咨询"),
        ),
        who=CARD_CENTRE,
        faq="card-invalid-at-login-control",
    ),
    Explanation(
        code=FaultCode.CARD_EXPIRED,
        title=_("这张法人卡已过期"),
        cause=_("卡的有效期已过，需要到制卡中心更新。"),
        steps=(
            _("联系当地电子口岸制卡中心办理更新"),
            _("更新后重新登录，已填内容都在"),
        ),
        who=CARD_CENTRE,
        action=_("联系制卡中心"),
        action_url="faq:contact",
        faq="legal-card-expired",
    ),
    Explanation(
        code=FaultCode.CARD_NOT_READ,
        title=_("没有读到卡"),
        cause=_("读卡器没有接好，或者电脑、读卡器有问题。"),
        steps=(
            _("把读卡器和卡都拔下，重新插入"),
            _("还是读不到，换一台电脑再试"),
            _("排除电脑原因后，可能要换一个读卡器"),
        ),
        who=YOURSELF,
        action=_("拔插后重试"),
        action_url="login-card",
        faq="card-read-error",
    ),
    Explanation(
        code=FaultCode.CLOCK_WRONG,
        title=_("身份认证第三步没有通过"),
        cause=_("电脑的日期或时间和当前时间不符。"),
        steps=(
            _("打开电脑的日期和时间设置，打开“自动设置时间”"),
            _("时间对了以后，回到本页重新登录"),
        ),
        who=YOURSELF,
        action=_("校准电脑时间"),
        action_url="check",
        faq="auth-step3-failed",
    ),
    Explanation(
        code=FaultCode.CONTROL_MISSING,
        title=_("没有检测到客户端控件"),
        cause=_("“中国电子口岸客户端控件”没有安装，或者没有运行。"),
        steps=(
            _("下载并安装控件，按提示完成后重启电脑"),
            _("已经安装的，双击桌面上的“客户端控件重新启动”"),
            _("重新打开浏览器登录"),
        ),
        who=YOURSELF,
        action=_("检测我的电脑"),
        action_url="check",
        faq="guide-2-card-login",
    ),
    Explanation(
        code=FaultCode.PIN_CHANGE_REQUIRED,
        title=_("先修改卡密码，再继续办理"),
        cause=_("卡刚解锁或更新过，密码是初始的 8 个 8。"),
        steps=(_("设置新的 8 位数字密码，并记牢"), _("改好后从原来的步骤继续")),
        who=YOURSELF,
        action=_("修改卡密码"),
        action_url="change-pin",
        faq="legal-card-locked",
    ),
    Explanation(
        code=FaultCode.PIN_NOT_ALLOWED,
        title=_("新密码不能用，请换一个"),
        cause=_("新密码要是 8 位数字，不能是初始密码，也不能和旧密码相同。"),
        steps=(_("换一个 8 位数字，不用 8 个 8 或 8 个 0"),),
        who=YOURSELF,
        faq="legal-card-locked",
    ),
    Explanation(
        code=FaultCode.NOT_CERTIFIED,
        title=_("企业还没有完成实名认证"),
        cause=_("三种认证方式都还没有成功的记录，所以没有提交投保。"),
        steps=(
            _("打开“企业实名认证”，任选一种方式完成认证"),
            _("认证成功后会回到本页，已填内容都在"),
        ),
        who=YOURSELF,
        action=_("去企业实名认证"),
        action_url="verify",
        faq="where-is-certification-page",
    ),
    Explanation(
        code=FaultCode.REGISTRY_MISMATCH,
        title=_("填写的信息与库中不一致"),
        cause=_("组织机构代码、法人姓名或法人证件号码与库中信息不匹配。"),
        steps=(
            _("先检查有没有写错"),
            _("没有写错，联系单一窗口客服核对库中信息"),
        ),
        who=HOTLINE,
        action=_("联系单一窗口客服"),
        action_url="faq:contact",
        faq="registry-info-mismatch",
    ),
    Explanation(
        code=FaultCode.ACCOUNT_NOT_ACTIVATED,
        title=_("账号还没有激活"),
        cause=_("账号是以前用卡登录时自动生成的，还没有用卡激活、设置密码。"),
        steps=(
            _("插入电子口岸法人卡，用卡介质登录一次"),
            _("设置密码后，才能用用户名和密码登录"),
        ),
        who=YOURSELF,
        action=_("用卡登录激活"),
        action_url="login-card",
        faq="account-not-activated",
    ),
    Explanation(
        code=FaultCode.ORG_CODE_EXISTS,
        title=_("组织机构代码已存在"),
        cause=_("贵公司以前注册过单一窗口。"),
        steps=(
            _("向同事问到用户名和密码，直接登录"),
            _("问不到的，用“忘记用户名”“忘记密码”找回，人工资料审核要 1–3 天"),
        ),
        who=YOURSELF,
        action=_("找回用户名"),
        action_url="find-username",
        faq="org-code-exists",
    ),
    Explanation(
        code=FaultCode.SHOWN_UNCERTIFIED,
        title=_("认证过了仍提示没认证成功"),
        cause=_("可能是企业信息变更、用错卡，或者浏览器缓存。"),
        steps=(
            _("看三种认证方式是否有一项显示认证成功"),
            _("企业或法人信息有变更的，修改后再认证一次"),
            _("检查是不是用操作员卡登录"),
            _("清理浏览器缓存"),
        ),
        who=YOURSELF,
        action=_("逐项检查"),
        action_url="verify",
        faq="certified-but-shown-uncertified",
    ),
    Explanation(
        code=FaultCode.WRONG_PASSWORD,
        title=_("用户名或密码不对"),
        cause=_("用户名和密码没有对上。为了安全，这里不区分是哪一个。"),
        steps=(
            _("检查大小写和多余的空格，再试一次"),
            _("想不起来，用原先绑定的手机号可即刻找回；手机号也忘了，人工资料审核要 1–3 天"),
        ),
        who=YOURSELF,
        faq="forgot-username",
    ),
    Explanation(
        code=FaultCode.EMAIL_REJECTED,
        title=_("邮箱里有单一窗口不支持的符号，请换一个邮箱"),
        cause=_(
            "单一窗口的邮箱不能有下划线、中划线和其他特殊符号。这是平台的限制，不是您的邮箱有问题。"
        ),
        steps=(_("换一个只含字母、数字和点的邮箱"),),
        who=YOURSELF,
        faq="email-format-error",
    ),
    Explanation(
        code=FaultCode.NO_PENDING_APPLICATION,
        title=_("没有待确认投保单"),
        cause=_("可能是网址不对、路径不对，或者投保单还没有发布。"),
        steps=(
            _("确认网址是 www.singlewindow.cn，不是地方单一窗口"),
            _("确认路径：金融服务 – 出口信用 – 小微投保"),
            _("向中国信保确认是否符合申请资格、投保单是否发布"),
        ),
        who=SPECIALIST,
        faq="pending-application-empty",
    ),
    Explanation(
        code=FaultCode.CONTACT_REJECTED,
        title=_("联系人信息没有被接受"),
        cause=_("中国信保没有接受其中一项，所以没有提交投保。"),
        steps=(_("检查标出的一项，改好后再提交"),),
        who=YOURSELF,
        faq="guide-4-confirm-application",
    ),
    Explanation(
        code=FaultCode.SEAL_EXISTS,
        title=_("印章没有生成：系统里已有一枚旧印章"),
        cause=_("旧印章还在启用，但已经不能使用，所以新印章没有生成。"),
        steps=(
            _("在印章管理里选中旧印章，停用印章"),
            _("停用后删除印章"),
            _("新增印章，完成后会回到本步"),
        ),
        who=YOURSELF,
        action=_("去印章管理处理"),
        action_url="seals",
        faq="seal-making-error",
    ),
    Explanation(
        code=FaultCode.SEAL_MISSING,
        title=_("印章没有生成：还没有印章"),
        cause=_("系统里没有可用的企业印章。"),
        steps=(_("在印章管理里新增印章，完成后会回到本步"),),
        who=YOURSELF,
        action=_("新增印章"),
        action_url="seals",
        faq="seal-making-error",
    ),
    Explanation(
        code=FaultCode.AGREEMENT_BLANK,
        title=_("协议没有显示出来，已换成文字版"),
        cause=_("通常是浏览器缓存的问题。文字版与 PDF 内容相同。"),
        steps=(
            _("可以继续阅读文字版并签署"),
            _("想看 PDF，清除缓存后重新登录，或者换一个浏览器"),
        ),
        who=YOURSELF,
        faq="agreement-blank",
    ),
    Explanation(
        code=FaultCode.SIGNING_NEEDS_LEGAL_CARD,
        title=_("签署要用法人卡"),
        cause=_("当前不是用法人卡登录，协议没有签署。"),
        steps=(
            _("插入法人卡，退出登录后重新登录"),
            _("登录后能看到“印章管理”，就是法人卡"),
        ),
        who=COLLEAGUE,
        action=_("退出登录，换法人卡"),
        action_url="login-blocked",
        faq="auth-check-legal-card",
    ),
    Explanation(
        code=FaultCode.DELIVERY_LATE,
        title=_("审核完成已超过 2 个工作日"),
        cause=_("保单送达比平时慢。您已提交的内容都在，不用重新办理。"),
        steps=(_("联系小微专员催办，报投保申请号"),),
        who=SPECIALIST,
        action=_("联系小微专员"),
        action_url="faq:contact",
        faq="where-is-policy",
    ),
    Explanation(
        code=FaultCode.OTHER_WINDOW,
        title=_("另一个窗口已经办到第 {step} 步"),
        plain=_("另一个窗口已经办过这一步"),
        cause=_("同一份投保申请在别的窗口或由同事办过了。本窗口的内容没有提交。"),
        steps=(_("关闭多余的窗口，从下面继续"),),
        who=YOURSELF,
    ),
    Explanation(
        code=FaultCode.SESSION_EXPIRED,
        title=_("登录已超时，内容已保存"),
        cause=_("较长时间没有操作，为了安全自动退出了登录。"),
        steps=(_("重新登录，从原来的步骤继续"),),
        who=YOURSELF,
        action=_("重新登录，继续办理"),
        action_url="login",
    ),
    Explanation(
        code=FaultCode.SUBMITTED_TWICE,
        title=_("已经提交过了，不用再提交"),
        cause=_("同一次提交到了两次，只按一次办理。"),
        steps=(_("继续办理下一步"),),
        who=YOURSELF,
    ),
    Explanation(
        code=FaultCode.NO_RESPONSE,
        title=_("系统暂时没有响应"),
        cause=_("单一窗口没有回答，这一步是否完成还不清楚。填写的内容已保存，不会重复办理。"),
        steps=(
            _("等一会儿，再按一次同一个按钮，系统会先查清上一次的结果"),
            _("一直没有响应，拨打客服电话，报代码和申请号"),
        ),
        who=WAIT,
    ),
    Explanation(
        code=FaultCode.OUT_OF_ORDER,
        title=_("现在还不能办这一步"),
        cause=_("投保申请的进度和本页不一致。"),
        steps=(_("返回服务中心，从当前步骤继续"),),
        who=YOURSELF,
        action=_("返回服务中心"),
        action_url="centre",
    ),
    Explanation(
        code=FaultCode.KEY_REUSED,
        title=_("这一步已经用另一份内容提交过"),
        cause=_("同一步有两份不同的内容，系统只接受第一份。"),
        steps=(_("返回服务中心，查看已提交的内容"),),
        who=YOURSELF,
        action=_("返回服务中心"),
        action_url="centre",
    ),
    Explanation(
        code=FaultCode.TOO_MANY_ATTEMPTS,
        title=_("尝试次数太多，请稍后再试"),
        cause=_("短时间内从同一个网络登录的次数太多，为了安全先停一停。"),
        steps=(_("等 5 分钟后再登录"), _("忘记密码的，不要反复试，先看找回办法")),
        who=WAIT,
        faq="forgot-card-password",
    ),
)

CATALOGUE: Final[dict[FaultCode, Explanation]] = {entry.code: entry for entry in _ALL}
# Where the same refusal means something else in one step.
AT_STEP: Final[dict[tuple[str, FaultCode], Explanation]] = {
    ("agreement", FaultCode.SEAL_MISSING): dataclasses.replace(
        CATALOGUE[FaultCode.SEAL_MISSING],
        title=_("协议还不能签署：原来的印章已停用或删除"),
        cause=_("签署要用一枚启用中的印章，现在没有。您填写和确认过的内容都在。"),
        steps=(
            _("去印章管理，按页面提示删除旧印章，再新增印章"),
            _("新增后会回到本步，用新印章签署"),
        ),
        action=_("去印章管理处理"),
    ),
}


def explain(fault: Fault | FaultCode, *, step: str = "") -> Explanation:
    """The explanation of a fault, its facts filled in; of a code alone, for any facts.

    `step`: the slug of the step that was refused, if it was one.
    """
    if isinstance(fault, FaultCode):
        return AT_STEP.get((step, fault), CATALOGUE[fault])
    return AT_STEP.get((step, fault.code), CATALOGUE[fault.code]).filled(fault.facts)


def unread(*, again: str, sent: bool = False) -> Advice:
    """X-704 where a page has nothing to show, and `again` asks once more.

    `sent`: something was handed in just before; what became of it will stand there.
    """
    said = _silence(
        _("刚才的操作有没有办成还不清楚，再查一次就能看到结果，不会重复办理。")
        if sent
        else _("本页的内容现在查不到。您没有提交任何内容，已保存的进度不受影响。"),
        _("等一会儿，再查一次"),
        _("一直没有响应，拨打客服电话，报代码和申请号"),
    )
    return dataclasses.replace(said, action=AdviceAction(text=gettext("再查一次"), url=again))


def silent(*, again: str, posted: bool) -> Advice:
    """X-704 on a page that only asks: at a look `unread`, after a button `unanswered`."""
    return unanswered() if posted else unread(again=again)


def unanswered() -> Advice:
    """X-704 after a question that leaves nothing behind: a sign-in, a look into the registers."""
    return _silence(
        _("这一次没有得到答复，什么也没有办。已保存的进度不受影响。"),
        _("等一会儿，再按一次同一个按钮"),
        _("一直没有响应，拨打客服电话，报代码"),
    )


def _silence(cause: Promise, *steps: Promise) -> Advice:
    """X-704 with other words where nothing is left to be settled under a key."""
    return dataclasses.replace(
        CATALOGUE[FaultCode.NO_RESPONSE],
        title=_("单一窗口暂时没有响应"),
        cause=cause,
        steps=steps,
    ).advise()


def type_again(*, button: str) -> Advice:
    """X-704 after a secret was handed in, which is kept nowhere: typed once more it settles it."""
    again = gettext("等一会儿，把同样的密码再填一次，点“%(button)s”。系统会先查清上一次的结果")
    said = CATALOGUE[FaultCode.NO_RESPONSE].advise()
    return dataclasses.replace(
        said,
        cause=gettext("单一窗口没有回答，密码有没有设好还不清楚。"),
        steps=(again % {"button": button}, *said.steps[1:]),
    )
