"""What is to be said about a checked file, in words for somebody who has never seen a signature."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _

from wizard import papers, sealing, vault
from wizard.documents import texts
from wizard.documents.signing import apart
from wizard.documents.signing.differences import Change, Differences
from wizard.documents.signing.verification import Comparison, Finding, Flaw, Report, Term
from wizard.models import Document
from wizard.templatetags.ui import moment

PDF_MARK: Final = b"%PDF-"
PDF_MARK_WITHIN: Final = 1024  # bytes; as readers look for it (ISO 32000-1, H.3)
ROLES: Final = {f"sig-{party.value}": role for party, role in sealing.ROLES.items()}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the page says first. `tone`: ok, wa or er, as the classes of a note.

    `paper`: which of ours the file is or comes from; `report`: with what the comparison showed.
    """

    tone: str
    headline: str
    report: Report
    paper: Document | None = None
    sentences: tuple[str, ...] = ()

    @property
    def icon(self) -> str:
        """The drawing that goes with the tone."""
        return {"ok": "ok", "wa": "info"}.get(self.tone, "bad")

    @property
    def advice(self) -> str:
        """What to do now; nothing where all is well or the sentences say it."""
        if self.tone == "ok" or not self.report.readable:
            return ""
        if self.tone == "wa":
            return (
                _("请以最后的版本为准，向发来文件的一方要签署完的那一份。")
                if self.paper
                else _("先向发来文件的一方问清来源，再决定是否采用。")
            )
        if self.paper and self.paper.sha256 == self.report.sha256:
            return _("不要按这份文件办理。请签署人换新证书再签一次；仍有疑问请拨打 010-95198。")
        if self.paper:
            return _(
                "不要按这份文件办理。向发来文件的一方要原件，再核验一次；仍有疑问请拨打 010-95198。"
            )
        return _("不要把它当作本系统的文件。核对页脚上的验真码，或者拨打 010-95198 询问。")


def judge(content: bytes, report: Report, claimed: Document | None) -> Verdict:
    """Which of our papers the bytes are, or come from, and what that means.

    `claimed`: the paper whose short id stands in the file. Raises `apart.TooHard`.
    """
    same = Document.objects.filter(sha256=report.sha256).order_by("-pk").first()
    if same is not None:
        return _of_ours(same, report)
    if report.encrypted or not report.readable:
        return Verdict(
            tone="er",
            headline=_("这个文件不能核验"),
            report=report,
            sentences=(_why_unreadable(content, report),),
        )
    origin = Document.objects.filter(sha256__in=report.prefixes).order_by("-pk").first()
    newest = newest_of(origin or claimed)
    if newest is not None:
        return _of_other_bytes(newest, content, report, rewritten=origin is None)
    return _foreign(report)


def _why_unreadable(content: bytes, report: Report) -> str:
    if report.encrypted:
        return _("它加了密码或者权限保护。本系统出具的文件都不加密，请向对方要未加密的原件")
    if PDF_MARK not in content[:PDF_MARK_WITHIN]:
        return _("它不是 PDF 文件。本系统出具的文件都是 PDF，图片、扫描件和压缩包不能核验")
    return _("它不是完整的 PDF，或者已经损坏、被截断。请重新下载原件后再试")


def _of_ours(paper: Document, report: Report) -> Verdict:
    """The very bytes that were issued; still, a certificate may have been revoked since."""
    bad = _troubles(report)
    newest = newest_of(paper)
    if bad:
        return Verdict(
            tone="er",
            headline=_("签名已不可信"),
            report=report,
            paper=paper,
            sentences=tuple(bad),
        )
    if newest is not None and newest.pk != paper.pk:
        sentence = _("这份文件由本系统出具，没有改动；之后又有签署，最后的版本是“%(title)s”")
        said = sentence % {"title": newest.get_kind_display()}
        return Verdict(
            tone="wa",
            headline=_("文件真实，但不是最后的版本"),
            report=report,
            paper=paper,
            sentences=(said, *_missing(newest, report), *_revoked_since(report)),
        )
    return Verdict(
        tone="ok",
        headline=_("文件真实，没有改动"),
        report=report,
        paper=paper,
        sentences=(_("指纹（SHA-256）与本系统出具时登记的一致"), *_revoked_since(report)),
    )


def _revoked_since(report: Report) -> list[str]:
    """What a revocation after the signature means: for that signature nothing (电子签名法 §15)."""
    sentence = _(
        "“%(who)s”的证书后来被吊销（%(at)s）。签名在吊销以前已有时间戳，仍然有效；以后的签名不再有效"
    )
    return [
        sentence % {"who": name_of(one), "at": moment(one.revoked_at)}
        for one in report.findings
        if one.revoked_at and not one.revoked
    ]


