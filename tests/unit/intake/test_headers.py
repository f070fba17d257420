# ruff: noqa: E501 - one column a line
"""Headers as clerks of different offices write them, and headers that must never be taken for a column."""

from __future__ import annotations

import pytest

from pipelines.contracts import Feed, all_feeds, get_feed, header_words
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.headers.spelling import fold, key, readings, unit_of, without_unit

WRITTEN = {
    ("dibao", "name"): "姓　名|*姓名|姓名(与身份证一致)|姓名/Name|保障对象姓名|低保人员姓名|救助对象",
    (
        "dibao",
        "id_number",
    ): "公民身份证号|居民身份证|身份证（号）|证件号码|保障对象身份证号码|身份证号码（18位）|ID号码|SFZH|身分证号码",
    ("dibao", "town"): "镇（街道）|所属乡镇（街道）|乡镇、街道|所在镇|户籍所在乡镇",
    ("dibao", "village"): "村/社区|所在村（社区）|村（居）委会|村、社区|村(居)民委员会",
    ("dibao", "sex"): "性别（男/女）|性 别",
    ("dibao", "head_id_number"): "户主公民身份号码|身份证号(户主)|户主证件号",
    ("dibao", "benefit_class"): "低保档次|A/B/C类|保障等级",
    ("dibao", "monthly_amount"): "金额|户月保障金额（元）|补助标准（元/人/月）|月保障金额(元/户·月)|家庭补差",
    ("dibao", "status"): "是否在保|当前状态|享受状态(正常/停发)",
    ("tekun", "support_mode"): "供养形式|集中/分散供养",
    ("tekun", "institution"): "入住机构|敬老院",
    ("orphan", "guardian_id_number"): "监护人证件号码|抚养人身份证号码",
    ("nursing_subsidy", "disability_grade"): "失能程度|能力评估等级|失能等级评定",
    ("temporary_assistance", "granted_on"): "救助时间|审批日期|发放时间",
    ("application", "authorised_on"): "授权书签署时间|签署授权书日期|授权时间",
    ("application", "declared_vehicles"): "车辆（辆）|机动车数量",
    ("marriage", "husband_id_number"): "男方公民身份号码|男方证件号|新郎身份证号",
    ("marriage", "registered_on"): "登记时间|婚姻登记日期",
    ("adoption", "adopter_name"): "收养人（1）姓名|养父姓名",
    ("cremation", "id_number"): "逝者身份证号码|证件号|亡者身份证号",
    ("payment", "paid_month"): "发放年月|打卡日期|所属月份|资金月份",
    ("payment", "name"): "户主姓名|农户姓名|户名",
    ("poverty_household", "is_tekun"): "享受特困供养政策情况|是否五保",
    ("poverty_household", "household_type"): "监测对象类别|易返贫致贫户(监测对象)类型",
    ("fisher", "vessel_number"): "船名号|渔船证书编号",
    ("fishing_compensation", "fund_type"): "补偿项目|资金名称",
    ("vehicle", "name"): "车主|机动车所有人|所有人名称|车主姓名",
    ("vehicle", "id_number"): "身份证明号码|车主身份证号",
    ("real_estate", "area_m2"): "建筑面积（㎡）|面积(平方米)",
    ("business", "registered_capital"): "注册资金(万元)|出资额（万元）",
    ("social_insurance", "id_number"): "社会保障号码",
    ("wage", "employer"): "扣缴义务人名称|缴存单位|单位",
    ("disability", "certificate_number"): "残疾人证件号码|残疾证编号|证号",
    ("disability", "name"): "残疾人姓名|持证人",
    ("admin_division", "code"): "统计用区划代码|地区代码",
    ("assistance_standard", "monthly_standard"): "保障标准(元/人·月)|标准",
    # in other words than any that is listed: words that are alike, words that say nothing, alternatives, marks
    ("social_insurance", "insurance_type"): "养老保险险种名称|①险种|AAE140",
    ("business", "entity_type"): "市场主体种类名称|经营主体类型（企业/个体工商户）",
    ("real_estate", "location"): "房屋座落|不动产座落地址",
    ("dibao", "declared_income_per_capita"): "核定家庭月人均收入|申报的家庭人均月收入",
    ("dibao", "declared_wage_income"): "①工资性收入（元/月）|申报的工资性收入",
    ("dibao", "area_type"): "保障类别（城市/农村）|低保类型（城市/农村）",
    ("payment", "account_number"): "“一卡通”账号|社保卡号/银行账号",
    ("payment", "programme"): "补助项目（名称）|惠农补助名称",
    ("fisher", "head_id_number"): "船主身份证号码|户主SFZH|家长身份证号|户代表身份证号码",
    ("marriage", "wife_id_number"): "女方SFZH|妻子公民身份号码",
    # the words of other offices' exports: the two terms of one number, the period of the unit, who is paid, prefixes
    ("dibao", "case_number"): "低保证编号|低保证号码|家庭编号|救助证号|低保（特困）证号",
    ("tekun", "case_number"): "低保（特困）证号",
    ("payment", "bank"): "收款人开户行|补贴对象开户银行",
    ("fishing_compensation", "account_number"): "一卡通（社保卡）账号",
    ("dibao", "declared_transfer_income"): "月转移收入|每月转移性收入（元）",
    ("poverty_household", "transfer_income"): "年转移净收入|上年度转移性收入额（元）",
    ("dibao", "start_month"): "最初享受月份|救助开始年月|低保起领年月",
    ("tekun", "self_care"): "生活自理能力评估结果",
    ("fisher", "relation_to_head"): "与船主的关系",
    ("fisher", "head_name"): "船主姓名|渔船所有人|船主（户主）姓名|渔户户主姓名",
    ("fishing_compensation", "name"): "受偿人姓名|补偿对象姓名",
    ("adoption", "registered_on"): "办理收养日期",
    # with their period before them
    ("elderly_allowance", "monthly_amount"): "高龄津贴（元）|津贴标准(元/月)|2026年10月发放金额|10月份津贴（元）",
    ("poverty_household", "wage_income"): "2025年工资性收入（元）",
    ("deposit", "balance"): "账户余额（元）|期末余额|金额|2026年9月30日余额（元）|截至2026-09-30余额",
    ("dibao", "birth_date"): "出生年月|出生日期（年/月/日）|出生日期(yyyy-mm-dd)|出生时间|出身年月",
    # put together from the feed's own words
    ("dibao", "relation_to_head"): "与户主关系(户主/配偶/子女)|户主关系",
    ("elderly_allowance", "name"): "老人姓名|申请人姓名|高龄老人|享受高龄津贴人员姓名|长寿老人姓名",
    ("orphan", "name"): "保障儿童姓名",
    ("dibao", "address"): "现居住详细地址",
    ("fisher", "employment"): "退捕渔民转产就业情况",
    ("payment", "amount"): "实发金额|补贴金额（元）|金额|实际到账金额|本月实发补贴（元）",
    ("vehicle", "registered_on"): "首次上牌日期",
    ("dibao", "head_name"): "姓名(户主)|户主（申请人）|户主名称|低保申请人姓名",
    ("dibao", "account_number"): "社保卡卡号|银行帐号|账（卡）号|社会保障卡号|低保金发放账号",
    ("wage", "id_number"): "身份证号/社会保障号|二代身份证号码|第二代居民身份证号码",
}
SPELLINGS = [(feed, column, header) for (feed, column), text in WRITTEN.items() for header in text.split("|")]
OTHERS = {
    "dibao": "家庭人数|保障标准|停保时间|停发日期|代领人身份证号|户主DH|补发金额|家庭情况|年审时间|户籍类型人数|备注|年龄|民族|证件类型|家庭人口|配偶姓名|监护人电话|经办人|金额(累计)|人均补差|编号|身份证类型|姓名(配偶)|户主(配偶)姓名|发放(停发)时间|审批人员姓名|退出低保时间|乡镇联系电话|银行联系电话|银行账户名称|停止发放金额|家庭人均收入标准|城市低保标准|年度低保金额|在保户数|2025年保障金额|10月|2026年10月停发金额|上年度人均收入|户主联系电话|原农户户主姓名",
    "elderly_allowance": "户主姓名|代领人姓名|死亡日期|人员|对象|享受待遇人员",
    "payment": "失败原因|2025年发放金额|发放补贴金名称|开户人身份证号|累计发放金额|退回补贴金额|上月实发金额|补贴面积|发放人员姓名",
    "marriage": "姓名|身份证号|男方国籍",
    "real_estate": "住房情况|共有情况|抵押登记日期|原权利人姓名|注销登记时间",
    "business": "股东/法人代码|登记机关",
    "vehicle": "使用人姓名|发动机号|变更登记日期|注销登记日期|转移登记日期",
    "disability": "监护人姓名|发证日期",
    "assistance_standard": "城乡标准类别",
    "fisher": "船主联系电话|与船主联系",
    "tekun": "供养服务人员电话|照料护理费",
    "social_insurance": "个人账户养老金|基础养老金",
}


