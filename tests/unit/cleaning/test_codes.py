"""Codes as offices spell them, and spellings that would stand for two things."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.cleaning import fold_spelling, read_codes
from pipelines.contracts import code_lists

SPELLED = {
    ("sex", "男"): "男性|１|M|男 ",
    ("benefit_status", "在保"): "正常享受|在享|发放中|正常发放|有效|１",
    ("benefit_status", "停保"): "已停|停发|死亡|已注销|清退|死亡停发",
    ("benefit_status", "渐退"): "渐退期内|缓退期",
    ("benefit_class", "A"): "A类|ａ类|一类|1类|甲类",
    ("area_type", "农村"): "农村低保|农业户口|农|农业家庭户口",
    ("support_mode", "分散"): "分散供养|居家供养",
    ("self_care", "全护理"): "完全丧失生活自理能力|不能自理",
    ("orphan_type", "事实无人抚养儿童"): "事实孤儿|事实上无人抚养儿童",
    ("disability_level", "二级"): "2|2级|Ⅱ级|残疾二级|2.0",
    ("marriage_event", "离婚"): "离婚登记|协议离婚|离",
    ("household_type", "边缘易致贫户"): "边缘户|易致贫户",
    ("fund_type", "证书回收补偿"): "捕捞权收回补偿|捕捞证补偿|捕捞权补助",
    ("fund_type", "社保补贴"): "养老保险补助|养老保险缴费补贴",
    ("property_use", "商铺"): "门面房|商业服务",
    ("business_status", "存续"): "存续（在营、开业、在册）|正常经营|开业",
    ("business_status", "吊销"): "吊销，未注销|吊销未注销",
    ("insurance_type", "城乡居民养老"): "城乡居民基本养老保险|城居保|新农保",
    ("division_level", "村"): "村（居）|社区|行政村",
    ("programme", "dibao"): "2026年9月农村低保金|城乡居民最低生活保障|低保救助金|农低|城低",
    ("programme", "tekun"): "特困分散供养金|农村五保供养|特困人员基本生活费|特供",
    ("programme", "orphan"): "孤儿、事实无人抚养儿童基本生活费|散居孤儿生活费",
    ("programme", "elderly_allowance"): "高龄老人补贴|百岁老人补贴|80岁以上老年人高龄津贴",
    ("programme", "disabled_nursing"): "重残护理补贴",
}
#: With what offices write beside the word.
REMARKED = {
    ("sex", "男"): "男(1)|1.男|男性1",
    ("benefit_status", "在保"): "在保（正常）|正常/在保|保障中（正常）",
    ("vehicle_status", "正常"): "A正常|A:正常|正常（A）|Q逾期未检验",
    ("vehicle_status", "注销"): "E注销|M强制注销",
    ("property_use", "住宅"): "城镇住宅用地/成套住宅|住宅（自建）",
    ("business_role", "法定代表人"): "法定代表人/经营者|法定代表人（负责人）",
    ("household_type", "边缘易致贫户"): "边缘易致贫户（监测）|监测户-边缘易致贫户",
    ("fund_type", "过渡期生活补助"): "过渡期生活补助资金|过渡期补助（2026年）",
    ("programme", "homecare_subsidy"): "低收入老人居家养老补贴|低收入居家养老服务补助",
    ("programme", "nursing_subsidy"): "困难失能失智老人护理补贴",
    ("programme", "tekun"): "特困人员生活补贴|特困基本生活标准",
    ("programme", "dibao"): "城乡居民低保金|2026年10月农村居民低保补助金",
    ("asset_type", "存款"): "活期及定期存款|个人活期存款",
    ("benefit_status", "停保"): "停保（死亡）|停保-超标|停发（死亡）|死亡停保|已终止救助",
    ("support_mode", "集中"): "机构集中",
    ("insurance_type", "城镇职工养老"): "企业职工基本养老保险（退休）|企业职工养老保险待遇",
}
CASES = [
    (codes, value, text)
    for table in (SPELLED, REMARKED)
    for (codes, value), texts in table.items()
    for text in texts.split("|")
]


@pytest.mark.parametrize(("codes", "value", "text"), CASES)
def test_a_code_is_read_however_it_is_spelled(codes: str, value: str, text: str) -> None:
    assert read_codes(pl.Series([text]), code_lists()[codes]).row(0) == (value, None)


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ("programme", "农保"), ("programme", "困境儿童基本生活补贴"), ("programme", "补贴"), ("benefit_status", "核减"),
        ("benefit_status", "在保（死亡）"), ("benefit_status", "在保/停保"), ("benefit_status", "在保（拟停）"),
        ("yes_no", "低保（已取消）"), ("property_use", "住宅/商铺"), ("programme", "低保、电价补贴"),
        ("programme", "原低保"), ("vehicle_status", "正常（已过户）"), ("benefit_class", "A/B"),
        ("benefit_status", "已取消停保"), ("benefit_status", "死亡未停保"), ("benefit_status", "停保后恢复"),
        ("business_role", "法人股东"), ("property_use", "住宅配套车位"), ("insurance_type", "城乡居民医疗保险"),
        ("asset_type", "股票质押贷款"), ("programme", "低保医疗救助金"), ("programme", "低保临时救助"),
        ("programme", "特困人员护理补贴"), ("programme", "孤儿助学金"), ("programme", "生活补助"),
        ("business_role", "法定代表人及股东"),
        ("disability_level", "重度"), ("property_use", "非住宅"), ("benefit_class", "D"), ("sex", "9"),
    ],
)  # fmt: skip
def test_what_may_mean_two_things_stays_unknown(codes: str, text: str) -> None:
    assert read_codes(pl.Series([text]), code_lists()[codes]).row(0) == (None, "unknown_code")


@pytest.mark.parametrize("codes", list(code_lists()))
def test_no_spelling_stands_for_two_values_however_it_is_compared(codes: str) -> None:
    owner: dict[str, str] = {}
    for spelling, value in code_lists()[codes].items():
        assert owner.setdefault(fold_spelling(spelling), value) == value, spelling
