"""What a household report says: of each outcome, of each answer, of people outside the household."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from pipelines.contracts import all_feeds
from pipelines.publishing.household_report import Office, words
from pipelines.publishing.household_report.evidence import MORE, MOST_ROWS, TELLING, WITHHELD
from pipelines.publishing.household_report.sheet import Sheet
from tests.household_factory import DELIVERY, HEAD, ID_NUMBERS, STRANGER, WIFE, ReleaseMaker

SheetOf = Callable[..., Sheet]


def test_an_eligible_household_says_who_was_checked_what_was_asked_and_that_nothing_was_found(
    maker: ReleaseMaker, sheet_of: SheetOf
) -> None:
    household = maker.household()
    maker.member(household)
    sheet = sheet_of(household)
    assert sheet.outcome == "符合条件"
    assert [(member["name"], member["relation"], member["basis"]) for member in sheet.members] == [
        ("王建国", "户主", "身份证号有效，是本人的号码")
    ]
    assert {answer.answer for answer in sheet.answers} == {"查了，没有"}
    assert {answer.delivered for answer in sheet.answers} == {DELIVERY}
    assert (sheet.help_due, sheet.doubts, sheet.open_questions) == ([], [], [])
    assert sheet.number == "20261031-000001-000001"
    assert [income.verified for income in sheet.incomes] == ["406元", "0元", "0元", "0元", "406元", "406元"]
    assert sheet.standard == "农村低保标准812元/月，自2026年7月起执行"


def test_a_doubt_carries_its_clause_its_cells_and_the_document_that_clears_it(
    maker: ReleaseMaker, sheet_of: SheetOf
) -> None:
    household = maker.household(outcome="ineligible", vehicle_count=1)
    roll = maker.member(household)
    car = maker.mention("vehicle", 7, HEAD, "王建国", name="王建国", id_number=ID_NUMBERS[0], plate="皖K2J687",
                        vehicle_type="小型轿车", status="正常")  # fmt: skip
    mapping = {"Sheet1": {"columns": {"车主": "name", "车牌号码": "plate"}, "letters": {"name": "A", "plate": "C"}}}
    maker.add("raw.delivered_file", feed="vehicle", delivery=DELIVERY, file="vehicle.xlsx", in_force=True,
              column_mapping=json.dumps(mapping))  # fmt: skip
    maker.finding("vehicle_owned", household, [roll, car], [HEAD])
    (doubt,) = sheet_of(household).doubts
    assert doubt.rule == "家庭成员名下有正常状态且不在豁免范围的机动车。"
    assert doubt.source == "家庭财产状况规定（待民政局确认）"
    assert doubt.effect == "身份确定的，不符合条件；身份待核实的，复核。"
    assert "登记证书" in doubt.document
    assert [(place.source, place.file, place.sheet) for place in doubt.places] == [
        ("最低生活保障对象花名册", "dibao.xlsx", "Sheet1"), ("机动车登记", "vehicle.xlsx", "Sheet1"),
    ]  # fmt: skip
    ((row, cells),) = doubt.places[1].rows
    assert row == 7
    assert cells == (
        "A列“车主”王建国，“身份证号”340590**********27，C列“车牌号码”皖****87，“车辆类型”小型轿车，“状态”正常"
    )


def test_help_that_is_due_stands_apart_from_doubts(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household(is_low_income_margin=True, income_ratio=1.234)
    roll = maker.member(household)
    maker.finding("elderly_without_allowance", None, [roll], [HEAD], severity="蓝")
    sheet = sheet_of(household)
    assert [(item.title, item.urgency) for item in sheet.help_due] == [
        ("低保边缘", "可能应享"), ("标题elderly_without_allowance", "可能应享"),
    ]  # fmt: skip
    assert "1.23倍" in sheet.help_due[0].message
    assert sheet.help_due[0].source.startswith("关于改革完善社会救助制度的意见")
    assert sheet.doubts == []


def test_without_authorisation_nothing_was_asked_and_nothing_is_concluded(
    maker: ReleaseMaker, sheet_of: SheetOf
) -> None:
    household = maker.household("application", "S1", is_authorised=False, outcome="not_authorised")
    maker.member(household)
    maker.mention("marriage", 3, HEAD, "王建国", "husband")
    sheet = sheet_of(household)
    assert sheet.outcome == "未取得授权，没有核对"
    assert {answer.answer for answer in sheet.answers} == {"没有查询（没有授权）"}
    assert sheet.authorisation == "2026年9月1日申请，没有授权日期，没有有效授权"
    assert sheet.incomes == []
    assert sheet.no_income == "没有有效的核对授权，没有核算收入。"
    assert ("found", "查到", [f"{DELIVERY}：婚姻登记 1行"]) in sheet.registers
    assert "不能据此认为有或没有收入" in sheet.open_questions[0]


def test_the_four_answers_are_told_apart(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household(financial_assets=Decimal("1594.87"), declared_deposit=Decimal(0))
    maker.member(household)
    answers = {row["feed"]: row for row in maker.rows["intermediate.int_unit__answered"]}
    answers["deposit"]["answer"] = "found"
    answers["wage"] |= {"answer": "stale", "delivered_on": date(2026, 7, 1)}
    answers["business"] |= {"answer": "not_asked", "delivered_on": None}
    answers["real_estate"] |= {"answer": "not_asked", "delivered_on": date(2026, 10, 28)}
    next(row for row in maker.rows["raw.feed_status"] if row["feed"] == "wage")["age_days"] = 122
    maker.add("intermediate.int_asset__itemised", household_id=household, person_id=HEAD, row_id="d/1", name="王建国",
              item="存款（农商行）", is_certain=False, match_probability=0.993, is_unreadable=False, feed="deposit",
              item_key="x", amount=Decimal("1594.87"), is_counted=True)  # fmt: skip
    told = {answer.source: answer for answer in sheet_of(household).answers}
    assert told["金融资产余额"].answer == "查到"
    assert told["金融资产余额"].items == [
        "计入1,594.87元（申报0元）", "王建国：存款（农商行） 1,594.87元（是否本人待核实，把握约99%）",
    ]  # fmt: skip
    assert told["工资薪金与公积金缴存"].answer == "数据过期（已122天，期限45天）"
    assert told["市场主体登记"].answer == "没有查询（从未报送）"
    assert told["市场主体登记"].delivered == "—"
    assert told["不动产登记"].answer == "不能判断（写到本户成员的行未能采用）"
    assert told["机动车登记"].answer == "查了，没有"


def test_what_does_not_apply_in_the_county_is_told_with_its_reason(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household()
    maker.member(household)
    for feed in ("fishing_compensation", "fisher", "orphan"):
        maker.add("policy.feed_not_applicable", feed=feed, reason="本县没有渔业水域", valid_from=date(2026, 1, 1))
    for row in maker.rows["raw.feed_status"]:
        if row["feed"] in ("fishing_compensation", "fisher"):
            row |= {"state": "never", "delivered_on": None, "age_days": None}
    answers = {row["feed"]: row for row in maker.rows["intermediate.int_unit__answered"]}
    answers["fishing_compensation"] |= {"answer": "not_asked", "delivered_on": None}
    sheet = sheet_of(household)
    told = {answer.source: answer for answer in sheet.answers}
    assert told["禁捕退捕补偿资金发放表"].answer == "本县不适用（本县没有渔业水域）"
    away = [registers for code, _, registers in sheet.registers if code == "not_applicable"]
    assert away == [["本县没有渔业水域：退捕渔民建档立卡信息"]]
    delivered = [line for code, _, registers in sheet.registers if code == "nothing_found" for line in registers]
    assert any("孤儿" in line for line in delivered), "what was delivered all the same is told as it is"


def test_of_a_unit_whose_income_is_not_verified_no_income_register_was_asked(
    maker: ReleaseMaker, sheet_of: SheetOf
) -> None:
    household = maker.household("tekun", "T1")
    maker.member(household)
    sheet = sheet_of(household)
    told = {answer.source: answer.answer for answer in sheet.answers}
    assert told["工资薪金与公积金缴存"] == "没有查询（此类救助不核算收入）"
    assert told["机动车登记"] == "查了，没有"
    assert sheet.no_income == "此类救助不核算收入，只核对财产。"


def test_an_uncertain_identity_says_why_and_how_sure_it_is(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household(members=2, outcome="needs_review", evidence_grade="C")
    maker.person(WIFE, "李梅", None)
    roll = maker.member(household)
    doubtful = maker.member(household, WIFE, "李梅", 5, relation_to_head="配偶", is_head=False, is_certain=False,
                            match_probability=0.954, number_on_row="3.40591E+17",
                            status_of_number="precision_lost")  # fmt: skip
    maker.finding(
        "income_over_limit", household, [roll, doubtful], [HEAD, WIFE], certain=False, match_probability=0.954
    )
    maker.add("intermediate.int_unit__doubted", household_id=household, place=4, sentence="数据已过期，请报送部门更新")
    for row_id, row in ((roll, 4), (doubtful, 5)):
        maker.add("marts.quarantine", row_id=row_id, column_name="id_number", file="dibao.xlsx", sheet="Sheet1",
                  row_number=row, message=f"身份证号：末几位已丢失；位置：第 {row} 行；处理：重新报送")  # fmt: skip
    maker.add("marts.duplicate_candidate", pair_id="d1", person_id_l=WIFE, person_id_r="x", state="open")
    maker.rows["marts.verified_household"][-1]["data_notes"] = ["机动车登记：数据只到2026-08-31的报送"]
    sheet = sheet_of(household)
    member = sheet.members[1]
    assert member["basis"] == "名册号码的末几位已丢失；按姓名、住址等推断，把握约95%"
    assert member["id_number"] == "无可用号码"
    assert sheet.doubts[0].certainty == "身份待核实，把握约95%"
    assert sheet.open_questions == [
        "数据已过期，请报送部门更新。",
        "机动车登记：数据只到2026-08-31的报送，此后的情况没有核对到。",
        "身份证号：末几位已丢失（《dibao.xlsx》工作表“Sheet1”第4、5行）；请重新报送。",
        "有1对记录是不是成员本人尚待人工核对，核对后所列内容可能增减。",
    ]


def test_the_dead_and_those_who_left_are_named_and_not_counted(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household(verified_member_count=0, outcome="needs_review", verified_income_per_capita=None)
    maker.person(WIFE, "李梅", ID_NUMBERS[1])
    maker.member(household, died_on=date(2026, 9, 7), is_death_certain=True)
    maker.member(household, WIFE, "李梅", 5, is_head=False, relation_to_head="妻", is_member=False)
    sheet = sheet_of(household)
    assert [(member["life"], member["counted"]) for member in sheet.members] == [
        ("已故（2026年9月7日，火化登记）", False), ("已停保", False),
    ]  # fmt: skip
    assert (sheet.incomes[-1].verified, sheet.incomes[-1].basis) == ("—", "没有在世成员，不能计算")
    assert {answer.answer for answer in sheet.answers} == {"没有查询（没有在世成员）"}


def test_a_stranger_in_a_finding_is_named_by_surname_and_their_row_is_withheld(
    maker: ReleaseMaker, sheet_of: SheetOf
) -> None:
    household = maker.household()
    maker.member(household)
    maker.person(STRANGER, "赵铁柱", ID_NUMBERS[2])
    own = maker.mention("payment", 3, HEAD, "王建国", "payee", name="王建国", id_number=ID_NUMBERS[0], amount="300",
                        account_number="6217900000000001234")  # fmt: skip
    other = maker.mention("payment", 8, STRANGER, "赵铁拄", "payee", name="赵铁拄", amount="500")
    maker.finding("shared_account", None, [own, other], [HEAD, STRANGER],
                  message="尾号1234的银行账户同时领取王建国、赵铁拄的补贴，赵铁柱住西村。")  # fmt: skip
    (doubt,) = sheet_of(household).doubts
    assert doubt.message == "尾号1234的银行账户同时领取王建国、赵某的补贴，赵某住西村。"
    (own_row, own_cells), (other_row, other_cells) = doubt.places[0].rows
    assert (own_row, other_row) == (3, 8)
    assert "尾号1234" in own_cells
    assert "621790" not in own_cells
    assert other_cells == WITHHELD


def test_who_is_said_to_belong_to_the_household_is_named_to_it(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household()
    roll = maker.member(household)
    maker.person(WIFE, "李梅", ID_NUMBERS[1])
    wedding = maker.mention("marriage", 3, HEAD, "王建国", "husband", husband_name="王建国", wife_name="李梅",
                            husband_id_number=ID_NUMBERS[0], wife_id_number=ID_NUMBERS[1], event="结婚")  # fmt: skip
    maker.mention("marriage", 3, WIFE, "李梅", "wife")
    maker.finding("undeclared_spouse", household, [roll, wedding], [HEAD, WIFE], message="王建国与李梅登记结婚。")
    (doubt,) = sheet_of(household).doubts
    assert doubt.message == "王建国与李梅登记结婚。"
    assert "“女方姓名”李梅，“女方身份证号”340590**********16" in doubt.places[1].rows[0][1]


def test_no_birth_date_and_at_most_two_last_digits_of_an_id_number_are_shown(
    maker: ReleaseMaker, page_of: Callable[[str], str]
) -> None:
    household = maker.household()
    roll = maker.member(household)
    message = f"身份证号340590********4527，出生日期1955-03-12，持{ID_NUMBERS[0]}，现年71周岁。"
    maker.finding("age_mismatch", None, [roll], [HEAD], message=message)
    page = page_of(household)
    assert not [number for number in ID_NUMBERS if number in page]
    assert "4527" not in page
    assert "1955" not in page
    assert "现年71周岁" in page


def test_cleared_findings_are_no_doubts_and_expired_ones_say_why_they_are_back(
    maker: ReleaseMaker, sheet_of: SheetOf
) -> None:
    household = maker.household()
    roll = maker.member(household)
    maker.finding("vehicle_owned", household, [roll], [HEAD], state="cleared", title="名下有机动车")
    maker.finding("business_interest", household, [roll], [HEAD], state="expired", state_reason="结论已满期限。")
    sheet = sheet_of(household)
    assert sheet.cleared == ["名下有机动车"]
    assert [(doubt.state, doubt.message) for doubt in sheet.doubts] == [
        ("重新待核实", "说明business_interest。；结论已满期限。")
    ]


def test_further_findings_are_read_where_the_release_has_them(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household()
    roll = maker.member(household)
    maker.finding("review_overdue", household, [roll], [HEAD])
    maker.further = maker.rows["marts.finding"]
    maker.rows["marts.finding"] = []
    (doubt,) = sheet_of(household).doubts
    assert doubt.title == "标题review_overdue"


def test_findings_of_another_unit_of_the_same_people_stay_there(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household, other = maker.household(), maker.household("application", "S1")
    roll = maker.member(household)
    maker.member(other, row=9)
    maker.finding("undeclared_fishing_compensation", other, [roll], [HEAD])
    sheet = sheet_of(household)
    assert sheet.doubts == []
    assert sheet.benefits == ["成员还在救助申请S1中，另有报告"]


def test_the_gravest_doubt_comes_first_and_a_long_list_is_counted(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household()
    roll = maker.member(household)
    paid = [maker.mention("payment", row, HEAD, "王建国", "payee", amount="1") for row in range(2, 2 + MOST_ROWS + 3)]
    maker.finding("vehicle_owned", household, [roll], [HEAD])
    maker.finding("payment_after_death", None, paid, [HEAD], severity="红")
    first, second = sheet_of(household).doubts
    assert (first.severity, second.severity) == ("红", "黄")
    assert first.rows_left_out == 3
    assert sum(len(place.rows) for place in first.places) == MOST_ROWS


def test_what_all_rows_of_a_sheet_share_is_said_once(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household()
    maker.member(household)
    cells = {"name": "王建国", "amount": "300"}
    paid = [
        maker.mention("payment", row, HEAD, "王建国", "payee", paid_month=f"2026-0{row}", **cells) for row in (8, 9)
    ]
    maker.finding("payment_after_death", None, paid, [HEAD])
    ((place,),) = [doubt.places for doubt in sheet_of(household).doubts]
    assert place.common == "“姓名”王建国，“发放金额”300"
    assert place.rows == [(8, "“发放月份”2026-08"), (9, "“发放月份”2026-09")]


def test_the_office_and_the_ways_to_object_are_named(maker: ReleaseMaker, sheet_of: SheetOf) -> None:
    household = maker.household()
    maker.member(household)
    sheet = sheet_of(household, Office("青溪县核对中心", "县府路1号"))
    assert [route["title"] for route in sheet.routes] == ["申请复核", "更正数据", "行政复议", "行政诉讼"]
    assert {route["status"] for route in sheet.routes} == {"待民政局确认"}
    assert sheet.office.name == "青溪县核对中心"


@pytest.mark.parametrize("feed", sorted(all_feeds()))
def test_every_feed_says_which_of_its_columns_speak(feed: str) -> None:
    columns = {column for name, columns in TELLING.items() if name == feed for column in columns}
    columns |= {column for (_, name), more in MORE.items() if name == feed for column in more}
    assert feed in TELLING
    assert columns <= set(all_feeds()[feed].by_name)
    shown = {all_feeds()[feed].by_name[column].type for column in columns}
    assert not shown & {"phone", "address", "id_number"} - ({"address"} if feed == "real_estate" else set())


@pytest.mark.parametrize(
    ("certain", "probability", "said"),
    [
        (True, 1.0, "身份确定"),
        (False, 0.95, "身份待核实，把握约95%"),
        (False, 1.0, "内容待核实"),
        (False, None, "身份待核实，把握不明"),
    ],
)
def test_a_doubt_on_what_a_row_says_is_no_doubt_on_whose_it_is(
    certain: bool, probability: float | None, said: str
) -> None:
    assert words.certainty(certain, probability) == said