@pytest.mark.parametrize(("feed", "column", "header"), SPELLINGS)
def test_a_header_is_known_however_it_is_written(feed: str, column: str, header: str) -> None:
    hit = look_up(get_feed(feed), header)
    assert hit is not None
    assert hit[0].name == column


@pytest.mark.parametrize(("feed", "header"), [(f, h) for f, text in OTHERS.items() for h in text.split("|")])
def test_a_header_of_something_else_stays_unknown(feed: str, header: str) -> None:
    assert look_up(get_feed(feed), header) is None


@pytest.mark.parametrize("feed", list(all_feeds().values()), ids=lambda feed: feed.name)
def test_no_two_columns_of_a_feed_share_a_spelling_however_it_is_compared(feed: Feed) -> None:
    owner: dict[str, str] = {}
    for column in feed.columns:
        for header in column.headers:
            spelled = key(without_unit(fold(header)))
            assert owner.setdefault(spelled, column.name) == column.name, header


@pytest.mark.parametrize("feed", list(all_feeds().values()), ids=lambda feed: feed.name)
def test_every_listed_header_and_canonical_name_means_its_own_column(feed: Feed) -> None:
    for column in feed.columns:
        for header in (*column.headers, column.name):
            hit = look_up(feed, header)
            assert hit is not None
            assert hit[0].name == column.name, header


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("月标准(元/人·月)", "元/月"), ("金额(元)", "元"), ("金额元", "元"), ("注册资本(万元)", "万元"), ("注册资本万元", "万元"),
        ("家庭人均收入(元/年)", "元/年"), ("家庭人均收入(年)", "元/年"), ("补贴(单位:元)", "元"), ("补贴(元/户/季)", "元/季"),
        ("元旦慰问", None), ("姓名", None), ("单元号", None),
    ],
)  # fmt: skip
def test_the_unit_behind_a_header_is_read_without_persons_and_households(header: str, unit: str | None) -> None:
    assert unit_of(header) == unit


