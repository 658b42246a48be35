"""正在生成: papers are made beside the request, once, also when whoever made them is gone."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from tests.worlds import Person, make_world, signed_in
from wizard import documents, making, papers, sealing
from wizard.demo.landing import walk
from wizard.generating import HEADINGS, STAGES
from wizard.models import Application, Document, Making
from wizard.process import State
from wizard.singlewindow.signing import SignatureRefused
from wizard.steps import COMMITS

Kind = Document.Kind
CROWD = 8
PATIENCE_SECONDS = 60  # only work that never ends takes that long
REFRESH = '<noscript><meta http-equiv="refresh" content="3"></noscript>'


def address(application: Application) -> str:
    return f"/apply/{application.number}/generating/"


def lines(page: Any) -> list[tuple[str, str]]:
    """The checklist: what each line says and in which state it is."""
    found = re.findall(
        r"<li(?: class=\"(\w+)\")?[^>]*><span class=\"d\">.*?<b>(.*?)</b>", page.content.decode()
    )
    return [(text, state or "todo") for state, text in found]


@pytest.fixture
def sealed(owner: Person) -> Application:
    """The seal is made and the agreement is not: what a kill right after the commit leaves."""
    return walk(actor=owner.actor, until=State.AWAITING_SIGNATURE)


@pytest.fixture
def signed(owner: Person) -> Application:
    """Signed, and the signed paper is not there."""
    return walk(actor=owner.actor, until=State.UNDER_REVIEW)


def somebody_at_work(application: Application, **more: Any) -> Making:
    """Another process has claimed the work."""
    kinds = list(making.missing(application, anew=True))
    claim = {"until": timezone.now() + making.CLAIM, "tries": 1, "holder": "other", "kinds": kinds}
    return Making.objects.create(application=application, **claim | more)


@pytest.mark.django_db
class TestLooking:
    def test_what_is_quickly_made_is_shown_at_once(
        self, owner: Person, sealed: Application
    ) -> None:
        assert owner.client.get(f"/apply/{sealed.number}/agreement/").status_code == 200
        assert papers.kept(sealed, anew=True).keys() == {Kind.FORM, Kind.AGREEMENT_DRAFT}
        assert not Making.objects.exists()

    def test_nothing_to_make_leads_to_the_open_step(
        self, owner: Person, sealed: Application
    ) -> None:
        assert owner.client.get(address(sealed))["Location"].endswith("/agreement/")
        assert owner.client.get(address(sealed))["Location"].endswith("/agreement/")

    def test_work_under_way_is_shown_as_a_list_that_comes_back(
        self, owner: Person, sealed: Application
    ) -> None:
        somebody_at_work(sealed)
        step = owner.client.get(f"/apply/{sealed.number}/agreement/")
        assert step["Location"] == address(sealed)
        page = owner.client.get(address(sealed))
        assert page.status_code == 202
        assert REFRESH in page.content.decode()
        assert "正在生成三方协议" in page.content.decode()
        assert lines(page) == [
            ("保存印章", "done"), ("生成三方协议", "now"), ("进入第 3 步", "todo"),
        ]  # fmt: skip
        assert Kind.AGREEMENT_DRAFT not in papers.kept(sealed, anew=True)

    def test_the_list_says_which_party_signs_now(self, owner: Person, signed: Application) -> None:
        somebody_at_work(signed, stage="agreement/insurer")
        assert lines(owner.client.get(address(signed))) == [
            ("提交签署", "done"), ("投保企业盖章签名", "done"), ("保险人会签", "now"),
            ("平台方会签", "todo"), ("进入第 4 步", "todo"),
        ]  # fmt: skip

    @pytest.mark.parametrize("level", sealing.LEVELS)
    def test_the_stages_are_those_that_the_work_goes_through_and_each_has_words(
        self, owner: Person, settings: LazySettings, level: str
    ) -> None:
        settings.SIGNATURE_LEVEL = level
        application = walk(actor=owner.actor, until=State.ACKNOWLEDGED)
        application.documents.all().delete()
        application.kept_papers = None
        papers.ensure(application, Kind.AGREEMENT_DRAFT)
        for kind in COMMITS["policy"].needs(application):
            reached: list[str] = []
            papers.ensure(application, kind, report=reached.append)
            assert tuple(reached) == papers.stages(kind), kind
            assert {f"{kind}/{stage}" for stage in reached} <= set(STAGES)
            assert kind in HEADINGS

    def test_a_stranger_and_an_operator_do_not_get_in(
        self, stranger: Person, sealed: Application, colleague: Person
    ) -> None:
        assert stranger.client.get(address(sealed)).status_code == 404
        assert stranger.client.post(address(sealed)).status_code == 404
        theirs = colleague.application()
        asked = colleague.client.get(address(theirs))
        assert asked["Location"].startswith("/login/blocked/?next=%2Fapply%2F")
        assert not Making.objects.exists()


@pytest.mark.django_db
class TestTakingUp:
    def test_the_dead_ones_work_is_taken_up_when_its_claim_has_run_out(
        self, owner: Person, signed: Application
    ) -> None:
        dead = somebody_at_work(signed, stage="agreement/insurer")
        assert owner.client.get(address(signed)).status_code == 202
        Making.objects.update(until=timezone.now() - timedelta(seconds=1))
        assert owner.client.get(address(signed)).status_code == 302
        assert Kind.AGREEMENT in papers.kept(signed, anew=True)
        assert not Making.objects.filter(pk=dead.pk).exists()

    def test_who_comes_back_from_a_long_pause_finds_the_work_taken_and_stops(
        self, signed: Application
    ) -> None:
        work = somebody_at_work(signed, holder="mine")
        mine = Making.objects.filter(pk=work.pk, holder="mine")
        making._report(mine, Kind.AGREEMENT, "exporter")
        Making.objects.update(holder="other")
        with pytest.raises(making.ClaimLost):
            making._report(mine, Kind.AGREEMENT, "insurer")

    def test_a_paper_that_kills_its_maker_is_not_tried_for_ever(
        self, owner: Person, sealed: Application
    ) -> None:
        somebody_at_work(sealed, tries=making.TRIES, until=timezone.now() - timedelta(seconds=1))
        page = owner.client.get(address(sealed))
        assert page.status_code == 503
        assert "已经试了 3 次" in page.content.decode()
        assert Kind.AGREEMENT_DRAFT not in papers.kept(sealed, anew=True)

    def test_work_left_over_from_an_earlier_step_is_no_obstacle(
        self, owner: Person, signed: Application
    ) -> None:
        past = timezone.now() - timedelta(seconds=1)
        somebody_at_work(signed, kinds=[Kind.AGREEMENT_DRAFT], tries=9, until=past)
        assert owner.client.get(f"/apply/{signed.number}/policy/").status_code == 200


@pytest.mark.django_db
class TestGoingWrong:
    def test_silence_is_tried_three_times_then_said_and_retry_goes_on(
        self, owner: Person, signed: Application, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def silent(*_args: Any, **_more: Any) -> bytes:
            raise SignatureRefused("nobody signs")

        with monkeypatch.context() as quiet:
            quiet.setattr(sealing, "agreement", silent)
            for _poll in range(making.TRIES - 1):
                page = owner.client.get(address(signed))
                assert page.status_code == 202
                assert "没有做成，再试一次" in page.content.decode()
            page = owner.client.get(address(signed))
            html = page.content.decode()
            assert page.status_code == 503
            assert REFRESH not in html
            assert "签名服务没有回应" in html
            assert "不用重新办理" in html
            assert "X-704" in html
            assert owner.client.get(address(signed)).status_code == 503
        assert owner.client.get(address(signed)).status_code == 503, "it waits to be asked"
        retry = owner.client.post(address(signed), follow=True)
        assert retry.redirect_chain[-1][0].endswith("/policy/")
        assert retry.status_code == 200

    def test_a_character_that_no_font_has_is_named(
        self, owner: Person, sealed: Application, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unknown(_paper: documents.Paper) -> documents.Pdf:
            raise documents.MissingGlyph("\U00030edd")

        monkeypatch.setattr(documents, "pdf", unknown)
        page = owner.client.get(f"/apply/{sealed.number}/agreement/", follow=True)
        html = page.content.decode()
        assert page.status_code == 503
        assert "U+30EDD" in html
        assert "联系小微专员" in html

    def test_a_fault_of_ours_is_logged_and_said(
        self,
        owner: Person,
        sealed: Application,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def broken(_paper: documents.Paper) -> documents.Pdf:
            raise ZeroDivisionError

        monkeypatch.setattr(documents, "pdf", broken)
        for _poll in range(making.TRIES):
            page = owner.client.get(address(sealed))
        assert page.status_code == 503
        assert "文件没有生成" in page.content.decode()
        assert "ZeroDivisionError" in caplog.text

    def test_retry_does_not_disturb_who_is_at_work(
        self, owner: Person, sealed: Application
    ) -> None:
        work = somebody_at_work(sealed)
        owner.client.post(address(sealed))
        assert Making.objects.get().until == work.until
        assert owner.client.get(address(sealed)).status_code == 202


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("let_go")
class TestThreads:
    @pytest.fixture(autouse=True)
    def _apart(self, settings: LazySettings) -> None:
        settings.PAPERS_IN_REQUEST = False
        settings.PAPERS_WAIT_SECONDS = PATIENCE_SECONDS

    def test_a_thread_makes_it_and_the_page_is_shown_at_once(self) -> None:
        owner = signed_in(make_world())
        application = walk(actor=owner.actor, until=State.AWAITING_SIGNATURE)
        assert owner.client.get(f"/apply/{application.number}/agreement/").status_code == 200
        assert Kind.AGREEMENT_DRAFT in papers.kept(application, anew=True)

    def test_many_who_look_at_once_have_it_made_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        owner = signed_in(make_world())
        application = walk(actor=owner.actor, until=State.UNDER_REVIEW)
        made: list[str] = []
        whole, looked, agreement = threading.Event(), threading.Semaphore(0), sealing.agreement

        def slowly(*args: Any, **more: Any) -> bytes:
            made.append("agreement")
            assert whole.wait(PATIENCE_SECONDS)
            return agreement(*args, **more)

        def look(_number: int) -> bool:
            try:
                found = Application.objects.get(pk=application.pk)
                making.start(found)
                looked.release()
                return making.bring(found)
            finally:
                connection.close()

        monkeypatch.setattr(sealing, "agreement", slowly)
        with ThreadPoolExecutor(CROWD) as crowd:
            looks = [crowd.submit(look, number) for number in range(CROWD)]
            for _look in looks:
                assert looked.acquire(timeout=PATIENCE_SECONDS)
            whole.set()
            assert all(look.result() for look in looks)
        assert made == ["agreement"]
        assert Document.objects.filter(application=application, kind=Kind.AGREEMENT).count() == 1
