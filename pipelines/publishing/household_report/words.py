"""The words of a household report: codes as people read them, amounts, dates, how an identity is supported."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.publishing.masks import mask_plate

Row = dict[str, Any]

OUTCOMES = {
    "eligible": "符合条件",
    "ineligible": "不符合条件",
    "needs_review": "需要复核",
    "not_authorised": "未取得授权，没有核对",
}
#: The four answers, and what is said of a register that the county declares not applicable, and of a row held back.
ANSWERS = {
    "found": "查到",
    "nothing_found": "查了，没有",
    "not_applicable": "本县不适用",
    "not_asked": "没有查询",
    "held": "不能判断",
    "stale": "数据过期",
}
STATUS = {"to be confirmed": "待民政局确认", "confirmed": "已确认"}
STATES = {"open": "待核实", "confirmed": "已核属实", "expired": "重新待核实", "cleared": "已核排除"}
SEVERITIES = {"红": "发放前核实", "黄": "复核时核实", "蓝": "可能应享", "灰": "数据问题"}
SEVERITY_ORDER = "红黄灰蓝"
GRADES = {
    "A": "每名成员和每条登记都凭本人有效身份证号认定",
    "B": "成员都凭身份证号认定，有登记行是按姓名等推断的",
    "C": "有成员的名册行是按姓名、住址等推断的",
    "D": "有成员在各名册中都没有可用的身份证号，或没有成员",
}
QUALITY_GRADES = {
    "A": "填写完整，没有存疑",
    "B": "有个别空缺、不一致或不寻常的值，不影响结论",
    "C": "各行填写不一致，或与其他来源矛盾",
    "D": "影响结论的内容缺失或无法识别",
}
_NUMBER_STATUS = {
    "missing": "名册没有填身份证号",
    "placeholder": "名册填的是占位号码",
    "precision_lost": "名册号码的末几位已丢失",
    "bad_length": "名册号码的位数不对",
    "bad_checksum": "名册号码的校验位不符",
    "impossible_birth_date": "名册号码中的出生日期不存在",
    "other_document": "名册填的是其他证件的号码",
    "valid": "名册号码有效，但不能认定为本人的号码",
}


def yuan(amount: Decimal | float | None) -> str:
    """`1,234.5元`; a dash for what is not known."""
    if amount is None:
        return "—"
    text = f"{amount:,.2f}"
    return f"{text.rstrip('0').rstrip('.')}元"


def day(value: date | None) -> str:
    return f"{value.year}年{value.month}月{value.day}日" if value else "—"


def month(value: str) -> str:
    """`2026-07` as people read it."""
    year, number = value.split("-")
    return f"{year}年{int(number)}月"


def confidence(probability: float | None) -> str:
    """How sure an inferred identity is; never told as a certainty."""
    return "把握不明" if probability is None else f"把握约{min(99, int(probability * 100))}%"


def certainty(certain: bool, probability: float | None) -> str:
    """What a finding rests on: identities that are sure, inferred ones, or contents that cannot be told for sure."""
    if certain:
        return "身份确定"
    return "内容待核实" if probability is not None and probability >= 1 else f"身份待核实，{confidence(probability)}"


def source_of(row: Row | None) -> str:
    """`社会救助暂行办法第九条（待民政局确认）`."""
    return f"{row['source']}（{STATUS.get(row['status'], row['status'])}）" if row else "没有写明"


def identity_basis(member: Row) -> str:
    """On what it rests that the roll's row is this person."""
    if member["is_certain"]:
        return "身份证号有效，是本人的号码"
    why = _NUMBER_STATUS.get(member["id_number_status"], "名册号码不能使用")
    if member["link_method"] == "decision":
        return f"{why}；经人工核对认定"
    if (member["source_row_count"] or 0) <= 1:
        return f"{why}；其他名册中没有找到此人"
    return f"{why}；按姓名、住址等推断，{confidence(member['match_probability'])}"


def life(member: Row) -> str:
    """Whether the person is counted, and why not."""
    if member["died_on"]:
        said = "已故" if member["is_death_certain"] else "疑已故，身份待核实"
        return f"{said}（{day(member['died_on'])}，火化登记）"
    if not member["is_member"]:
        return "状态无法识别" if member["has_unreadable_status"] else "已停保"
    return "在世"


def _uncertain(item: Row) -> str:
    return "" if item["is_certain"] else f"（是否本人待核实，{confidence(item['match_probability'])}）"


def income_item(item: Row) -> str:
    """One figure of a register as it entered the income, with its period."""
    source, amount = item["income_source"], yuan(item["delivered_amount"])
    counted, treatment = yuan(item["counted_amount"]), item["treatment"]
    if source == "wage":
        told = f"工资{amount}/月，{item['period'] or '所属期不明'}"
    elif source == "social_insurance":
        told = f"{item['item'] or '险种不明'}{amount}/月"
    else:
        told = f"{item['item'] or '资金类型不明'}{amount}，{item['period']}发放"
    how = {"exempt": "，不计入收入", "unknown": "，是否计入无法判断", "exempt_up_to": f"，计入{counted}"}.get(
        treatment, ""
    )
    if treatment == "counted" and source == "fishing_compensation":
        how = f"，每月计入{counted}"
    return f"{item['name'] or '姓名缺失'}：{told}{how}{_uncertain(item)}"


def asset_item(item: Row) -> str:
    """One vehicle, home, account or company, and whether the limit counts it."""
    told = str(item["item"])
    if item["feed"] == "vehicle" and item["item_key"] != item["row_id"]:
        told += f" {mask_plate(item['item_key'])}"
    if item["amount"] is not None:
        told += f" {yuan(item['amount'])}"
    if item["is_unreadable"]:
        told += "，是否计入无法判断"
    elif not item["is_counted"]:
        told += "，不计入"
    return f"{item['name'] or '姓名缺失'}：{told}{_uncertain(item)}"


def enrolment_item(item: Row, programmes: dict[str, str]) -> str:
    """One benefit in force."""
    title = programmes.get(item["programme"], item["programme"])
    case = f"（证号{item['case_number']}）" if item["case_number"] else ""
    since = f"，自{item['start_month']}起" if item["start_month"] else ""
    amount = f"，{'全户' if item['programme'] == 'dibao' else ''}每月{yuan(item['monthly_amount'])}"
    status = "，渐退期" if item["status"] == "渐退" else ""
    return f"{item['name'] or '姓名缺失'}：{title}{case}{amount}{since}{status}{_uncertain(item)}"
