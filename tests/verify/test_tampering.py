"""Everything that can be done to a signed PDF is found by the page and said in exact words."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.verify import forgeries
from tests.verify.conftest import Kind
from tests.verify.forgeries import Forgery

EXPORTER = "“广东示例虚舟灯饰有限公司”"
INSURER = "“出口信用保险演示保险人”"
OPERATOR = "“单一窗口演示运营方”"
TWO = f"{EXPORTER}、{INSURER}"
ALL = f"{TWO}、{OPERATOR}"
MORE = "出具以后，文件末尾又追加了内容"
SINCE = f"{ALL}签署后，文件又被修改："
ANEW = "文件被其他软件重新保存过，与本系统出具的文件不同："
RANGE = "的签名无效：文件在签署后被重新保存或者拼接过（签署范围 ByteRange 对不上）"
BYTES = "的签名无效：签署后文件的字节被改动，或者签名来自别的文件"
UNREADABLE = "的签名无效：签名值被清空或者损坏，读不出来"
WRITING = "的签名值被改动：除了签名本身，还多出或者改动了字符"
OTHER = "的签名值与本系统出具时的不同：被改动过，或者签名来自别的文件"


def off(count: int) -> str:
    """So many bytes differ and nothing that a reader sees."""
    return f"有 {count} 个字节与本系统出具的文件不同，页面、批注和表单没有变化"


def listed(content: bytes) -> tuple[str, list[str]]:
    """Headline and sentences that the page shows for an upload."""
    file = SimpleUploadedFile("a.pdf", content, content_type="application/pdf")
    response = Client().post("/verify/upload/", {"file": file})
    assert response.status_code == 200
    said = response.content.decode()
    headline, sentences = re.findall(
        r'<div class="note-b big er" role="status">.*?<h2>(.*?)</h2>(.*?)</div></div>',
        said,
        re.DOTALL,
    )[0]
    return headline, [html.unescape(one) for one in re.findall(r"<li>(.*?)</li>", sentences)]


BY_UPDATE: list[tuple[Forgery, list[str]]] = [
    (forgeries.drawn_over, [MORE, SINCE + "页面内容（第 1 页）"]),
    (forgeries.content_replaced, [MORE, SINCE + "页面内容（第 1 页）"]),
    (forgeries.font_replaced, [MORE, SINCE + "页面内容（第 1、2 页）"]),
    (forgeries.riding_seal_replaced, [MORE, SINCE + "页面内容（第 1、2 页）"]),
    (forgeries.annotated, [MORE, SINCE + "批注（第 1 页）"]),
    (forgeries.covered_by_annotation, [MORE, SINCE + "批注（第 1 页）"]),
    (forgeries.hidden_by_layer, [MORE, SINCE + "图层（哪些内容显示、哪些隐藏）"]),
    (forgeries.form_field_added, [MORE, SINCE + "表单"]),
    (forgeries.seal_replaced, [MORE, SINCE + "签名处的印章图样"]),
    (forgeries.attachment_replaced, [MORE, SINCE + "附件"]),
    (forgeries.action_added, [MORE, SINCE + "打开文件时自动执行的动作"]),
    (forgeries.pages_exchanged, [MORE, SINCE + "页面顺序被调换（现在的第 1、2 页）"]),
    (forgeries.page_removed, [MORE, SINCE + "删除了页面（原来的第 1 页）"]),
    (forgeries.page_inserted, [MORE, SINCE + "插入了页面（现在的第 2 页）"]),
    *(
        (removal, [MORE, "缺少签名：平台方", f"{TWO}签署后，文件又被修改：文件结构"])
        for removal in (forgeries.signature_removed, forgeries.signature_field_removed)
    ),
]
BY_SAVING: list[tuple[Forgery, list[str]]] = [
    *(
        (
            save,
            [
                "文件被其他软件重新保存过：页面、批注和表单没有变化，但签名因此失效",
                ALL + RANGE,
            ],
        )
        for save in (forgeries.rewritten, forgeries.saved_by_qpdf)
    ),
    (forgeries.rewritten_with_text, [ANEW + "页面内容（第 2 页）", ALL + RANGE]),
    (forgeries.rewritten_with_note, [ANEW + "批注（第 2 页）", ALL + RANGE]),
    (forgeries.rewritten_without_page, [ANEW + "删除了页面（原来的第 1 页）", ALL + RANGE]),
    (forgeries.rewritten_with_page, [ANEW + "插入了页面（现在的第 1 页）", ALL + RANGE]),
    (forgeries.rewritten_exchanged, [ANEW + "页面顺序被调换（现在的第 1、2 页）", ALL + RANGE]),
    (forgeries.stripped, [ANEW + "删除了签名", "缺少签名：投保企业、保险人、平台方"]),
    (
        forgeries.one_stripped,
        [ANEW + "删除了签名", "缺少签名：保险人", f"{EXPORTER}、{OPERATOR}{RANGE}"],
    ),
]
IN_BYTES: list[tuple[Forgery, list[str]]] = [
    (
        forgeries.flipped,
        ["有 1 个字节与本系统出具的文件不同，改动在：页面内容（第 1、2 页）", ALL + BYTES],
    ),
    (
        forgeries.cut_back,
        ["文件被截回到较早的版本，后来的内容和签名被去掉了", "缺少签名：平台方"],
    ),
    *(
        (more, [MORE, "最后一个签名之后又追加了没有签名的内容"])
        for more in (forgeries.appended, forgeries.appended_object)
    ),
]
# Universal signature forgery (USF): signatures that viewers may fail to check and still believe.
WITHOUT_VALUE: list[Forgery] = [
    forgeries.contents_zeroed,
    forgeries.contents_emptied,
    forgeries.contents_unnamed,
    forgeries.contents_null,
    forgeries.range_unnamed,
]
WITHOUT_RANGE: list[Forgery] = [
    forgeries.range_zeroed,
    forgeries.range_negative,
    forgeries.range_null,
    forgeries.range_widened,
]


def cases(table: list[tuple[Forgery, list[str]]]) -> list[object]:
    """A test for each, named after what is done."""
    return [
        pytest.param(forgery, said, id=f"{forgery.__name__}-{n}")
        for n, (forgery, said) in enumerate(table)
    ]


@pytest.mark.parametrize(("forgery", "sentences"), cases([*BY_UPDATE, *BY_SAVING, *IN_BYTES]))
def test_it_is_named(agreement: bytes, forgery: Forgery, sentences: list[str]) -> None:
    assert listed(forgery(agreement)) == ("这个文件与本系统出具的不一致", sentences)


@pytest.mark.parametrize("forgery", WITHOUT_VALUE)
def test_a_signature_without_value_is_named(agreement: bytes, forgery: Forgery) -> None:
    headline, sentences = listed(forgery(agreement))
    assert headline == "这个文件与本系统出具的不一致"
    assert sentences[1:] == ["“平台方”" + UNREADABLE]


@pytest.mark.parametrize("forgery", WITHOUT_RANGE)
def test_a_signature_that_covers_nothing_is_named(agreement: bytes, forgery: Forgery) -> None:
    headline, sentences = listed(forgery(agreement))
    assert headline == "这个文件与本系统出具的不一致"
    assert sentences[1:] == [OPERATOR + RANGE]


def test_a_wrapped_signature_is_named(agreement: bytes) -> None:
    forged = forgeries.wrapped(agreement)
    assert listed(forged)[1] == [
        "与本系统出具的文件不同：页面内容（第 1、2 页）",
        f"{TWO}签署后，文件又被修改：页面内容（第 1、2 页）",
        OPERATOR + RANGE,
    ]


@pytest.mark.parametrize(
    ("forgery", "sentence"),
    [
        (forgeries.padding_used, WRITING),
        (forgeries.padding_blank, WRITING),
        (forgeries.digit_small, WRITING),
        (forgeries.digits_small, OTHER),
    ],
)
def test_what_no_signature_covers_is_compared(
    agreement: bytes, forgery: Forgery, sentence: str
) -> None:
    """The place of the value itself: whose it is says so, the two below are untouched."""
    forged = forgery(agreement)
    changed = sum(a != b for a, b in zip(agreement, forged, strict=True))
    assert listed(forged)[1] == [off(changed), OPERATOR + sentence]
    file = SimpleUploadedFile("a.pdf", forged)
    said = Client().post("/verify/upload/", {"file": file}).content.decode()
    assert said.count('<span class="tag ok">') == 2
    assert said.count('<span class="tag er">') == 1


def test_a_signature_of_another_document_is_named(
    issued: Mapping[str, bytes], agreement: bytes
) -> None:
    swap = forgeries.swapped_with(issued[Kind.POLICY_RECEIVED.value])
    sentences = listed(swap(agreement))[1]
    assert sentences[1:] == [EXPORTER + OTHER, f"{INSURER}、{OPERATOR}{BYTES}"]


def test_a_page_of_another_document_is_named(issued: Mapping[str, bytes], agreement: bytes) -> None:
    swap = forgeries.page_of(issued[Kind.POLICY_RECEIVED.value])
    assert listed(swap(agreement))[1] == [ANEW + "页面内容（第 1 页）", ALL + RANGE]


def test_truncation_is_named(agreement: bytes) -> None:
    assert listed(forgeries.truncated(agreement)) == (
        "这个文件不能核验",
        ["它不是完整的 PDF，或者已经损坏、被截断。请重新下载原件后再试"],
    )


def test_an_encrypted_file_is_named(agreement: bytes) -> None:
    assert listed(forgeries.encrypted(agreement)) == (
        "这个文件不能核验",
        ["它加了密码或者权限保护。本系统出具的文件都不加密，请向对方要未加密的原件"],
    )


def test_without_its_data_it_is_a_file_of_nobody(agreement: bytes) -> None:
    assert listed(forgeries.nameless(agreement)) == (
        "这个文件不是本系统出具的",
        ["文件里没有电子签名，指纹（SHA-256）也没有登记"],
    )


def test_the_same_holds_for_the_acknowledged_policy(issued: Mapping[str, bytes], db: None) -> None:
    policy = issued[Kind.POLICY_RECEIVED.value]
    both = f"{INSURER}、{EXPORTER}"
    assert listed(forgeries.stripped(policy))[1] == [
        ANEW + "删除了签名",
        "缺少签名：保险人、投保企业",
    ]
    assert listed(forgeries.drawn_over(policy))[1][1].startswith(f"{both}签署后，文件又被修改")
    assert listed(forgeries.padding_used(policy))[1] == [off(1), EXPORTER + WRITING]
