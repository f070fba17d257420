"""The last look at finished notices: whatever the policy or the rolls say, some things are not handed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.publishing.notice import Asked, NoticeRefused, post_notices
from tests.notice_factory import column, entry, write_release
from tests.unit.publishing.notice.test_posting import lines, parts, sheets

ID_NUMBER, ACCOUNT, PHONE = "340590195503124527", "6217000000000000018", "13855512345"


def refused(release: Path, out: Path, **asked: str) -> list[str]:
    """The three parts of the refusal; nothing was written."""
    with pytest.raises(NoticeRefused) as refusal:
        post_notices(release, out, Asked(**asked))
    assert not out.exists()
    return parts(refusal.value)


@pytest.mark.parametrize(
    ("kind_of_column", "value", "said"),
    [
        ("account_number varchar", ACCOUNT, "完整的证件号、账号或电话号码 1 处"),
        ("account_number varchar", " ".join(ACCOUNT[i : i + 4] for i in range(0, 19, 4)), "完整的证件号"),
        ("id_number varchar", ID_NUMBER, "完整的证件号"),
        ("id_number bigint", int(ID_NUMBER), "完整的证件号"),
        ("id_number varchar", "３４０５９０１９５５０３１２４５２Ｘ", "完整的证件号"),
        ("id_number varchar", "340590●●●●●●●●4527", "只隐去一部分的号码"),
        ("phone varchar", PHONE, "完整的证件号"),
        ("phone varchar", "0555-2345678", "完整的证件号"),
        ("phone varchar", "138xxxx2345", "只隐去一部分的号码"),
        ("self_care varchar", "全护理", "残疾或失能的字样 1 处"),
        ("reason varchar", "因病致贫", "疾病的字样 1 处"),
        ("reason varchar", "本人残 疾二级，子女无人抚养", "残疾或失能的字样 1 处、困境或特定身份的字样 1 处"),
    ],
)
def test_a_wrong_row_of_the_policy_is_found_in_the_finished_workbook(
    tmp_path: Path, kind_of_column: str, value: object, said: str
) -> None:
    name = kind_of_column.split()[0]
    entries = [entry(1, **{name: value})]
    release = write_release(tmp_path, entries, columns=[column(column_name=name)], extra=kind_of_column)
    what, where, remedy = refused(release, tmp_path / "out")
    assert said in what
    assert "青溪镇.xlsx 第 1 张表 E6" in where
    assert "没有写出任何文件" in remedy
    assert str(value) not in what + where + remedy


def test_a_wrong_row_for_the_page_is_found_on_the_page(tmp_path: Path) -> None:
    added = column(column_name="case_number", medium="web")
    release = write_release(tmp_path, [entry(1, case_number=ID_NUMBER)], columns=[added])
    what, where, _ = refused(release, tmp_path / "out")
    assert "完整的证件号、账号或电话号码 1 处" in what
    assert "青溪镇.html 第" in where


@pytest.mark.parametrize("village", [f"东风村 {ID_NUMBER}", f"东风村{PHONE}", f"账号{ACCOUNT}"])
def test_a_number_in_the_name_of_a_village_is_found_and_not_repeated(tmp_path: Path, village: str) -> None:
    what, where, remedy = refused(write_release(tmp_path, [entry(1, village=village)]), tmp_path / "out")
    assert "完整的证件号、账号或电话号码" in what
    assert not any(number in what + where + remedy for number in (ID_NUMBER, ACCOUNT, PHONE))


def test_a_number_in_the_name_of_a_town_is_not_repeated_either(tmp_path: Path) -> None:
    said = refused(write_release(tmp_path, [entry(1, town=ID_NUMBER)]), tmp_path / "out")
    assert "完整的证件号" in said[0]
    assert ID_NUMBER not in "".join(said)


def test_a_minor_whom_a_wrong_rule_lists_is_found(tmp_path: Path) -> None:
    release = write_release(tmp_path, [entry(1, head_name="孙小宝")], namesakes=[("孙小宝", None, 0)])
    what, where, _ = refused(release, tmp_path / "out")
    assert "未成年人的姓名 1 处" in what
    assert "青溪镇.xlsx 第 1 张表 B6" in where


def test_an_adult_may_bear_the_name_of_a_minor_but_no_more_often_than_adults_do(tmp_path: Path) -> None:
    namesakes = [("王伟", "青溪镇", 1), ("王伟", "三河镇", 5), ("李娜", None, 1)]
    once = [entry(1, head_name="王伟"), entry(2, head_name="李娜")]
    made = post_notices(write_release(tmp_path / "a", once, namesakes=namesakes), tmp_path / "a" / "out", Asked())
    assert [row[1] for row in lines(sheets(made.folder / "青溪镇.xlsx")["东风村"])] == ["王伟", "李娜"]
    twice = write_release(tmp_path / "b", [*once, entry(3, head_name="王伟")], namesakes=namesakes)
    assert "未成年人的姓名 1 处" in refused(twice, tmp_path / "b" / "out")[0]


def test_a_minor_named_in_a_remark_is_found_and_a_name_inside_an_adults_name_is_none(tmp_path: Path) -> None:
    namesakes = [("王小", None, 0), ("孙小宝", None, 0)]
    release = write_release(tmp_path / "a", [entry(1, head_name="王小明")], namesakes=namesakes)
    assert post_notices(release, tmp_path / "a" / "out", Asked()).entries == {"dibao": 1}
    remark = entry(1, remark="与其孙孙小宝同住")
    added = [column(column_name="remark")]
    release = write_release(tmp_path / "b", [remark], columns=added, extra="remark varchar", namesakes=namesakes)
    assert "未成年人的姓名 1 处" in refused(release, tmp_path / "b" / "out")[0]


def test_a_sheet_named_after_a_minor_is_found_but_not_one_named_after_a_place(tmp_path: Path) -> None:
    namesakes = [("高峰", None, 0), ("哑柏镇", None, 0)]
    release = write_release(tmp_path / "a", [entry(1, village="高峰村")], namesakes=namesakes)
    assert post_notices(release, tmp_path / "a" / "out", Asked()).villages == 1
    release = write_release(tmp_path / "b", [entry(1, village="高峰")], namesakes=namesakes)
    assert "未成年人的姓名" in refused(release, tmp_path / "b" / "out")[0]
    # A place of 行政区划 may be called like a minor, and like a word that no notice may hold.
    release = write_release(tmp_path / "c", [entry(1, town="哑柏镇", village="哑柏镇")], namesakes=namesakes)
    assert post_notices(release, tmp_path / "c" / "out", Asked()).villages == 1


def test_the_number_of_the_office_is_shown_and_another_one_is_not(tmp_path: Path) -> None:
    release = write_release(tmp_path, [entry(1)])
    contact = "青溪县人民路1号，0555-2345678"
    made = post_notices(release, tmp_path / "out", Asked(office="县民政局", office_contact=contact))
    assert contact in str(sheets(made.folder / "青溪镇.xlsx"))
    assert "完整的证件号" in refused(release, tmp_path / "no", office=f"县民政局{PHONE}")[0]


def test_without_words_to_look_for_nothing_is_handed_out(tmp_path: Path) -> None:
    what, where, _ = refused(write_release(tmp_path, [entry(1)], without="notice_word"), tmp_path / "out")
    assert "没有任何公示禁用词" in what
    assert "notice_word" in where
