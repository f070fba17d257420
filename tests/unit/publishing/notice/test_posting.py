"""What is posted: whom a notice names, how, and what it never shows."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from python_calamine import CalamineWorkbook

from pipelines.publishing.notice import Asked, NoNotice, NoticeRefused, post_notices
from tests.notice_factory import column, entry, write_release

ROWS = (
    entry(1, head_name="王建国"),
    entry(2, head_name="李秀英", member_count=1, monthly_amount=None),
    entry(3, head_name="阿依古丽·买买提", village="大桥村"),
    entry(4, programme="tekun", household_id="tekun:T4", head_name="赵德明", member_count=1, support_mode="分散"),
    entry(5, head_name="孙小宝", left_out_because="minor"),
    entry(6, head_name="周七", town=None, village=None, left_out_because="no_place"),
    entry(7, head_name="吴桂花", town="三河镇", village="东风村"),
)


def sheets(path: Path) -> dict[str, list[list[object]]]:
    with CalamineWorkbook.from_path(path) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def lines(sheet: list[list[object]]) -> list[list[object]]:
    """The lines of the lists on a sheet: those that begin with a number."""
    return [row for row in sheet if isinstance(row[0], (int, float))]


def parts(error: BaseException) -> list[str]:
    found = re.fullmatch(r"(.+)；位置：(.+)；处理：(.+)", str(error), re.DOTALL)
    assert found, str(error)
    return list(found.groups())


def test_each_village_has_a_sheet_with_the_applicant_the_number_of_members_and_the_amount(tmp_path: Path) -> None:
    made = post_notices(write_release(tmp_path, ROWS), tmp_path / "out", Asked(office="青溪县民政局"))
    assert (made.towns, made.villages, made.entries) == (2, 3, {"dibao": 4, "tekun": 1})
    assert sorted(path.name for path in made.folder.iterdir()) == [
        "三河镇.html", "三河镇.xlsx", "青溪镇.html", "青溪镇.xlsx",
    ]  # fmt: skip
    village = sheets(made.folder / "青溪镇.xlsx")
    assert list(village) == ["东风村", "大桥村"]
    assert lines(village["东风村"]) == [
        [1, "王建国", 2, 620.5],
        [2, "李秀英", 1, ""],
        [1, "赵德明", "", ""],  # of the destitute no amount: it goes by how much care one needs
    ]
    texts = [str(row[0]) for row in village["东风村"]]
    assert "青溪镇东风村社会救助对象公示名单" in texts
    assert "一、享受最低生活保障的家庭（2户）" in texts
    assert "公示期：自2026年10月31日起长期公示，名单有变动时更换" in texts
    assert any("请向青溪县民政局" in text for text in texts)


def test_the_page_shows_surnames_only(tmp_path: Path) -> None:
    made = post_notices(write_release(tmp_path, ROWS), tmp_path / "out", Asked())
    page = (made.folder / "青溪镇.html").read_text(encoding="utf-8")
    assert "王**" in page
    assert "620.50" in page
    assert not any(name in page for name in ("王建国", "李秀英", "赵德明", "买买提"))
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?://", page)


def test_a_minor_is_on_no_notice_and_the_office_is_told_who_is_left_out(tmp_path: Path) -> None:
    made = post_notices(write_release(tmp_path, ROWS), tmp_path / "out", Asked())
    assert made.left_out == {"minor": 1, "no_place": 1}
    for path in made.folder.iterdir():
        assert "孙小宝" not in str(sheets(path) if path.suffix == ".xlsx" else path.read_text(encoding="utf-8"))
    kept = tmp_path / "out" / "kept"
    told = lines(sheets(kept / "left_out.xlsx")["未列入"])
    assert [(row[1], row[4], row[6]) for row in told] == [
        ("青溪镇", "D5", "户主或本人未成年"),
        ("未注明乡镇", "D6", "没有乡镇或村（社区）"),
    ]


def test_the_contract_names_each_column_with_its_mask_and_ground(tmp_path: Path) -> None:
    post_notices(write_release(tmp_path, ROWS), tmp_path / "out", Asked())
    contracts = tmp_path / "out" / "kept" / "contracts"
    assert sorted(path.name for path in contracts.iterdir()) == [
        f"notice_{programme}_{medium}.odcs.yaml" for programme in ("dibao", "tekun") for medium in ("board", "web")
    ]
    document = yaml.safe_load((contracts / "notice_dibao_web.odcs.yaml").read_text(encoding="utf-8"))
    assert document["apiVersion"] == "v3.1.0"
    properties = document["schema"][0]["properties"]
    assert [(each["name"], each["physicalType"], each["classification"]) for each in properties] == [
        ("head_name", "VARCHAR", "public"),
        ("member_count", "BIGINT", "public"),
        ("monthly_amount", "DECIMAL(14,2)", "public"),
    ]
    assert properties[0]["transformLogic"] == "surname_only：只写姓，如张**"
    assert "去标识化" in properties[0]["description"]


def test_the_same_release_gives_the_same_bytes_in_any_order_of_rows(tmp_path: Path) -> None:
    shuffled = list(ROWS)
    random.Random(3).shuffle(shuffled)
    first = post_notices(write_release(tmp_path / "a", ROWS), tmp_path / "a" / "out", Asked())
    second = post_notices(write_release(tmp_path / "b", shuffled), tmp_path / "b" / "out", Asked())
    written = [
        {path.relative_to(made.folder.parent): path.read_bytes() for path in sorted(made.folder.parent.rglob("*.*"))}
        for made in (first, second)
    ]
    assert written[0] == written[1]
    assert len(written[0]) == 9


def test_one_town_one_programme_and_days_of_posting(tmp_path: Path) -> None:
    asked = Asked(["tekun"], "青溪镇", date(2026, 11, 2), date(2026, 11, 30))
    made = post_notices(write_release(tmp_path, ROWS), tmp_path / "out", asked)
    assert (made.towns, made.entries, made.left_out) == (1, {"tekun": 1}, {})
    village = sheets(made.folder / "青溪镇.xlsx")
    assert list(village) == ["东风村"]
    assert "公示期：2026年11月2日至2026年11月30日" in [row[0] for row in village["东风村"]]
    assert [path.name for path in (tmp_path / "out" / "kept").glob("*.xlsx")] == ["left_out-青溪镇.xlsx"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(["orphan"]), "这些项目不公示：orphan"),
        (Asked(town="不存在镇"), "这个乡镇没有可公示的家庭或人员"),
        (Asked(begins=date(2026, 10, 30)), "公示期不对"),
        (Asked(until=date(2026, 10, 1)), "公示期不对"),
    ],
)
def test_what_cannot_be_posted_is_said(tmp_path: Path, asked: Asked, said: str) -> None:
    with pytest.raises(NoNotice) as refusal:
        post_notices(write_release(tmp_path, ROWS), tmp_path / "out", asked)
    assert parts(refusal.value)[0].startswith(said)
    assert not (tmp_path / "out").exists()


def test_policy_is_rows_a_further_one_shows_a_further_column(tmp_path: Path) -> None:
    release = write_release(
        tmp_path, ROWS, columns=[column(column_name="declared_income_per_capita", header="人均月收入")]
    )
    made = post_notices(release, tmp_path / "out", Asked())
    assert lines(sheets(made.folder / "青溪镇.xlsx")["东风村"])[0] == [1, "王建国", 2, 620.5, 300]


@pytest.mark.parametrize(
    ("added", "said"),
    [
        (column(column_name="id_number"), "列了名单里没有的内容 id_number"),
        (column(mask="first_half"), "不认识的写法 first_half"),
        (column(column_name="member_count", mask="surname_only", medium="board"), "不是文字"),
        (column(column_name="head_name"), "重复列了 head_name"),
    ],
)
def test_a_column_that_the_contract_cannot_keep_is_refused(tmp_path: Path, added: dict, said: str) -> None:
    with pytest.raises(NoticeRefused) as refusal:
        post_notices(write_release(tmp_path, ROWS, columns=[added]), tmp_path / "out", Asked())
    what, where, _ = parts(refusal.value)
    assert said in what
    assert "notice_column" in where
    assert not (tmp_path / "out").exists()


def test_a_name_that_cannot_be_written_as_agreed_is_refused(tmp_path: Path) -> None:
    release = write_release(tmp_path, [entry(1, head_name="王*国")])
    with pytest.raises(NoticeRefused, match="没有按“照写”写"):
        post_notices(release, tmp_path / "out", Asked())
    assert not (tmp_path / "out").exists()
