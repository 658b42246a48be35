"""Files that are made to hurt get a clear sentence within limits, never an error of the server."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Mapping
from multiprocessing import forkserver
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.verify.bombs import BOMBS, random_edits
from tests.verify.conftest import Kind, words
from wizard import verify
from wizard.documents.signing import apart

# EDITS=300 for a long run, see docs/verification.md.
PATIENCE_SECONDS = 300.0  # a busy machine is no finding; the limit of CPU time stands
EDITS = int(os.environ.get("EDITS", "12"))
TOO_HARD = "这个文件不能核验：它的结构异常复杂，超出了核验的时间或者内存"
NO_TIME = "没有来得及核验：系统正忙"
# One runs into the limit of memory, one into that of time.
ENDED = ("table unpacks to a gigabyte", "a number of three million digits")
SAID = (TOO_HARD, "这个文件不能核验", "这个文件不是本系统出具的", "签名不可信")


def post(*contents: bytes, name: str = "a.pdf") -> HttpResponse:
    """Upload the bytes, each as a file of the one field."""
    files = [SimpleUploadedFile(name, content) for content in contents]
    return Client().post("/verify/upload/", {"file": files})  # type: ignore[return-value]


@pytest.mark.parametrize("name", [name for name in BOMBS if name not in ENDED])
def test_it_gets_a_sentence(db: None, name: str) -> None:
    response = post(BOMBS[name]())
    assert response.status_code in {200, 422}
    said = words(response.content)
    assert any(sentence in said for sentence in SAID)
    assert "真实" not in said
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("name", ENDED)
def test_what_takes_too_much_is_ended(db: None, name: str) -> None:
    response = post(BOMBS[name]())
    said = words(response.content)
    # On a busy machine the time is over before the processor's time is.
    assert (response.status_code, TOO_HARD in said, NO_TIME in said) in {
        (422, True, False),
        (503, False, True),
    }


def test_a_reading_process_that_dies_at_once_is_no_error_page(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the machine has no memory left; the next file is read again."""

    def die(_process: object) -> None:
        raise BrokenPipeError

    with monkeypatch.context() as broken:
        broken.setattr(apart._server.Process, "start", die)
        response = post(b"%PDF-1.7\n")
    assert response.status_code == 422
    assert TOO_HARD in words(response.content)
    assert post(b"%PDF-1.7\n").status_code == 200


STOP = "import os, signal, sys; os.kill(os.getpid(), signal.SIGSTOP)"
STOP_IN_AN_ANSWER = (
    "import os, sys; "
    "os.write(sys._getframe(1).f_locals['theirs'].fileno(), b'\\0\\0\\0\\x63half')\n" + STOP
)


@pytest.mark.parametrize("stop", [STOP, STOP_IN_AN_ANSWER], ids=["reading", "answering"])
def test_a_reading_process_that_was_stopped_holds_nobody(
    db: None, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    def stopped(_content: bytes, **_more: bytes) -> object:
        return apart._apart(functools.partial(exec, stop))

    with monkeypatch.context() as still:
        still.setattr(apart, "WALL_SECONDS", 1.0)
        still.setattr(apart, "examine", stopped)
        response = post(b"%PDF-1.7\n")
    assert response.status_code == 503
    assert NO_TIME in words(response.content)
    assert multiprocessing.active_children() == []


def test_when_the_process_that_forks_was_stopped_the_next_file_is_read_again(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(b"%PDF-1.7\n").status_code == 200
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGSTOP)  # type: ignore[attr-defined]
    with monkeypatch.context() as still:
        still.setattr(apart, "WALL_SECONDS", 1.0)
        assert post(b"%PDF-1.7\n").status_code == 503
    assert post(b"%PDF-1.7\n").status_code == 200


@pytest.mark.parametrize("seed", range(EDITS))
def test_random_edits_are_never_believed(
    issued: Mapping[str, bytes], db: None, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(apart, "WALL_SECONDS", PATIENCE_SECONDS)
    original = issued[(Kind.AGREEMENT, Kind.POLICY_RECEIVED)[seed % 2].value]
    edited = random_edits(seed, original)
    assert edited != original
    response = post(edited)
    assert response.status_code in {200, 422}
    assert "文件真实" not in words(response.content)
    assert 'role="status"' in response.content.decode() or TOO_HARD in words(response.content)


def test_nothing_of_an_upload_is_kept(
    issued: Mapping[str, bytes], db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("an upload was written down")

    before = set(Path(settings.MEDIA_ROOT).rglob("*"))
    monkeypatch.setattr(tempfile, "_mkstemp_inner", refuse)
    response = post(issued[Kind.AGREEMENT.value] + b"% a mark of this upload")
    assert response.status_code == 200
    assert set(Path(settings.MEDIA_ROOT).rglob("*")) == before


def test_twenty_five_megabytes_are_refused_before_they_are_read(db: None) -> None:
    response = post(os.urandom(1 << 20) * 25)
    assert response.status_code == 413
    assert "文件超过5MB" in words(response.content)


def test_the_limit_holds_for_all_files_together(db: None) -> None:
    half = b"%PDF" + b"0" * (verify.UPLOAD_LIMIT // 2)
    assert post(half, half, half).status_code == 413


def test_the_last_of_several_files_is_checked(issued: Mapping[str, bytes], db: None) -> None:
    response = post(b"junk", issued[Kind.AGREEMENT.value])
    assert "文件真实，没有改动" in words(response.content)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\r\nX: y.pdf", "合同.pdf", "", "x" * 5000])
def test_the_name_of_the_file_means_nothing(
    issued: Mapping[str, bytes], db: None, name: str
) -> None:
    response = post(issued[Kind.AGREEMENT.value], name=name or "x")
    assert response.status_code == 200
    assert "文件真实，没有改动" in words(response.content)