def _of_other_bytes(paper: Document, content: bytes, report: Report, *, rewritten: bool) -> Verdict:
    """Bytes that come from a paper of ours, or say so, and are not those that were issued."""
    said = []
    try:
        issued = vault.read(paper.sha256)
    except vault.DocumentDamaged:
        issued = b""
    if issued.startswith(content.rstrip(b"\r\n")):
        said.append(_("文件被截回到较早的版本，后来的内容和签名被去掉了"))
    elif issued and content.startswith(issued):
        said.append(_("出具以后，文件末尾又追加了内容"))
    elif issued:
        found = apart.compare(issued, content)
        said.append(_beside(found, rewritten=rewritten))
        report = _with_swapped(report, found)
    said += _missing(paper, report)
    said += _troubles(report)
    for finding in report.findings:
        if finding.field == "sig-exporter" and finding.code not in {"", paper.application.uscc}:
            said.append(_("投保企业的签名用的不是这家企业的证书"))
    if not said:
        said.append(_("指纹（SHA-256）与本系统出具时登记的不一致"))
    return Verdict(
        tone="er",
        headline=_("这个文件与本系统出具的不一致"),
        report=report,
        paper=paper,
        sentences=tuple(said),
    )


def _foreign(report: Report) -> Verdict:
    bad = _troubles(report)
    if bad:
        return Verdict(tone="er", headline=_("签名不可信"), report=report, sentences=tuple(bad))
    if _is_record(report):
        return Verdict(
            tone="ok",
            headline=_("操作记录真实，没有改动"),
            report=report,
            sentences=(
                _("它由平台方出具并签名。操作记录每次下载时生成，所以不登记指纹"),
                _("它只到出具的那一刻，以后的记录看本站的“操作记录”页"),
                *_revoked_since(report),
            ),
        )
    if report.findings:
        sentence = _("签名本身完好，但这个文件不是本系统出具的那一份：指纹（SHA-256）没有登记")
        return Verdict(
            tone="wa", headline=_("签名完好，文件未登记"), report=report, sentences=(sentence,)
        )
    sentence = _("文件里没有电子签名，指纹（SHA-256）也没有登记")
    return Verdict(
        tone="er", headline=_("这个文件不是本系统出具的"), report=report, sentences=(sentence,)
    )


def _is_record(report: Report) -> bool:
    """The platform operator alone signs nothing but 操作记录 (`sealing.record`)."""
    signers = [finding.signer for finding in report.findings]
    return signers == [texts.OPERATOR_SEAL.name] and not report.code


def newest_of(paper: Document | None) -> Document | None:
    """What a paper became once it was signed."""
    if paper is None:
        return None
    later = [signed for signed, before in papers.STANDS_ON.items() if before == paper.kind]
    found = Document.objects.filter(
        application=paper.application_id, round=paper.round, kind__in=later
    )
    return found.first() or paper


def missing_roles(paper: Document, report: Report) -> list[str]:
    """Who should have signed a paper and has not."""
    wanted = sealing.PARTIES.get(paper.kind, ())
    return [sealing.ROLES[party] for party in wanted if f"sig-{party.value}" not in report.fields]


def _missing(paper: Document, report: Report) -> list[str]:
    names = missing_roles(paper, report)
    return [_("缺少签名：%(names)s") % {"names": "、".join(names)}] if names else []


def _beside(found: Comparison, *, rewritten: bool) -> str:
    """How a file differs from the issued one; `rewritten`: no revision of ours is left in it."""
    if found.differences is None:
        return _("文件的结构被破坏，不能与本系统出具的文件逐页比较")
    what = {"what": "、".join(words(found.differences)), "n": found.bytes_off}
    if found.bytes_off is not None:
        if not found.differences.changes:
            return _("有 %(n)d 个字节与本系统出具的文件不同，页面、批注和表单没有变化") % what
        return _("有 %(n)d 个字节与本系统出具的文件不同，改动在：%(what)s") % what
    if not found.differences.changes:
        return _("文件被其他软件重新保存过：页面、批注和表单没有变化，但签名因此失效")
    if rewritten:
        return _("文件被其他软件重新保存过，与本系统出具的文件不同：%(what)s") % what
    return _("与本系统出具的文件不同：%(what)s") % what


