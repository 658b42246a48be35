"""The public verification page: an upload or a short id, and what is to be said about it.

Nothing that is uploaded is stored, not even for the length of the request on disk. What the page
says of a document of ours is its kind, hash, and who signed: nothing that a person is named by.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable
from typing import Any, Final

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from wizard import papers, sealing, vault
from wizard.account import throttle
from wizard.authority import demo_authority
from wizard.documents.signing import verification
from wizard.documents.signing.verification import Change, Finding, Report
from wizard.models import Document

Kind = Document.Kind
UPLOAD_LIMIT: Final = 5 * 1024 * 1024
TRIES: Final = 30  # uploads from one address in five minutes
LOOKUPS: Final = 60  # short ids from one address in five minutes
PUBLISHED_SECONDS: Final = 3600  # a revocation is noticed within an hour


class _Memory(FileUploadHandler):
    """Keeps the one file in memory and stops reading beyond the limit."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.parts: list[bytes] = []
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self.size += len(raw_data)
        if self.size > UPLOAD_LIMIT:
            self.parts = []
            raise StopUpload(connection_reset=False)
        self.parts.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:  # noqa: ARG002
        return None  # the bytes are read from `parts`: no file object outlives the request


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the page says first. `tone`: ok, wa or er, as the classes of a note."""

    tone: str
    headline: str
    sentences: tuple[str, ...] = ()

    @property
    def icon(self) -> str:
        """The drawing that goes with the tone."""
        return {"ok": "ok", "wa": "info"}.get(self.tone, "bad")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The form, and the way from a typed short id to its address."""
    typed = request.GET.get("code", "")
    if typed:
        code = normal_code(typed)
        if code:
            return redirect("verify-code", code=code)
        return _form(request, _("验真码是 12 位字母和数字，例如 3F2A-91BC-04DE，请核对"), 404)
    return _form(request)


@csrf_exempt  # so that the upload handler is in place before anything reads the body …
def upload(request: HttpRequest) -> HttpResponse:
    """Check an uploaded file. The answer is drawn at once: there is nothing to come back to."""
    if request.method != "POST":
        return redirect("verification")
    try:
        throttle.take(f"verify:{request.META.get('REMOTE_ADDR', '')}"[:120], limit=TRIES)
    except throttle.TooManyAttempts as full:
        return _busy(request, full.seconds)
    handler = _Memory(request)
    request.upload_handlers = [handler]
    return _checked(request, handler)


@csrf_protect  # … and the form's token is checked all the same
def _checked(request: HttpRequest, handler: _Memory) -> HttpResponse:
    _fields = request.POST  # reads the body through the handler
    if handler.size > UPLOAD_LIMIT:
        return _form(request, _("文件超过 5 MB。本系统出具的文件都不到 1 MB，请核对是否选错"), 413)
    content = b"".join(handler.parts)
    if not content:
        return _form(request, _("请选择要核验的 PDF 文件"), 400)
    authority = demo_authority()
    report = verification.examine(
        content, root=authority.authority_certificate(), revocations=authority.revocations()
    )
    paper, verdict = judge(content, report)
    context = _context(paper) | {
        "report": report,
        "verdict": verdict,
        "signatures": [_described(finding) for finding in report.findings],
    }
    return render(request, "verify/result.html", context)


