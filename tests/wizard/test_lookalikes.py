"""Names that look alike are kept as they are registered, and whoever runs the site is told."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from tests.worlds import Person
from wizard.models import Application
from wizard.validation.lookalikes import skeleton


def told() -> list[str]:
    out = StringIO()
    call_command("find_lookalikes", stdout=out)
    return out.getvalue().splitlines()


def rename(application: Application, company: str, uscc: str = "") -> None:
    Application.objects.filter(pk=application.pk).update(
        company=company, uscc=uscc or application.uscc
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("广东示例AOPE有限公司", "广东示例АОРЕ有限公司"),  # Cyrillic
        ("示例OIK公司", "示例ΟΙΚ公司"),  # Greek
        ("河口示例（演示）公司", "河囗示例(演示)公司"),
        ("日土示例", "曰士示例"),
        ("己未示例", "巳末示例"),
        ("示例ABC", "示例ＡＢＣ"),
        ("示例é", "示例e\u0301"),
        ("示例 · 甲", "示例\u200b甲"),
        ("示例10", "示例lO"),
    ],
)
def test_look_alikes_have_one_skeleton(one: str, other: str) -> None:
    assert one != other
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("示例大公司", "示例太公司"), ("示例人公司", "示例入公司"), ("甲乙", "乙甲")]
)
def test_other_names_have_another(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@pytest.mark.django_db
def test_a_near_duplicate_is_kept_and_named_with_its_characters(
    owner: Person, stranger: Person
) -> None:
    first, second = owner.application(), stranger.application()
    rename(first, "河口示例公司")
    rename(second, "河囗示例公司")
    lines = told()
    assert lines[-1] == "1 groups of companies look alike"
    assert f"{first.uscc} 河口示例公司 (U+6CB3 U+53E3" in "\n".join(lines)
    assert f"{second.uscc} 河囗示例公司 (U+6CB3 U+56D7" in "\n".join(lines)
    second.refresh_from_db()
    assert second.company == "河囗示例公司"


@pytest.mark.django_db
def test_two_spellings_of_one_company_and_two_companies_are_no_matter(
    owner: Person, stranger: Person
) -> None:
    first, second = owner.application(), stranger.application()
    assert told() == ["0 groups of companies look alike"]
    rename(second, first.company.replace("广", "广\u200b"), first.uscc)
    assert told() == ["0 groups of companies look alike"]
