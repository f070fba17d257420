"""The pages of household reports: escaped, self-contained, under names that say nothing about a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.publishing.household_report import Office, ReleaseReader, ReportPages, compose
from pipelines.publishing.household_report.page import file_stem
from tests.household_factory import HEAD, ReleaseMaker

PageOf = Callable[[str], str]


def test_everything_is_escaped(maker: ReleaseMaker, page_of: PageOf) -> None:
    household = maker.household(town="<b>镇", outcome_reason="<script>alert(1)</script>")
    roll = maker.member(household, name='"><img src=x onerror=alert(1)>')
    maker.finding("vehicle_owned", household, [roll], [HEAD], title="<i>疑点", message="</style><script>")
    page = page_of(household)
    assert not re.search(r"<(script|img|b>镇|i>疑点)", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("</style>") == 1


def test_the_page_needs_nothing_from_elsewhere_and_forbids_it(maker: ReleaseMaker, page_of: PageOf) -> None:
    household = maker.household()
    maker.member(household)
    page = page_of(household)
    assert not re.search(r"https?://|//[a-z]|<script|<link|<img|<iframe|@import|url\(", page)
    assert "default-src 'none'" in page


def test_a_page_has_every_part_that_the_flow_of_a_verification_asks_for(maker: ReleaseMaker, page_of: PageOf) -> None:
    household = maker.household()
    maker.member(household)
    page = page_of(household)
    parts = [
        "一、核对谁，凭什么核对", "二、问了哪些部门，查到什么", "三、收入与现行标准",
        "四、可能应当给予的帮助", "五、需要核实的疑点",
        "六、没能判断的事", "七、有不同意见，可以这样提出", "出具机构（盖章）", "已收到本报告",
    ]  # fmt: skip
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert "规则 r · 匹配模型 m · 程序 c" in page
    assert "行政复议法（2023年修订）第二十条" in page


def test_an_office_that_is_set_is_named_and_else_a_line_is_left(maker: ReleaseMaker, tmp_path: Path) -> None:
    household = maker.household()
    maker.member(household)
    with ReleaseReader(maker.write(tmp_path)) as reader:
        dossier = reader.read([household])[0]
        pages = [
            ReportPages().reports([compose(dossier, reader, office)], "x")
            for office in (Office(), Office("青溪县核对中心", "县府路1号"))
        ]
    assert "地址、电话 <span" in pages[0]
    assert "青溪县核对中心（县府路1号）" in pages[1]
    assert "地址、电话 <span" not in pages[1]


def test_a_document_of_many_holds_each_report_as_the_single_page_does(maker: ReleaseMaker, tmp_path: Path) -> None:
    households = [maker.household(case=f"D000{number}") for number in range(3)]
    for number, household in enumerate(households):
        maker.member(household, f"p{number}", f"王{number}", number + 4)
    body = re.compile(r"<article.*?</article>", re.DOTALL)
    with ReleaseReader(maker.write(tmp_path)) as reader:
        single = [compose(reader.read([household])[0], reader, Office()) for household in households]
        together = [compose(dossier, reader, Office()) for dossier in reader.read(households)]
    assert single == together
    document = ReportPages().reports(together, "x")
    assert body.findall(document) == [body.search(ReportPages().reports([sheet], "x")).group() for sheet in single]
    assert len(set(re.findall(r"@page (h\d+)", document))) == 3


@pytest.mark.parametrize(
    ("household_id", "stem"),
    [
        ("dibao:3405901001000254", "dibao-3405901001000254"),
        ("application:HD20260000759", "application-HD20260000759"),
        ("dibao:340590195503124527", "dibao-no000012"),  # an ID number as case number
        ("dibao:340590550312452", "dibao-no000012"),  # one of 15 digits
        ("tekun:张三", "tekun-no000012"),
        ("dibao:无证号 dibao/2026-10-31/1442128c/1/10", "dibao-no000012"),
        ("dibao:../../etc/passwd", "dibao-no000012"),
        ("dibao:" + "9" * 100, "dibao-no000012"),
        ("CON/x", "household-no000012"),
    ],
)
def test_a_file_name_carries_no_name_no_id_number_and_no_path(household_id: str, stem: str) -> None:
    assert file_stem(household_id, 12) == stem
