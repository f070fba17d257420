"""S: how a sheet is laid out."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

from tests.delivery_factory import ELDERLY, HOUSEHOLD, PAYMENT, elderly, head, id_number
from tests.faults import mutations as m
from tests.faults.catalogue.fault import FIXED, HELD, IGNORED, READ, REJECTED, WARNED, Fault, FileCase

PEOPLE = m.people()
TABLE = m.table()
#: The persons of the earlier delivery once more.
AGAIN = [elderly(number) for number in range(m.FIRST_BEFORE, m.FIRST_BEFORE + 30)]
WIDE = ["序号", *ELDERLY]
#: A household of three whose number stands in its first row alone.
BLOCKS = [HOUSEHOLD, head(1), *(["", "", *head(n)[2:4], "子", *head(n)[5:]] for n in (2, 3))]
SHEETS = "tests/unit/intake/test_sheets.py"
STACKED = "tests/unit/intake/test_stacked.py"
LAYOUTS = "tests/unit/intake/test_layouts.py"


def _total(amount: object) -> list[object]:
    return ["合计", "", "", "", amount, ""]


def _renamed(old: str, new: str) -> list[str]:
    return [new if name == old else name for name in ELDERLY]


def _moved(order: list[int]) -> list[list[object]]:
    return [[row[place] for place in order] for row in TABLE]


BESIDE = [
    ["姓名", "身份证号", "银行卡号", "发放月份", "低保金", "价格补贴"],
    ["张三", id_number(1), "6217000000000001111", "2026-10", 500, 100],
    ["李四", id_number(2), "6217000000000002222", "2026-10", "", 100],
]

LAYOUT = (
    Fault("S01", "表头上方有标题、单位、填报单位和日期", READ, "", (
        FileCase("title_lines", m.sheet([["2026年10月高龄津贴花名册"], ["填报单位:某镇", "", "", "填报日期:2026-10-31"], ["单位:元"], *TABLE])),
        FileCase("another_unit", m.text([["金额单位:万元", *[""] * 5], *TABLE]), "UNIT_NOT_YUAN", "held", file="名册.csv", says="列“月津贴金额”注明单位为万元，数值却不像以万元为单位"),
    ), tests=(
        f"{SHEETS}::test_numbers_under_a_header_in_ten_thousands_say_so_and_are_believed_only_when_small",
        f"{SHEETS}::test_a_line_of_units_counts_for_the_columns_that_name_none",
    ), note="标题行计数；列名、单位行或表上写明“万元”且数值确像万元的，按万元读取，并写入回执（UNIT_FROM_HEADER）；千元、百元、分同；写明按年或按季的收入和标准折算为约定的时段；"
        "数值不像，或是别的单位的，整份暂缓。"),
    Fault("S02", "两层表头，上层横向合并", READ, "", tests=(
        f"{SHEETS}::test_a_two_row_header_is_joined_and_its_parents_tell_columns_apart", f"{LAYOUTS}::test_a_header_of_three_rows_is_joined_and_the_nearest_person_is_whose_it_is",
    )),
    Fault("S03", "每页重复表头；表下还有另一张表", READ, "", (
        FileCase("repeated_header", m.sheet([*TABLE[:3], ELDERLY, *TABLE[3:]])),
        FileCase("another_order_below", m.sheet([*TABLE[:3], *([row[n] for n in (1, 0, 2, 3, 5, 4)] for row in (ELDERLY, *TABLE[3:]))])),
        FileCase("an_appendix", m.sheet([*TABLE, ["附：本月减少人员"], ["姓名", "身份证号", "乡镇", "减少原因"], ["某", id_number(98), "白鹭镇", "迁出"]]), "SIDE_TABLE"),
    ), (f"{STACKED}::test_a_large_second_table_without_the_columns_stops_the_file",),
        note="列不同的第二张表按它自己的表头读取；列不齐的小表不使用并提示，大的使整份退回。"),
    Fault("S04", "合计、小计、制表人、盖章等行；合计与各行不符", WARNED, "TOTAL_MISMATCH", (
        FileCase("right_total_and_footer", m.sheet([*TABLE, _total(500), ["制表人:某", "", "审核人:某"]])),
        FileCase("wrong_total", m.sheet([*TABLE, _total(900)]), "TOTAL_MISMATCH", says="合计行“月津贴金额”为900.00，各行相加为500.00"),
        FileCase("wrong_number_of_persons", m.sheet([*TABLE, ["合计：9人", "", "", "", 500, ""]]), "TOTAL_MISMATCH", says="写明9人(笔)，实有5行"),
    ), note="合计不符只提示，不退回：名册本身仍是完整的，退回会让全部家庭没有数据。"),
    Fault("S05", "户主等单元格纵向合并", FIXED, "FILLED_DOWN", (
        FileCase("town_merged_over_two_rows", m.sheet([*TABLE[:1], *([*row[:2], "" if n in (0, 1) else row[2], *row[3:]] for n, row in enumerate(PEOPLE))], merges=[("表", 1, 2, 2, 2, "白鹭镇")]), "FILLED_DOWN", says="有1个纵向合并的单元格"),
        FileCase("blank_below_the_head", m.sheet(BLOCKS), "HOUSEHOLD_BLANKS", "held", feed="dibao", says="只填在每户的第一行，其下2行空白又没有合并"),
        FileCase("the_same_as_above", m.sheet([HOUSEHOLD, head(1), ["〃", *head(1)[1:2], *head(2)[2:4], "子", *head(2)[5:]]]), "DITTO_MARKS", "held", feed="dibao", says="有1行只写“同上”或“〃”"),
    ), (f"{SHEETS}::test_merged_household_cells_are_filled_inside_their_range_only",), note="只在合并范围内填入，从不向下填空白；只在每户第一行填写而没有合并的名册整份暂缓，请报送单位填齐。"),
    Fault("S06", "缺少必需的列", REJECTED, "MISSING_COLUMN", (
        FileCase("no_amount", m.sheet([[*row[:4], row[5]] for row in TABLE]), "MISSING_COLUMN", "rejected", says="缺少必需的列“月津贴金额”；见到的列名"),
    )),
    Fault("S07", "列名换了写法", READ, "", (
        FileCase("known_synonym", m.sheet([_renamed("身份证号", "公民身份号码"), *PEOPLE])),
        FileCase("unknown_name_of_a_required_column", m.sheet([_renamed("月津贴金额", "备用栏"), *PEOPLE]), "MISSING_COLUMN", "rejected", says="缺少必需的列“月津贴金额”；见到的列名"),
        FileCase("unknown_name_that_content_and_words_prove", m.sheet([_renamed("状态", "享受状"), *PEOPLE]), "COLUMN_BY_CONTENT", says="列“享受状”不在约定之内，按列名和内容已作“状态”读取"),
    ), note="按列名词典认列；词典里没有的，只有列名用词和列中内容都只能是某一列时才认，并写入回执；仅仅相似的列名只用来提示，从不据以认列。"),
    Fault("S08", "列的次序不同", READ, "", (FileCase("reversed_columns", m.sheet(_moved([5, 4, 3, 2, 1, 0]))),)),
    Fault("S09", "两列同名", REJECTED, "DUPLICATE_HEADER", (
        FileCase("two_amounts", m.sheet([[*row, row[4]] for row in TABLE]), "DUPLICATE_HEADER", "rejected", says="列名“月津贴金额”重复出现"),
    )),
    Fault("S10", "约定之外的列", WARNED, "UNKNOWN_COLUMN", (
        FileCase("remark", m.sheet([[*row, "驻村干部意见" if row is ELDERLY else "同意"] for row in TABLE]), "UNKNOWN_COLUMN", says="列“驻村干部意见”不在约定之内"),
    )),
    Fault("S11", "有数据而没有列名的列", REJECTED, "BLANK_HEADER", (
        FileCase("full_column", m.sheet([[*row, "" if row is ELDERLY else "x"] for row in TABLE]), "BLANK_HEADER", "rejected"),
        FileCase("a_note_here_and_there", m.sheet([*TABLE[:2], [*TABLE[2], "x"], *TABLE[3:]]), "UNKNOWN_COLUMN"),
    ), note="只有零星备注的，原样保留并提示。"),
    Fault("S12", "隐藏的工作表、行、列，筛选", WARNED, "HIDDEN_SHEET", (
        FileCase("hidden_sheet", lambda path: m.write_workbook(path, {"说明": [["x"]], "表": TABLE}, hidden=["表"]), "HIDDEN_SHEET"),
        FileCase("hidden_row", m.hidden_rows_and_columns),
    ), note="隐藏的行照读；读取程序看不到行是否隐藏，所以只对工作表提示。"),
    Fault("S13", "每乡镇一张工作表；另有汇总、说明、示例表", IGNORED, "IGNORED_SHEET", (
        FileCase("two_towns_and_a_note", m.sheets(甲镇=TABLE[:3], 乙镇=[ELDERLY, *PEOPLE[2:]], 说明=[["填表说明"]]), "IGNORED_SHEET"),
        FileCase("a_summary", m.sheets(数据=TABLE, 汇总=[["乡镇", "户数", "人数", "金额(元)"], ["甲镇", 12, 30, 5000]]), "SUMMARY_SHEET"),
        FileCase("a_sheet_for_each_month", m.sheets(**{"2026年9月": TABLE, "2026年10月": TABLE}), "EARLIER_SHEET"),
        FileCase("an_example", m.sheets(填写示例=[ELDERLY, elderly(99)], 数据=TABLE), "EXAMPLE_SHEET"),
        FileCase("persons_without_a_header", m.sheets(一=TABLE, 二=[[row[1], row[0], *row[2:]] for row in PEOPLE]), "SHEET_WITHOUT_HEADER", "rejected"),
    ), note="有人员数据却没有表头的工作表使整份退回：从不漏过一个人。"),
    Fault("S14", "别的数据源的表，或旧模板", REJECTED, "WRONG_SOURCE", (
        FileCase("another_feeds_columns", m.payments, "WRONG_SOURCE", "rejected", file="名册.csv", says="像是“惠民惠农财政补贴一卡通发放明细”"),
        FileCase("another_feeds_name", m.text([[*ELDERLY, "供养证号"], *([*row, "T1"] for row in PEOPLE)]), "WRONG_SOURCE", "rejected", file="特困人员救助供养花名册.csv"),
        FileCase("another_feeds_title", m.sheet([["特困人员救助供养花名册"], [*ELDERLY, "供养证号"], *([*row, "T1"] for row in PEOPLE)]), "WRONG_SOURCE", "rejected"),
    )),
    Fault("S15", "身份证号与银行卡号两列对调", REJECTED, "COLUMNS_SWAPPED", (
        FileCase("number_and_account", m.sheet([ELDERLY, *([row[0], row[3], row[2], row[1], *row[4:]] for row in PEOPLE)]), "COLUMNS_SWAPPED", "rejected", says="“身份证号”与“银行卡号”两列的内容像是对调了"),
    )),
    Fault("S16", "姓名与户主对调、性别填在年龄列等", HELD, "COLUMNS_SWAPPED", (
        FileCase("name_and_town", m.sheet([ELDERLY, *([row[2], row[1], row[0], *row[3:]] for row in AGAIN)]), "COLUMNS_SWAPPED", "held", says="“姓名”与“乡镇”两列的内容像是对调了", before=len(AGAIN)),
    ), note="与上次报送相比才看得出来(每列至少 20 个值)；内容只能看出像是对调，所以等人决定，不直接退回。"),
    Fault("S17", "汇总表或透视表(每村一行)", REJECTED, "MISSING_COLUMN", (
        FileCase("one_row_per_village", m.content("村,户数,人数\n东村,3,9\n西村,2,5\n"), "NO_HEADER", "rejected", file="名册.csv"),
        FileCase("with_known_columns", m.content("乡镇,月津贴金额,状态\n甲镇,3000,在保\n乙镇,2000,在保\n"), "MISSING_COLUMN", "rejected", file="名册.csv", says="缺少必需的列“姓名”“身份证号”"),
        FileCase("a_column_per_programme", m.text(BESIDE), "WIDE_TABLE", "accepted", file="发放.csv", feed="payment", rows=3),
    ), note="每个项目或每个月各占一列的发放表，按每列一笔读取(WIDE_TABLE)；月份要写明年份。"),
    Fault("S18", "只有表头，没有数据行", REJECTED, "EMPTY", (
        FileCase("snapshot", m.text([ELDERLY]), "EMPTY", "rejected", file="名册.csv"),
        FileCase("append", m.text([PAYMENT]), "NOTHING_NEW", "accepted", file="发放.csv", feed="payment", rows=0),
    ), note="名册为空会使所有人“消失”，必须书面说明；追加类数据源当期确实可能为零。"),
    Fault("S19", "序号有缺号", READ, "", (FileCase("gaps", m.sheet([WIDE, *([n * 2, *row] for n, row in enumerate(PEOPLE))])),),
          note="删去一行而不重编序号很常见；行是否缺少由合计和上次行数判断，不由序号判断，所以不提示。"),
    Fault("S20", "某列的类型与上次不同", READ, "", (
        FileCase("amounts_as_text", m.sheet([ELDERLY, *([*row[:4], f"{row[4]}元", row[5]] for row in PEOPLE)])),
        FileCase("numbers_as_numbers", m.sheet([ELDERLY, *([row[0], float(id_number(n)[:17] + "0"), *row[2:]] for n, row in enumerate(PEOPLE))]), "DIGITS_LOST"),
    ), note="原样保存为文本，逐值判断(V 组)；整列失去末位时写在回执上。"),
)  # fmt: skip
