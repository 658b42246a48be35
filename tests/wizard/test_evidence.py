"""证据包: unpacked by somebody without us, checked with the README's own commands."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests.verify import forgeries
from tests.worlds import Person
from wizard.models import Application
from wizard.process import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(owner: Person) -> Application:
    return owner.application(State.ACKNOWLEDGED)


def pack(person: Person, application: Application) -> bytes:
    response = person.client.get(f"/apply/{application.number}/evidence.zip")
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    return response.content


@pytest.fixture
def folder(owner: Person, done: Application, tmp_path: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(pack(owner, done))).extractall(tmp_path)
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, check=False)


def verified(content: bytes) -> str:
    """What the verification page says of an upload."""
    file = SimpleUploadedFile("trail.pdf", content, content_type="application/pdf")
    return Client().post("/verify/upload/", {"file": file}).content.decode()


@pytest.fixture(params=["B-T", "B-LTA"])
def level(request: pytest.FixtureRequest, settings: Settings) -> None:
    settings.SIGNATURE_LEVEL = request.param


def test_every_command_of_the_readme_works_offline(level: None, folder: Path) -> None:
    lines = (folder / "README.txt").read_text("utf-8").splitlines()
    commands = [line.strip()[2:] for line in lines if line.strip().startswith("$ ")]
    said = ""
    for command in commands:
        done = run(command, folder)
        assert done.returncode == 0, command + done.stdout + done.stderr
        said += done.stdout + done.stderr
    # Agreement: three; policy: one, and two once it is acknowledged; the record: one.
    assert said.count("Signature is Valid.") == 7
    assert said.count("Verification: OK") == 7
    assert {command.split()[0] for command in commands} == {
        "sha256sum",
        "python3",
        "pdfsig",
        "qpdf",
        "openssl",
    }


def test_the_verification_page_knows_the_record_and_what_was_done_to_it(
    level: None, folder: Path
) -> None:
    record = (folder / "trail" / "trail.pdf").read_bytes()
    assert "操作记录真实，没有改动" in verified(record)
    assert "操作记录真实" not in verified(record[:-1] + b" ")
    changed = verified(forgeries.annotated(record))
    assert "签名不可信" in changed
    assert "签署后，文件又被修改：批注（第 1 页）" in changed


def test_the_same_application_gives_the_same_bytes(owner: Person, done: Application) -> None:
    events = done.events.count()
    assert pack(owner, done) == pack(owner, done)
    assert done.events.count() == events


def test_the_pack_unpacks_into_its_own_folder(owner: Person, done: Application) -> None:
    for name in zipfile.ZipFile(io.BytesIO(pack(owner, done))).namelist():
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert not {"..", "."} & set(path.parts)
        assert not set(name) & set("\\:")


@pytest.mark.parametrize("line", [0, 2, -1])
def test_a_changed_line_is_found(folder: Path, line: int) -> None:
    path = folder / "trail" / "trail.json"
    lines = json.loads(path.read_text("utf-8"))
    lines[line]["actor"] += " "
    path.write_text(json.dumps(lines), "utf-8")
    assert run("python3 check.py", folder).returncode == 1
    assert run("sha256sum --check MANIFEST.sha256", folder).returncode == 1


def test_a_changed_document_is_found(folder: Path) -> None:
    paper = folder / "documents" / "1-agreement-draft.pdf"
    paper.write_bytes(paper.read_bytes() + b" ")
    assert run("python3 check.py", folder).returncode == 1


def test_a_colleague_may_have_it_and_a_stranger_not(
    owner: Person, done: Application, colleague: Person, stranger: Person
) -> None:
    assert stranger.client.get(f"/apply/{done.number}/evidence.zip").status_code == 404
    assert pack(colleague, colleague.application())