def test_a_note_that_changes_the_meaning_is_never_dropped() -> None:
    assert "姓名" in readings("姓名(须与身份证一致)")
    assert "户主姓名" in readings("姓名(户主)")
    assert not {"姓名", "金额"} & {*readings("姓名(原)"), *readings("金额(上年累计)")}


def test_words_of_headers_stand_for_one_word_each() -> None:
    words = header_words().words
    assert key("户主居民身份证号码") == key("户主身份证号") == "户主身份证号"
    assert not set(words) & set(words.values())


@pytest.mark.parametrize(
    ("feed", "parent", "header", "column"),
    [
        ("marriage", "男方", "证号", "husband_id_number"),
        ("dibao", "户主", "证号", "head_id_number"),
        ("dibao", "", "证号", "case_number"),
        ("real_estate", "", "产权人证号", "id_number"),
    ],
)
def test_a_number_of_a_paper_is_a_persons_where_a_person_stands_before_it(
    feed: str, parent: str, header: str, column: str
) -> None:
    hit = look_up(get_feed(feed), header, parent)
    assert hit is not None
    assert hit[0].name == column


@pytest.mark.parametrize("header", ["申报日期", "录入时间", "打印日期"])
def test_when_something_was_written_down_is_not_when_it_was_paid(header: str) -> None:
    assert look_up(get_feed("fishing_compensation"), header) is None
