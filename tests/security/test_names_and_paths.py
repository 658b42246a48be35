"""What is typed or stored never becomes a header, and no address leads out of the site."""

from __future__ import annotations

import itertools
from email.message import Message
from typing import Any

from tests.worlds import PIN, Person, browser
from wizard import papers
from wizard.models import Document

SPLITTING = ("\r\nSet-Cookie: a=evil", "\nX-Evil: 1", "%0d%0aSet-Cookie: a=evil", "\x00", "\u2028")
# A folder up, as text, escaped once and twice, with the other slash, over-long, and absolute.
WAYS_OUT = (
    "../secret_key", "../../wizard/settings.py", "..%2f..%2fwizard%2fsettings.py",
    "..%252f..%252fmanage.py", "..\\..\\manage.py", "%2e%2e/%2e%2e/manage.py", "....//manage.py",
    "%c0%ae%c0%ae/manage.py", "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "~/.bashrc",
    "../" * 40 + "etc/passwd", "..%00/manage.py", "site.sqlite3",
)  # fmt: skip
FOLDERS = (
    "/", "/media/", "/var/", "/guide/", "/verify/", "/policies/", "/apply/", "/faq/",
    "/account/seals/", "/apply/{number}/", "/apply/{number}/docs/",
)  # fmt: skip


def no_header_was_split(response: Any) -> None:
    assert "evil" not in str(response.cookies).lower()
    assert "X-Evil" not in response.headers
    for name, value in response.headers.items():
        assert not set(f"{name}{value}") & {"\r", "\n", "\x00"}


def test_a_way_back_or_a_language_splits_no_header(owner: Person) -> None:
    visitor = browser(owner.world)
    for start, splitting in itertools.product(("", "/center/"), SPLITTING):
        where = start + splitting
        for address, form in (
            ("/pref/lang/", {"lang": f"zh-hans{splitting}"}),
            ("/pref/size/", {"size": f"l{splitting}"}),
            ("/demo/clock/", {"a": "1h"}),
            ("/login/card/", {"pin": PIN}),
        ):
            answer = visitor.post(address, form | {"next": where})
            assert answer.status_code in {200, 302, 303}
            no_header_was_split(answer)
        asked = visitor.get("/account/verify/", {"next": where}, headers={"accept-language": where})
        no_header_was_split(asked)


def test_a_file_name_is_one_value_and_comes_back_as_it_was(owner: Person) -> None:
    """RFC 6266 with RFC 5987 for what is not ASCII."""
    application = owner.application()
    paper = papers.ensure(application, Document.Kind.FORM)
    for title in (*(f"保险单{one}" for one in SPLITTING), '"; x="', "𠮷䶮 単"):
        Document.objects.filter(pk=paper.pk).update(title=title)
        answer = owner.client.get(f"/apply/{application.number}/docs/{paper.key}.pdf?download")
        no_header_was_split(answer)
        assert answer["Content-Disposition"].isascii()
        read = Message()
        read["Content-Disposition"] = answer["Content-Disposition"]
        assert read.get_content_disposition() == "attachment"
        assert read.get_filename() == f"{application.number} {title}.pdf"


def test_no_address_leads_out_of_the_site(owner: Person) -> None:
    number = owner.application().number
    for n, (folder, way) in enumerate(itertools.product(FOLDERS, WAYS_OUT)):
        path = folder.format(number=number) + way
        answer = owner.client.get(path, follow=True, REMOTE_ADDR=f"10.0.{n // 250}.{n % 250}")
        assert answer.status_code == 404, path
