"""The public verification page: an upload or a short id, and what is to be said about it.

Nothing that is uploaded is stored, not even for the length of the request on disk. What the page
says of a document of ours is its kind, hash, and who signed: nothing that a person is named by.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from wizard import papers, sealing, vault, verdict
from wizard.account import throttle
from wizard.authority import demo_authority
from wizard.documents.signing import apart, verification
from wizard.documents.signing.verification import Finding, Report
from wizard.models import Document

UPLOAD_LIMIT: Final = 5 * 1024 * 1024
TRIES: Final = 30  # uploads from one address in five minutes
LOOKUPS: Final = 60  # short ids from one address in five minutes
PUBLISHED_SECONDS: Final = 3600  # a revocation is noticed within an hour
FILE, CODE = "v-file", "v-code"  # ids of the two fields


class _Memory(FileUploadHandler):
    """Keeps the one file in memory, the last if there are more; stops reading beyond the limit."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.file_name: str | None = None
        self.parts: list[bytes] = []
        self.size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.parts = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self.size += len(raw_data)
        if self.size > UPLOAD_LIMIT:
            self.parts = []
            raise StopUpload(connection_reset=False)
        self.parts.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:  # noqa: ARG002
        return None  # the bytes are read from `parts`: no file object outlives the request


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The form, and the way from a typed short id to its address."""
    typed = request.GET.get("code")
    if typed is None:
        return _form(request)
    code = normal_code(typed)
    if code:
        return redirect("verify-code", code=code)
    if not typed.strip():
        return _form(request, _("请填写验真码"), 400, at=CODE)
    sentence = _("验真码是 12 位字母和数字，例如 3F2A-91BC-04DE，请核对")
    return _form(request, sentence, 404, at=CODE, typed=typed)


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
    return _read_and_answered(request, handler)


@csrf_protect  # … and the form's token is checked all the same
def _read_and_answered(request: HttpRequest, handler: _Memory) -> HttpResponse:
    _fields = request.POST  # reads the body through the handler
    if handler.size > UPLOAD_LIMIT:
        sentence = _("文件超过 5 MB。本系统出具的文件都不到 1 MB，请核对是否选错")
        return _form(request, sentence, 413, at=FILE)
    content = b"".join(handler.parts)
    if not content:
        return _form(request, _("请选择要核验的 PDF 文件"), 400, at=FILE)
    try:
        said = checked(content)
    except apart.NoTime:
        sentence = _("没有来得及核验：系统正忙，或者文件太复杂。请过几分钟再上传一次")
        return _form(request, sentence, 503, at=FILE)
    except apart.TooHard:
        sentence = _("这个文件不能核验：它的结构异常复杂，超出了核验的时间或者内存")
        return _form(request, sentence, 422, at=FILE)
    context = _context(said.paper, said.report) | {
        "verdict": said,
        "name": (handler.file_name or "")[:120],
    }
    return render(request, "verify/result.html", context)


def checked(content: bytes) -> verdict.Verdict:
    """The whole judgement on some bytes. Raises `apart.TooHard`."""
    authority = demo_authority()
    report = apart.examine(
        content, root=authority.authority_certificate(), revocations=authority.revocations()
    )
    return verdict.judge(content, report, of_code(normal_code(report.code)))


@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the document with this short id; never the document itself."""
    try:
        throttle.take(f"verify-code:{request.META.get('REMOTE_ADDR', '')}"[:120], limit=LOOKUPS)
    except throttle.TooManyAttempts as full:
        return _busy(request, full.seconds)
    found = verdict.newest_of(of_code(normal_code(code)))
    if found is None:
        sentence = _("没有找到这个验真码对应的文件，请核对文件页脚上的 12 位验真码")
        return _form(request, sentence, 404, at=CODE, typed=code)
    try:
        content = vault.read(found.sha256)
    except vault.DocumentDamaged:
        sentence = _("验真码没有错，登记的是“%(kind)s”，但存档暂时不能读取。请上传手中的文件核验")
        return _form(request, sentence % {"kind": found.get_kind_display()}, 503, at=FILE)
    authority = demo_authority()
    report = verification.examine(
        content, root=authority.authority_certificate(), revocations=authority.revocations()
    )
    context = _context(found, report) | {"code": papers.verify_code(normal_code(code))}
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


def _described(finding: Finding, paper: Document | None) -> dict[str, Any]:
    return {
        "finding": finding,
        "who": verdict.name_of(finding),
        "role": verdict.ROLES.get(finding.field, "") if paper else "",
        "state": _state(finding),
        "at": finding.stamped_at or finding.claimed_at,
        "stamped": finding.stamped_at is not None,
    }


def _state(finding: Finding) -> str:
    if finding.good:
        return _("完好")
    if finding.term:
        return _("证书不在有效期内")
    if finding.flaw:
        return _("无效")
    if finding.revoked:
        return _("证书已吊销")
    return _("签署后有改动") if finding.trusted else _("证书不可信")


def _context(paper: Document | None, report: Report) -> dict[str, Any]:
    common = {
        "paper": paper,
        "report": report,
        "now": timezone.now(),
        "signatures": [_described(finding, paper) for finding in report.findings],
    }
    if paper is None:
        return common
    wanted = sealing.PARTIES.get(paper.kind, ())
    return common | {
        "kind": paper.get_kind_display(),
        "wanted": [sealing.ROLES[party] for party in wanted],
        "missing": verdict.missing_roles(paper, report),
    }


def _form(
    request: HttpRequest, problem: str = "", status: int = 200, *, at: str = "", typed: str = ""
) -> HttpResponse:
    """Both fields; `problem` is said at the one whose id is `at`, what was `typed` is kept."""
    context = {"problem": problem, "at": at, "typed": typed[:40], "has_error": problem}
    return render(request, "verify/page.html", context, status=status)


def _busy(request: HttpRequest, seconds: int) -> HttpResponse:
    problem = _("核验次数太多，请在 %(n)d 分钟后再试，或者照“不用本站也能核验”自己核对") % {
        "n": max(1, -(-seconds // 60))
    }
    response = _form(request, problem, 429)
    response["Retry-After"] = str(seconds)
    return response