@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the document with this short id; never the document itself."""
    try:
        throttle.take(f"verify-code:{request.META.get('REMOTE_ADDR', '')}"[:120], limit=LOOKUPS)
    except throttle.TooManyAttempts as full:
        return _busy(request, full.seconds)
    found = _newest(of_code(normal_code(code)))
    if found is None:
        return _form(
            request, _("没有找到这个验真码对应的文件，请核对文件页脚上的 12 位验真码"), 404
        )
    try:
        content = vault.read(found.sha256)
    except vault.DocumentDamaged:
        return _form(request, _("这份文件的存档暂时不能读取，请上传您手中的文件核验"), 503)
    authority = demo_authority()
    report = verification.examine(
        content, root=authority.authority_certificate(), revocations=authority.revocations()
    )
    context = _context(found) | {
        "code": papers.verify_code(normal_code(code)),
        "report": report,
        "signatures": [_described(finding) for finding in report.findings],
    }
    return render(request, "verify/code.html", context)


@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    """The demo CA's certificate, DER; certificates name this address as their issuer's."""
    content = demo_authority().authority_certificate()
    return _published(request, HttpResponse(content, content_type="application/pkix-cert"))


@require_safe
def revocations(request: HttpRequest) -> HttpResponse:
    """The certificate revocation list, DER; certificates name this address."""
    content = demo_authority().revocations()
    return _published(request, HttpResponse(content, content_type="application/pkix-crl"))


def _published(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With what caches need, or 304 where the caller has these very bytes."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:16]}"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=PUBLISHED_SECONDS)
    return get_conditional_response(request, etag=etag, response=response) or response


@csrf_exempt  # a protocol for programs (RFC 3161 §3.4), which hold no cookie
@require_POST
def time_stamp(request: HttpRequest) -> HttpResponse:
    """The time-stamp service over HTTP."""
    try:
        throttle.take(f"tsa:{request.META.get('REMOTE_ADDR', '')}"[:120], limit=LOOKUPS)
        answer = demo_authority().time_stamp(request.read(4097))
    except throttle.TooManyAttempts as full:
        return _busy(request, full.seconds)
    except verification.BROKEN:
        return HttpResponseBadRequest("not a time-stamp request", content_type="text/plain")
    return HttpResponse(answer, content_type="application/timestamp-reply")


def normal_code(typed: str) -> str:
    """The typed short id in its one form, or empty where it cannot be one."""
    bare = re.sub(r"[\s\-－—]", "", typed[:100]).lower()
    return bare if re.fullmatch(r"[0-9a-f]{12}", bare, re.ASCII) else ""


def of_code(code: str) -> Document | None:
    """The paper whose name begins with these digits."""
    if not code:
        return None
    return Document.objects.filter(key__gte=code, key__lt=code + "g").order_by("pk").first()


def judge(content: bytes, report: Report) -> tuple[Document | None, Verdict]:
    """Which of our papers the bytes are, or come from, and what that means."""
    same = Document.objects.filter(sha256=report.sha256).order_by("-pk").first()
    if same is not None:
        return same, _of_ours(same, report)
    origin = Document.objects.filter(sha256__in=report.prefixes).order_by("-pk").first()
    if not report.readable:
        return None, Verdict(
            tone="er",
            headline=_("这个文件不能核验"),
            sentences=(_("它不是完整的 PDF，或者已经损坏、被截断。请重新下载原件后再试"),),
        )
    bad = _troubles(report)
    newest = _newest(origin)
    if newest is not None:
        bad += _against(newest, content, report)
    if bad and newest is None:
        return None, Verdict(tone="er", headline=_("签名不可信"), sentences=tuple(bad))
    if newest is not None:
        return newest, Verdict(
            tone="er", headline=_("这个文件与本系统出具的不一致"), sentences=tuple(bad)
        )
    if report.findings:
        sentence = _("签名本身完好，但这个文件不是本系统出具的那一份：指纹（SHA-256）没有登记")
        return None, Verdict(tone="wa", headline=_("签名完好，文件未登记"), sentences=(sentence,))
    sentence = _("文件里没有电子签名，指纹（SHA-256）也没有登记")
    return None, Verdict(tone="er", headline=_("这个文件不是本系统出具的"), sentences=(sentence,))


def _of_ours(paper: Document, report: Report) -> Verdict:
    """The very bytes that were issued; still, a certificate may have been revoked since."""
    bad = _troubles(report)
    newest = _newest(paper)
    if bad:
        return Verdict(tone="er", headline=_("签名已不可信"), sentences=tuple(bad))
    if newest is not None and newest.pk != paper.pk:
        missing = _missing(newest, report)
        return Verdict(
            tone="wa",
            headline=_("文件真实，但不是最后的版本"),
            sentences=(
                _("这份文件由本系统出具，没有改动；之后又有签署，最后的版本是“%(title)s”")
                % {"title": newest.get_kind_display()},
                *missing,
            ),
        )
    return Verdict(
        tone="ok",
        headline=_("文件真实，没有改动"),
        sentences=(_("指纹（SHA-256）与本系统出具时登记的一致"),),
    )


def _newest(paper: Document | None) -> Document | None:
    """What a paper became once it was signed."""
    if paper is None:
        return None
    later = {
        Kind.AGREEMENT_DRAFT: (Kind.AGREEMENT,),
        Kind.POLICY: (Kind.POLICY_RECEIVED,),
    }.get(Kind(paper.kind), ())
    found = Document.objects.filter(
        application=paper.application_id, round=paper.round, kind__in=later
    )
    return found.first() or paper


def _against(paper: Document, content: bytes, report: Report) -> list[str]:
    """How the bytes differ from the paper that they come from."""
    said = []
    try:
        issued = vault.read(paper.sha256)
    except vault.DocumentDamaged:
        issued = b""
    if issued.startswith(content.rstrip(b"\r\n")):
        said.append(_("文件被截回到较早的版本，后来的内容和签名被去掉了"))
    elif issued and content.startswith(issued):
        said.append(_("出具以后，文件末尾又追加了内容"))
    said += _missing(paper, report)
    company = paper.application
    for finding in report.findings:
        if finding.field == "sig-exporter" and finding.code != company.uscc:
            said.append(_("投保企业的签名用的不是这家企业的证书"))
    if not said:
        said.append(_("指纹（SHA-256）与本系统出具时登记的不一致"))
    return said


def _missing(paper: Document, report: Report) -> list[str]:
    wanted = sealing.PARTIES.get(paper.kind, ())
    names = [sealing.ROLES[party] for party in wanted if f"sig-{party.value}" not in report.fields]
    return [_("缺少签名：%(names)s") % {"names": "、".join(names)}] if names else []


def _troubles(report: Report) -> list[str]:
    """What is wrong with the signatures, one sentence each."""
    said = []
    for finding in report.findings:
        who = {"who": finding.signer or finding.field}
        if not finding.intact:
            said.append(
                _("“%(who)s”的签名无效：签署后文件的字节被改动，或者签名来自别的文件") % who
            )
        elif finding.revoked:
            said.append(_("“%(who)s”的证书已被吊销") % who)
        elif not finding.trusted:
            said.append(_("“%(who)s”的证书不是本系统的演示 CA 签发的，可能被调换") % who)
        if finding.changes:
            what = "、".join(_changes(finding.changes))
            said.append(_("“%(who)s”签署后，文件又被修改：%(what)s") % (who | {"what": what}))
    if report.unsigned_end and not any(finding.changes for finding in report.findings):
        said.append(_("最后一个签名之后又追加了没有签名的内容"))
    return said


def _changes(changes: Iterable[Change]) -> list[str]:
    words = {
        Change.PAGE: _("页面内容"),
        Change.ANNOTATION: _("批注"),
        Change.FORM: _("表单"),
        Change.OTHER: _("文件结构"),
    }
    return [words[change] for change in sorted(changes)]


def _described(finding: Finding) -> dict[str, Any]:
    return {
        "finding": finding,
        "state": _("完好") if finding.good else _("有问题"),
        "at": finding.stamped_at or finding.claimed_at,
        "stamped": finding.stamped_at is not None,
        "changes": _changes(finding.changes),
    }


def _context(paper: Document | None) -> dict[str, Any]:
    if paper is None:
        return {"paper": None}
    wanted = sealing.PARTIES.get(paper.kind, ())
    return {
        "paper": paper,
        "kind": paper.get_kind_display(),
        "wanted": [sealing.ROLES[party] for party in wanted],
    }


def _form(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    return render(request, "verify/page.html", {"problem": problem}, status=status)


def _busy(request: HttpRequest, seconds: int) -> HttpResponse:
    problem = _("核验次数太多，请在 %(n)d 分钟后再试") % {"n": max(1, -(-seconds // 60))}
    response = _form(request, problem, 429)
    response["Retry-After"] = str(seconds)
    return response
