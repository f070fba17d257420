"""V: values in the cells, and what rows say together."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.cleaning import to_18
from tests.delivery_factory import id_number
from tests.faults import mutations as m
from tests.faults.catalogue.fault import (
    FINDING,
    FIXED,
    PROTECTED,
    READ,
    REVIEW,
    ROW,
    VALUE,
    WARNED,
    Fault,
    FileCase,
    ValueCase,
)

NUMBER = id_number(1)
OLD = "340590" + "620312" + "001"
ENDS_IN_X = next(number for order in range(1, 100) if (number := to_18(f"340590620312{order:03d}")).endswith("X"))
CENTENARIAN = "340590" + "980312" + "996"
IMPOSSIBLE = "340590" + "19620231" + "0015"
RULES = "tests/integration/test_rules.py::test_case_is_found_and_nothing_else"
BOOKS = "tests/unit/matching/test_case_books.py::test_case"
HOUSEHOLDS = "tests/integration/test_bad_policy_deliveries.py"


def _number(variant: str, delivered: Any, status: str, value: str | None = None) -> ValueCase:
    return ValueCase(
        variant,
        {"id_number": delivered},
        "id_number",
        value,
        "" if status in ("valid", "missing") else status,
        status=status,
    )


def _amount(variant: str, delivered: Any, value: str | None, code: str = "") -> ValueCase:
    return ValueCase(
        variant,
        {"amount": delivered},
        "amount",
        Decimal(value) if value else None,
        code,
        "quarantined" if code else "accepted",
    )


def _date(variant: str, delivered: Any, value: date | None, code: str = "") -> ValueCase:
    return ValueCase(variant, {"birth_date": delivered}, "birth_date", value, code)


def _phone(variant: str, delivered: Any, value: str | None, code: str = "") -> ValueCase:
    return ValueCase(variant, {"phone": delivered}, "phone", value, code)


def _account(variant: str, delivered: Any, value: str | None, code: str = "") -> ValueCase:
    return ValueCase(variant, {"account_number": delivered}, "account_number", value, code, feed="payment")


DAY = date(2024, 2, 9)

VALUES = (
    Fault("V01", "身份证号存成数字(3.42601E+17)", VALUE, "precision_lost", (
        _number("a_number", float(NUMBER[:15] + "000"), "precision_lost"), _number("as_shown", "3.40590193001E+17", "precision_lost"),
    ), note="回执另有 DIGITS_LOST，请将该列设为文本后重新报送；本行按其余信息比对。"),
    Fault("V02", "表格软件已取整、末位为000的“文本”身份证号", VALUE, "bad_checksum", (
        _number("rounded_text", NUMBER[:15] + "000", "bad_checksum"),
    ), ("tests/unit/matching/test_comparisons.py::test_rounded_numbers",), note="前15位可作比对的旁证，从不单独认定。"),
    Fault("V03", "末位 X 写作 x、ｘ；写作 ×、*", FIXED, "bad_checksum", (
        *(_number(f"x_{number}", ENDS_IN_X[:17] + sign, "valid", ENDS_IN_X) for number, sign in enumerate("xｘX")),
        _number("times", ENDS_IN_X[:17] + "×", "bad_checksum"), _number("star", ENDS_IN_X[:17] + "*", "bad_checksum"),
    ), note="×、* 可能代替任何一位，所以号码不用。"),
    Fault("V04", "15位旧号码", FIXED, "", (_number("fifteen", OLD, "valid", to_18(OLD)), _number("centenarian", CENTENARIAN, "valid", to_18(CENTENARIAN)))),
    Fault("V05", "17或19位；号码中的空格、撇号、引号", FIXED, "bad_length", (
        _number("seventeen", NUMBER[:17], "bad_length"), _number("nineteen", NUMBER + "1", "bad_length"),
        _number("apostrophe", "'" + NUMBER, "valid", NUMBER), _number("blanks", f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", "valid", NUMBER),
    ), note="空格和引号去掉后使用；位数不对的号码不用。"),
    Fault("V06", "校验位不符", VALUE, "bad_checksum", (_number("last_digit", NUMBER[:17] + ("0" if NUMBER[17] != "0" else "1"), "bad_checksum"),)),
    Fault("V07", "号码中的出生日期不存在(19620231)", VALUE, "impossible_birth_date", (_number("february_31", IMPOSSIBLE, "impossible_birth_date"),)),
    Fault("V08", "行政区划代码已撤销或不认识", READ, "", (_number("unknown_area", to_18("999990620312001"), "valid", to_18("999990620312001")),),
          note="区划会变，人不变；只凭区划代码拒绝会拒掉真实的人。"),
    Fault("V09", "性别、出生日期与身份证号不一致", REVIEW, "", tests=("tests/unit/matching/test_vetoes.py::test_veto_holds_and_keeps_the_score_before",)),
    Fault("V10", "占位号码：000…、123456…、“无”“未办”“同上”“/”", VALUE, "placeholder", tuple(
        _number(f"placeholder_{number}", text, "placeholder") for number, text in enumerate(("0" * 18, "1" * 18, "123456789012345678", "无", "未办", "同上", "/"))
    ), note="“同上”从不向下填。"),
    Fault("V11", "同一号码、不同姓名", FINDING, "identity_conflict", tests=(RULES,)),
    Fault("V12", "一人两个号码(15/18位、换发)", REVIEW, "", tests=("tests/unit/matching/test_vetoes.py::test_two_valid_numbers_go_to_review_with_the_conflict_first",)),
    Fault("V13", "港澳台、外国人证件，军官证", VALUE, "other_document", (
        _number("hong_kong", "H12345678", "other_document"), _number("passport", "护照E12345678", "other_document"), _number("officer", "军字第1234567号", "other_document"),
    )),
    Fault("V14", "新生儿没有身份证号", READ, "", (_number("blank", "", "missing"), _number("not_yet", "未办", "placeholder"))),
    Fault("V15", "金额写法：千分位、货币符号、大写、万、括号、全角", FIXED, "", (
        *(_amount(f"amount_{number}", text, value) for number, (text, value) in enumerate((
            ("1,200.00", "1200.00"), ("￥1200元", "1200.00"), ("叁仟贰佰元整", "3200.00"), ("1.2万", "12000.00"), ("１２００", "1200.00"), ("500元/月", "500.00"), ("1e3", "1000.00"), (0, "0.00"), ("1200.005", "1200.01"),
        ))),
        _amount("negative", "-1200", None, "negative"), _amount("minus_sign", "−1200", None, "negative"), _amount("in_brackets", "(1200)", None, "negative"),
        _amount("blank", "", None, "required_missing"), _amount("not_available", "#N/A", None, "placeholder"), _amount("words", "五百左右", None, "unreadable"),
    ), note="写得清楚的照用；负数、空白和看不懂的不用，金额是本行所必需的，所以本行暂不使用。"),
    Fault("V16", "浮点误差(0.1+0.2)", FIXED, "", (_amount("sum_of_tenths", 0.1 + 0.2, "0.30"), _amount("cents", 1200.07, "1200.07"))),
    Fault("V17", "日期写法：序列号、点、斜线、汉字、民国、两位年、只有年月", FIXED, "ambiguous", (
        *(_date(f"date_{number}", text, DAY) for number, text in enumerate(("2024-2-9", "2024.02.09", "20240209", "2024/2/9", "2024年2月9日", "二〇二四年二月九日", 45331, "民国113年2月9日", "2024-02-09T00:00:00+08:00", "2024-02-08T16:00:00Z"))),
        _date("two_digit_year", "24.2.9", DAY), _date("month_only", "2024-02", None, "month_only"), _date("lunar", "农历1962年八月十五", None, "lunar_calendar"),
        _date("february_30", "2024-02-30", None, "impossible_date"), _date("for_ever", "长期", None, "default_date"), _date("end_of_time", "9999-12-31", None, "default_date"),
        _date("day_zero", "1900-01-00", None, "default_date"), _date("day_or_month", "3/4/2024", None, "ambiguous"),
        FileCase("epoch_1904", m.epoch_1904, "DATE_1904"),
    ), note="农历日期只在约定写明时才换算，现有约定都没有写明，所以不用。"),
    Fault("V18", "日期在将来，或在出生前、死亡后", FINDING, "payment_after_death", tests=(
        RULES, "tests/unit/intake/test_plausibility.py::test_payments_of_a_month_to_come_are_held_and_the_others_are_used",
        "tests/unit/intake/test_plausibility.py::test_single_dates_to_come_are_used_and_told_by_row",
    ), note="一列中过半的日期晚于报送日期时，整份暂缓等人决定(退出状态 3)；个别的由回执逐行指出，有关判断按不确定处理。"),
    Fault("V19", "公式没有结果；错误值(#REF!)", ROW, "", (
        FileCase("formula_without_result", m.formula(cached=False), "FORMULA_NO_VALUE", says="列“月津贴金额”有1行的公式没有保存结果，按空白处理。请用表格软件打开该文件"),
        FileCase("error_cell", m.error_cell, "ERROR_CELLS", says="列“月津贴金额”有1行的公式出错"),
    ), note="回执指明是公式的问题，不与空白混同；金额等必需的值缺失时，本行暂不使用。"),
    Fault("V20", "电话：存成数字、+86、座机、几个号码", FIXED, "precision_lost", (
        _phone("as_a_number", 13855501234.0, "13855501234"), _phone("as_shown", "1.38E+10", None, "precision_lost"), _phone("with_country", "+86 138-5550-1234", "13855501234"),
        _phone("landline", "0555-1234567", "05551234567"), _phone("two", "13855501234/13955501234", "13855501234"), _phone("letters", "无电话x", None, "unreadable"),
    )),
    Fault("V21", "银行卡号存成数字或位数不对", VALUE, "precision_lost", (
        _account("as_a_number", 6217993650000000123.0, None, "precision_lost"), _account("as_shown", "6.21799365E+18", None, "precision_lost"), _account("too_short", "123", None, "placeholder"),
    ), note="账号只用于比对和疑点，不用于付款；许多存折账号没有校验位，所以不以 Luhn 校验拒绝。"),
    Fault("V22", "编码丢了前导零", READ, "", (ValueCase("group", {"group_no": 3}, "group_no", "3组"),), note="村组等编码按数值比较；身份证号和账号没有前导零。"),
    Fault("V23", "是/否、√/×、男女等选项的各种写法", FIXED, "unknown_code", (
        ValueCase("male", {"sex": "男性"}, "sex", "男"), ValueCase("one", {"sex": "1"}, "sex", "男"), ValueCase("other", {"sex": "未说明"}, "sex", None, "unknown_code"),
    )),
    Fault("V24", "与户主关系的写法不认识", READ, "", (
        ValueCase("known", {"relation_to_head": "之妻"}, "relation_to_head", "之妻", feed="dibao"), ValueCase("unknown", {"relation_to_head": "表叔公"}, "relation_to_head", "表叔公", feed="dibao"),
    ), note="关系原样保存，规则按对照表(relation_class)归类；不在表中的关系不影响成员身份，所以不提示。"),
    Fault("V25", "一户没有户主或有两个；一户四十人", WARNED, "one_head_a_household", tests=(f"{HOUSEHOLDS}::test_a_household_without_a_head_or_with_two_is_judged_and_its_office_is_told",)),
    Fault("V26", "死亡后仍在发放；出生前已发放", FINDING, "payment_after_death", tests=(RULES,)),
    Fault("V27", "村名已更名或合并、同名村、缺组", READ, "", tests=("tests/unit/matching/test_comparisons.py::test_residences",)),
    Fault("V28", "同一文件中两行完全相同", FIXED, "", tests=(
        "tests/integration/test_staging.py::test_snapshot_row_equal_in_every_value_is_a_repeat", "tests/integration/test_staging.py::test_receipt_accounts_for_every_row_read",
    ), note="计一次；回执写明重复的行数。"),
    Fault("V29", "以 = + - @ 开头的单元格(公式注入)", PROTECTED, "", (
        ValueCase("formula", {"reason": "=cmd|'/c calc'!A0"}, "reason", "=cmd|'/c calc'!A0"),
    ), ("tests/unit/publishing/test_worklists.py::test_a_cell_that_begins_like_a_formula_stays_quoted_text", "tests/unit/publishing/test_worklists.py::test_libreoffice_opens_a_workbook_and_finds_no_formula")),
    Fault("V30", "双胞胎：同姓、同日、同址、号码相邻", REVIEW, "", tests=("tests/unit/matching/test_vetoes.py::test_twins_are_kept_apart", BOOKS)),
    Fault("V31", "同村同名不同人(张伟/张伟)", REVIEW, "", tests=(BOOKS,)),
    Fault("V32", "谐音、形近字、改姓(张莉/张丽)", REVIEW, "", tests=(BOOKS, "tests/unit/matching/test_comparisons.py::test_names")),
)  # fmt: skip
