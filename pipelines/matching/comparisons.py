"""Comparisons as ordered levels, from best to worst; every level has one sentence for the caseworker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.matching.agreement import (
    READINGS,
    Reading,
    compare_birth_dates,
    compare_cohorts,
    compare_companions,
    compare_id_numbers,
    compare_listings,
    compare_names,
    compare_numbers,
    compare_residences,
    compare_rounded_numbers,
    compare_sexes,
)


@dataclass(frozen=True)
class Level:
    """One level of agreement and the sentence for it."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Comparison:
    """A comparison: what it looks at, its levels from best to worst, and the function that finds the level.

    `compare` takes the ValuePairs of an attribute, or a frame of flags, and answers a level (uint8) for each pair.
    """

    name: str
    title: str
    attribute: str
    levels: tuple[Level, ...]
    compare: Callable[[Any], np.ndarray]

    @property
    def reading(self) -> Reading:
        """How a comparison of an attribute reads its vocabulary."""
        return READINGS[self.compare]

    def index(self, level: str) -> int:
        return [entry.name for entry in self.levels].index(level)


def _comparison(
    name: str, title: str, attribute: str, compare: Callable[[Any], np.ndarray], **levels: str
) -> Comparison:
    return Comparison(name, title, attribute, tuple(Level(*entry) for entry in levels.items()), compare)


COMPARISONS: dict[str, Comparison] = {
    comparison.name: comparison
    for comparison in (
        _comparison(
            "id_number",
            "身份证号",
            "id_text",
            compare_id_numbers,
            same_text="身份证号（或残疾证号所含的身份证号）写法相同",
            one_slip="身份证号只差一处（一位数字错、漏、多或相邻两位颠倒），且其中一个校验码不符",
            two_slips="身份证号差两处，且其中一个校验码不符",
            other_sequence="两个有效身份证号的地区和出生日期相同，只有顺序码不同（如双胞胎、同日出生的人）",
            two_numbers="两个身份证号都有效，地区或出生日期不相同",
            different="身份证号相差三处以上",
        ),
        _comparison(
            "rounded_number",
            "身份证号（末位丢失）",
            "id_digits",
            compare_rounded_numbers,
            same_digits="表格丢失末位的身份证号，余下的前14位以上相同",
            same_area="表格丢失末位的身份证号，余下的几位（地区码）相同",
            other_digits="表格丢失末位的身份证号，余下的数字不同",
        ),
        _comparison(
            "name",
            "姓名",
            "name",
            compare_names,
            exact="姓名相同",
            same_sound="姓名同音（或方音相近）",
            other_name="姓名与另一方括号里的曾用名、小名或本名相同（或同音）",
            similar_shape="姓名只差一字，两字形近",
            short_form="少数民族姓名的简写相同",
            swapped="姓名用字相同，次序不同",
            missing_character="姓名多一字或少一字",
            one_character="三字以上姓名只差一字",
            one_of_two="两字姓名只差名字",
            other_surname="两字姓名只差姓",
            same_surname="只有姓相同",
            different="姓名不同",
        ),
        _comparison(
            "birth_date",
            "出生日期",
            "birth_date",
            compare_birth_dates,
            exact="出生日期相同",
            swapped="出生日期的月与日颠倒",
            lunar="出生日期一为农历、一为公历",
            month_or_year="出生日期只填了年或年月，与另一方相符",
            year_off_by_one="出生年份差一年，月日相同（如虚岁、周岁算错）",
            one_digit="出生日期只差一位数字",
            two_digits="出生日期差两位数字",
            same_year="出生年份相同，月日不同",
            different="出生日期不同",
        ),
        _comparison("sex", "性别", "sex", compare_sexes, same="性别相同", different="性别不同"),
        _comparison(
            "residence",
            "住地",
            "residence",
            compare_residences,
            same_house="同村（社区）同组同门牌",
            same_group="同村（社区）同组",
            same_village="同村（社区）",
            other_house="同村（社区）但组或门牌不同",
            town_alone="同乡镇，至少一方未写明村（社区）",
            same_town="同乡镇不同村（社区）",
            other_town="不在同一乡镇",
        ),
        _comparison("phone", "联系电话", "phone", compare_numbers, same="联系电话相同", different="联系电话不同"),
        _comparison(
            "account_number",
            "银行账号",
            "account_number",
            compare_numbers,
            same="银行账号相同",
            different="银行账号不同",
        ),
        _comparison(
            "certificate_number",
            "证件编号",
            "certificate_number",
            compare_numbers,
            same="证件编号相同",
            different="证件编号不同",
        ),
        _comparison(
            "vessel_number", "渔船编号", "vessel_number", compare_numbers, same="渔船编号相同", different="渔船编号不同"
        ),
        _comparison(
            "companions",
            "家庭关系",
            "",
            compare_companions,
            same_head="同一户的户主（申请人）",
            shared_companions="两个以上的家庭成员相同",
            borrowed_number="所填的身份证号是此人家庭成员（配偶、户主等）的，疑为误填",
            shared_companion="有一个家庭成员相同",
            likely_companion="同一登记中的另一方，可能是此人的家庭成员",
        ),
        _comparison(
            "listing",
            "名册",
            "",
            compare_listings,
            not_listed="此人在该名册中没有别的行",
            listed="此人在该名册中已有一行",
        ),
        _comparison(
            "cohort",
            "年龄性别",
            "",
            compare_cohorts,
            usual="此人的年龄、性别在该名册中常见",
            unusual="此人的年龄、性别在该名册中少见",
        ),
        _comparison(
            "profile",
            "其他名册",
            "",
            compare_cohorts,
            usual="此人所在的其他名册与该名册常有同一人",
            unusual="此人所在的其他名册与该名册少有同一人",
        ),
        _comparison(
            "partner_age",
            "年龄差",
            "",
            compare_cohorts,
            usual="此人与同一登记中另一方的年龄差常见",
            unusual="此人与同一登记中另一方的年龄差少见",
        ),
        _comparison(
            "event_age",
            "登记时年龄",
            "",
            compare_cohorts,
            usual="此人在登记（婚姻、收养、死亡等）当年的年龄常见",
            unusual="此人在登记（婚姻、收养、死亡等）当年的年龄少见",
        ),
    )
}
