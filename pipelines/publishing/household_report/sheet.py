"""From a dossier to the sentences of one report. Every text is masked, and no stranger is named in full."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pipelines.contracts import all_feeds
from pipelines.publishing.household_report import words
from pipelines.publishing.household_report.evidence import Place
from pipelines.publishing.household_report.reading import Dossier, Policy, ReleaseReader
from pipelines.publishing.masks import mask_id_number, mask_name, mask_text, shorten_masks, without_birth_date

Row = dict[str, Any]

_HELP_DUE = "蓝"
_REFERENCE = frozenset(("admin_division", "assistance_standard"))
#: Feed of an asset -> its column in the verified household, the declared one, the unit it is counted in.
_COUNTS = {
    "vehicle": ("vehicle_count", "declared_vehicles", "辆"),
    "real_estate": ("home_count", "declared_properties", "套住宅"),
    "deposit": ("financial_assets", "declared_deposit", "元"),
    "business": ("company_count", None, "家企业"),
}


@dataclass(frozen=True)
class Office:
    """Who issues the reports and takes objections; empty where it is not set, and a line is left to write on."""

    name: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Answer:
    """One question, whom it was put to, how old the newest delivery is, and what came back."""

    question: str
    source: str
    delivered: str
    code: str
    answer: str
    items: list[str]


@dataclass(frozen=True)
class Income:
    """One component of the income, yuan a month: as declared, as verified, and on what that rests."""

    title: str
    declared: str
    verified: str
    basis: str


@dataclass(frozen=True)
class Doubt:
    """One finding as the family reads it."""

    severity: str
    urgency: str
    title: str
    certainty: str
    state: str
    message: str
    rule: str
    source: str
    effect: str
    places: list[Place]
    rows_left_out: int
    document: str
    finding_id: str


@dataclass(frozen=True)
class Sheet:
    """One report, ready to print. `anchor` is its name inside a document of many."""

    anchor: str
    number: str
    household_id: str
    facts: list[tuple[str, str]]
    outcome_code: str
    outcome: str
    outcome_reason: str
    grades: list[tuple[str, str, str]]
    members: list[Row]
    authorisation: str
    answers: list[Answer]
    registers: list[tuple[str, str, list[str]]]
    incomes: list[Income]
    standard: str
    no_income: str
    benefits: list[str]
    help_due: list[Doubt]
    doubts: list[Doubt]
    cleared: list[str]
    open_questions: list[str]
    routes: list[Row]
    office: Office
    as_of: str
    release: str
    versions: str


def compose(dossier: Dossier, reader: ReleaseReader, office: Office) -> Sheet:
    """The sheet of one household."""
    household, unit, policy = dossier.household, dossier.unit, reader.policy
    shown = [_doubt(dossier, finding, policy) for finding in _ordered(dossier) if finding["state"] != "cleared"]
    margin = [_margin(household, policy)] if household["is_low_income_margin"] else []
    run = reader.run
    return Sheet(
        anchor=f"h{dossier.number}",
        number=f"{reader.as_of:%Y%m%d}-{run['run_id']}-{dossier.number:06d}",
        household_id=mask_text(dossier.household_id) or "",
        facts=_facts(dossier),
        outcome_code=household["outcome"],
        outcome=words.OUTCOMES[household["outcome"]],
        outcome_reason=_plain(household["outcome_reason"]),
        grades=[
            ("身份依据", household["evidence_grade"], words.GRADES[household["evidence_grade"]]),
            ("数据质量", household["data_quality_grade"], words.QUALITY_GRADES[household["data_quality_grade"]]),
        ],
        members=[_member(member) for member in dossier.members],
        authorisation=_authorisation(unit),
        answers=[_answer(dossier, answer, reader) for answer in dossier.answers],
        registers=_registers(dossier, reader),
        incomes=_incomes(dossier),
        standard=_standard(dossier),
        no_income=_no_income(unit),
        benefits=_benefits(dossier, policy),
        help_due=margin + [doubt for doubt in shown if doubt.severity == _HELP_DUE],
        doubts=[doubt for doubt in shown if doubt.severity != _HELP_DUE],
        cleared=[finding["title"] for finding in dossier.findings if finding["state"] == "cleared"],
        open_questions=_open_questions(dossier, policy),
        routes=[{**route, "status": words.STATUS.get(route["status"], route["status"])} for route in policy.routes],
        office=office,
        as_of=words.day(reader.as_of),
        release=reader.name,
        versions=f"规则 {run['rule_version']} · 匹配模型 {run['model_version']} · 程序 {run['code_version']}",
    )


def _facts(dossier: Dossier) -> list[tuple[str, str]]:
    household, unit = dossier.household, dossier.unit
    place = "".join(part for part in (household["town"], household["village"]) if part)
    return [
        ("户主", unit["label_head_name"] or "户主姓名缺失"),
        ("住址所属", place or "乡镇、村未注明"),
        ("类别", unit["unit_title"] or household["case_feed"]),
        (f"{unit['case_title'] or '证'}号", mask_text(household["case_number"]) or ""),
        ("城乡类别", household["area_type"] or "未注明"),
        ("人数", f"申报{household['declared_member_count']}人，在世{household['verified_member_count']}人"),
    ]


def _member(member: Row) -> Row:
    rows = f"名册中有{member['row_count']}行；" if member["row_count"] > 1 else ""
    return {
        "name": member["name"] or "姓名缺失",
        "relation": "户主" if member["is_head"] else member["relation_to_head"] or "未填",
        "id_number": mask_id_number(member["id_number"], last=2) or "无可用号码",
        "basis": rows + words.identity_basis(member),
        "certain": member["is_certain"],
        "support": f"{member['source_feed_count'] or 0}种名册{member['source_row_count'] or 0}行",
        "life": words.life(member),
        "counted": member["is_member"] and not member["died_on"],
    }


def _authorisation(unit: Row) -> str:
    if unit["case_feed"] != "application":
        return "在享对象的定期核查，授权以原申请的核对授权书为准"
    applied = f"{words.day(unit['applied_on'])}申请，" if unit["applied_on"] else ""
    if unit["is_authorised"]:
        return f"{applied}{words.day(unit['authorised_on'])}授权"
    if unit["authorised_on"]:
        return f"{applied}授权日期{words.day(unit['authorised_on'])}晚于业务日期，没有有效授权"
    return f"{applied}没有授权日期，没有有效授权"


def _answer(dossier: Dossier, answer: Row, reader: ReleaseReader) -> Answer:
    feed = answer["feed"]
    question = reader.policy.questions.get(feed, {})
    code, why = answer["answer"], ""
    if code == "not_asked":
        code, why = _not_asked(dossier, answer, question.get("decides"), reader)
    elif code == "stale":
        age = reader.feeds.get(feed, {}).get("age_days")
        why = f"已{age}天，期限{question.get('freshness_days')}天"
    items = [] if code in ("not_asked", "not_applicable", "held") else _items(dossier, feed)
    told = words.ANSWERS[code] + (f"（{why}）" if why else "")
    return Answer(answer["question"], answer["title"], str(answer["delivered_on"] or "—"), code, told, items)


def _not_asked(dossier: Dossier, answer: Row, decides: str | None, reader: ReleaseReader) -> tuple[str, str]:
    """The answer's code and its reason. A feed that the county declares not applicable has a code of its own, and so
    has one that was asked and whose row of a member was held back."""
    feed = answer["feed"]
    if not dossier.unit["is_authorised"]:
        return "not_asked", "没有授权"
    if not dossier.household["verified_member_count"]:
        return "not_asked", "没有在世成员"
    if decides in ("income", "fishing") and not dossier.unit["is_income_verified"]:
        return "not_asked", "此类救助不核算收入"
    if feed in reader.policy.not_applicable:
        return "not_applicable", reader.policy.not_applicable[feed]["reason"]
    if answer["delivered_on"]:
        return "held", "写到本户成员的行未能采用"
    return "not_asked", "报送未能采用" if reader.feeds.get(feed, {}).get("unused_delivery") else "从未报送"


def _items(dossier: Dossier, feed: str) -> list[str]:
    """What the register holds on the members; of what is counted, also the sum beside the declared one."""
    if feed not in _COUNTS:
        return [words.income_item(item) for item in dossier.incomes if item["income_source"] == feed]
    items = [words.asset_item(item) for item in dossier.assets if item["feed"] == feed]
    column, declared, unit = _COUNTS[feed]
    total = dossier.household[column]
    if total is None:
        return items
    told = dossier.household[declared] if declared else None
    amount, other = (words.yuan(total), words.yuan(told)) if unit == "元" else (f"{total}{unit}", f"{told}{unit[:1]}")
    beside = f"（申报{other}）" if told is not None else ""
    return [f"计入{amount}{beside}", *items] if items or told else items


def _registers(dossier: Dossier, reader: ReleaseReader) -> list[tuple[str, str, list[str]]]:
    """(code, answer, registers by the date of their newest delivery, or by why they do not apply) of those that decide
    nothing by themselves."""
    asked = {answer["feed"] for answer in dossier.answers} | _REFERENCE | {dossier.household["case_feed"]}
    told: dict[str, dict[str, list[str]]] = {code: {} for code in words.ANSWERS}
    for name, contract in all_feeds().items():
        if name in asked:
            continue
        status = reader.feeds.get(name, {"state": "never", "delivered_on": None})
        count = dossier.mentions.get(name, 0)
        when = str(status["delivered_on"] or "从未报送")
        if status["state"] == "never" and name in reader.policy.not_applicable:
            code, when = "not_applicable", reader.policy.not_applicable[name]["reason"]
        elif status["state"] == "never":
            code = "not_asked"
        elif status["state"] == "stale":
            code = "stale"
        else:
            code = "found" if count else "nothing_found"
        entry = f"{contract.title} {count}行" if code == "found" else contract.title
        told[code].setdefault(when, []).append(entry)
    return [
        (code, words.ANSWERS[code], [f"{date}：{'、'.join(titles)}" for date, titles in sorted(dates.items())])
        for code, dates in told.items()
        if dates
    ]


def _no_income(unit: Row) -> str:
    if unit["is_income_verified"]:
        return ""
    return "没有有效的核对授权，没有核算收入。" if not unit["is_authorised"] else "此类救助不核算收入，只核对财产。"


def _incomes(dossier: Dossier) -> list[Income]:
    """The four components, their sum, and the share of each living member."""
    household, unit = dossier.household, dossier.unit
    if not unit["is_income_verified"]:
        return []
    period = household["verified_wage_period"]
    wage = (f"工资登记{f'，{period}' if period else ''}") if unit["is_wage_verified"] else "没有登记，按申报"
    transfer = (
        f"计入的养老金{words.yuan(household['verified_pension_income'])}，"
        f"过渡期生活补助每月{words.yuan(household['verified_fishing_subsidy'])}（{household['fishing_subsidy_period']}）"
        if unit["is_transfer_verified"]
        else "按申报"
    )
    components = [
        ("工资性收入", "wage", wage), ("经营性收入", "business", "按申报"), ("财产性收入", "property", "按申报"),
        ("转移性收入", "transfer", transfer),
    ]  # fmt: skip
    told = [
        Income(
            title,
            words.yuan(household[f"declared_{part}_income"]),
            words.yuan(household[f"verified_{part}_income"]),
            basis,
        )
        for title, part, basis in components
    ]
    exempt = household["exempt_income"]
    without = f"另有{words.yuan(exempt)}按规定不计入" if exempt else ""
    declared = words.yuan(household["declared_income_per_capita"])
    count = household["verified_member_count"]
    shared = f"由{count}名在世成员分摊，{_ratio(household)}" if count else "没有在世成员，不能计算"
    return [
        *told,
        Income("合计", "—", words.yuan(household["verified_household_income"]), without),
        Income("人均", declared, words.yuan(household["verified_income_per_capita"]), shared),
    ]


def _ratio(household: Row) -> str:
    ratio = household["income_ratio"]
    return f"为现行标准的{ratio:.2f}倍" if ratio is not None else "没有可比的标准"


def _standard(dossier: Dossier) -> str:
    household, unit = dossier.household, dossier.unit
    if household["standard"] is None:
        return "没有适用的现行标准"
    title = "特困供养" if unit["standard_programme"] == "tekun" else "低保"
    area = household["area_type"] or ""
    since = words.month(household["standard_effective_from"])
    return f"{area}{title}标准{words.yuan(household['standard'])}/月，自{since}起执行"


def _benefits(dossier: Dossier, policy: Policy) -> list[str]:
    told = [words.enrolment_item(item, policy.programmes) for item in dossier.enrolments]
    titles = {"dibao": "低保", "tekun": "特困供养", "application": "救助申请"}
    told += [
        f"成员还在{titles.get(row['case_feed'], row['case_feed'])}{row['case_number']}中，另有报告"
        for row in dossier.other_units
    ]
    return [_plain(text) for text in told]


def _ordered(dossier: Dossier) -> list[Row]:
    """The gravest first, the certain before the uncertain."""
    order = {severity: place for place, severity in enumerate(words.SEVERITY_ORDER)}
    return sorted(
        dossier.findings,
        key=lambda row: (order.get(row["severity"], len(order)), not row["certain"], row["code"], row["finding_id"]),
    )


def _doubt(dossier: Dossier, finding: Row, policy: Policy) -> Doubt:
    code = finding["code"]
    rule, effect, document = policy.rules.get(code), policy.effects.get(code), policy.documents.get(code)
    persons = dossier.evidence.persons(finding)
    names_outsiders = document is not None and document["outsiders"] == "named"
    shown = frozenset(persons) if names_outsiders else dossier.persons
    places, left_out = dossier.evidence.places(finding, shown)
    said = "；".join(part for part in (finding["message"], finding["state_reason"]) if part)
    return Doubt(
        severity=finding["severity"],
        urgency=words.SEVERITIES.get(finding["severity"], str(finding["severity"])),
        title=finding["title"],
        certainty=words.certainty(finding["certain"], finding["match_probability"]),
        state=words.STATES.get(finding["state"], str(finding["state"])),
        message=_for_the_family(said, _names(dossier, persons - shown), _names(dossier, shown)),
        rule=rule["sentence"] if rule else "",
        source=words.source_of(rule),
        effect=effect["sentence"] if effect else "本项不用来判断是否符合条件。",
        places=places,
        rows_left_out=left_out,
        document=document["document"] if document else "没有列出，请向出具报告的机构询问",
        finding_id=finding["finding_id"],
    )


def _names(dossier: Dossier, persons: set[str] | frozenset[str]) -> set[str]:
    return {name for person in persons for name in dossier.evidence.names.get(person, ())}


def _for_the_family(text: str, strangers: set[str], known: set[str]) -> str:
    """The sentence with strangers by their surname alone. A name that somebody shown bears too gives nobody away."""
    masked = {name: mask_name(name) for name in strangers - known if len(name) > 1}
    masked |= {name: name for name in known}
    names = sorted(filter(None, masked), key=lambda name: (-len(name), name))
    if names:
        text = re.sub("|".join(map(re.escape, names)), lambda match: masked[match.group()], text)
    return _plain(text)


def _plain(text: str) -> str:
    return shorten_masks(without_birth_date(text))


def _margin(household: Row, policy: Policy) -> Doubt:
    """The mark 低保边缘, told like a finding: help may be due."""
    limit, document = policy.limits.get("low_income_margin"), policy.documents.get("low_income_margin")
    return Doubt(
        severity=_HELP_DUE,
        urgency=words.SEVERITIES[_HELP_DUE],
        title="低保边缘",
        certainty="按本报告的核实收入",
        state=words.STATES["open"],
        message=f"核实人均月收入{_ratio(household)}，属低保边缘，请告知并协助申请相应救助。",
        rule=limit["sentence"] if limit else "",
        source=words.source_of(limit),
        effect="本项不用来判断是否符合条件。",
        places=[],
        rows_left_out=0,
        document=document["document"] if document else "没有列出，请向出具报告的机构询问",
        finding_id="",
    )


def _unused(dossier: Dossier) -> list[str]:
    """Values of the unit's own rows that could not be used; the same trouble on several rows is told once."""
    rows: dict[tuple[str, str, str, str | None], list[int]] = {}
    for value in dossier.unused:
        what, _, rest = value["message"].partition("；位置：")
        remedy = rest.partition("；处理：")[2]
        rows.setdefault((what, remedy, value["file"], value["sheet"]), []).append(value["row_number"])
    return [
        f"{what}（《{file}》{f'工作表“{sheet}”' if sheet else ''}第{'、'.join(map(str, numbers))}行）；请{remedy}。"
        for (what, remedy, file, sheet), numbers in rows.items()
    ]


def _open_questions(dossier: Dossier, policy: Policy) -> list[str]:
    """What could not be judged, and why."""
    unit, told = dossier.unit, []
    if not unit["is_authorised"]:
        told.append("没有有效的核对授权，家庭经济状况一项也没有查询，不能据此认为有或没有收入、财产。")
    told += [f"{sentence}。" for sentence in dossier.doubts]
    if unit["conflicting_columns"]:
        headers = "、".join(
            policy.headers.get((unit["case_feed"], column), column) for column in unit["conflicting_columns"]
        )
        told.append(f"本户各行填写不一致：{headers}。以多数行为准，没有多数的以户主行为准，请在名册中改为一致。")
    notes = dossier.household.get("data_notes") or ()  # a release of before has none
    told += [f"{note}，此后的情况没有核对到。" for note in notes]
    told += _unused(dossier)
    if dossier.open_pairs:
        told.append(f"有{dossier.open_pairs}对记录是不是成员本人尚待人工核对，核对后所列内容可能增减。")
    return [_plain(text) for text in told]