def _with_swapped(report: Report, found: Comparison) -> Report:
    """A signature that is not the issued one says so, unless something plainer is wrong."""
    plainer = {Flaw.RANGE, Flaw.WRITING, Flaw.UNREADABLE}
    return dataclasses.replace(
        report,
        findings=tuple(
            dataclasses.replace(one, flaw=Flaw.OTHER_VALUE)
            if one.field in found.swapped and one.flaw not in plainer
            else one
            for one in report.findings
        ),
    )


def _troubles(report: Report) -> list[str]:
    """What is wrong with the signatures, one sentence for all that have the same trouble."""
    said: dict[str, list[Finding]] = {}
    for finding in report.findings:
        for sentence in _trouble(finding):
            said.setdefault(sentence, []).append(finding)
    spoken = [
        sentence % {"who": "、".join(f"“{name_of(one)}”" for one in findings)}
        for sentence, findings in said.items()
    ]
    if report.lasting and not report.lasting.sound:
        spoken.append(_("文档时间戳无效：盖上以后文件被改动，或者它不是本系统的时间戳服务签发的"))
    if report.unsigned_end and all(one.intact and not one.since.changes for one in report.findings):
        spoken.append(_("最后一个签名之后又追加了没有签名的内容"))
    return spoken


def _trouble(finding: Finding) -> Iterable[str]:
    """Sentences with a place for the name of the signer."""
    flaws = {
        Flaw.RANGE: _(
            "%(who)s的签名无效：文件在签署后被重新保存或者拼接过（签署范围 ByteRange 对不上）"
        ),
        Flaw.UNREADABLE: _("%(who)s的签名无效：签名值被清空或者损坏，读不出来"),
        Flaw.BYTES: _("%(who)s的签名无效：签署后文件的字节被改动，或者签名来自别的文件"),
        Flaw.VALUE: _("%(who)s的签名无效：签名值被改动，或者不是用这张证书签的"),
        Flaw.WRITING: _("%(who)s的签名值被改动：除了签名本身，还多出或者改动了字符"),
        Flaw.OTHER_VALUE: _("%(who)s的签名值与本系统出具时的不同：被改动过，或者签名来自别的文件"),
    }
    if finding.flaw:
        yield flaws[finding.flaw]
    if finding.revoked:
        if finding.stamped_at and finding.revoked_at:
            at = {"at": moment(finding.revoked_at)}
            yield "%(who)s" + _("的证书在签署以前已被吊销（%(at)s），签名无效") % at
        else:
            yield _("%(who)s的证书已被吊销，又没有可信的时间戳能证明签名在吊销以前，签名无效")
    elif finding.term is Term.EARLY:
        yield _("%(who)s的证书在签署时还没有生效，签名无效")
    elif finding.term is Term.LATE:
        yield _("%(who)s的证书在签署时已经过期，签名无效")
    elif finding.trusted is False:
        yield _("%(who)s的证书不是本系统的演示 CA 签发的，可能被调换")
    if finding.since.changes:
        what = "、".join(words(finding.since)).replace("%", "%%")
        yield _("%(who)s签署后，文件又被修改：") + what


def name_of(finding: Finding) -> str:
    """The signer by the certificate, or where it cannot be read by the place of the signature."""
    return finding.signer or ROLES.get(finding.field, finding.field)


def words(found: Differences) -> list[str]:
    """What differs, with the numbers of the pages."""
    said = []
    for pages, sentence in (
        (found.changed, _("页面内容（第 %(n)s 页）")),
        (found.added, _("插入了页面（现在的第 %(n)s 页）")),
        (found.gone, _("删除了页面（原来的第 %(n)s 页）")),
        (found.moved, _("页面顺序被调换（现在的第 %(n)s 页）")),
        (found.noted, _("批注（第 %(n)s 页）")),
    ):
        if pages:
            said.append(sentence % {"n": _numbers(pages)})
    others = {
        Change.FORM: _("表单"),
        Change.SIGNATURE: _("删除了签名"),
        Change.SEAL: _("签名处的印章图样"),
        Change.LAYER: _("图层（哪些内容显示、哪些隐藏）"),
        Change.ATTACHMENT: _("附件"),
        Change.ACTION: _("打开文件时自动执行的动作"),
        Change.OTHER: _("文件结构"),
    }
    return said + [text for change, text in others.items() if change in found.changes]


def _numbers(pages: Sequence[int]) -> str:
    """1、2、5–9"""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return "、".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else "、".join(map(str, run))  # noqa: PLR2004
        for run in runs
    )
