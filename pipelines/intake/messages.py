"""What is said to the office about a file: what, where, what to do. Codes are stable, sentences are for people."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

#: A number so long is an ID, an account or a phone: a person's row may stand where a header was looked for.
_LONG_NUMBER = re.compile(r"\d{11,}[Xx]?")


@dataclass(frozen=True)
class Message:
    """One message. `where` never holds a person's data: files, sheets, rows and headers only; no part shows a long
    number, wherever it was quoted from."""

    code: str
    where: str
    what: str
    remedy: str

    def __post_init__(self) -> None:
        for part in ("where", "what", "remedy"):
            object.__setattr__(self, part, _LONG_NUMBER.sub("…", getattr(self, part)))

    def in_file(self, file: str) -> Message:
        return replace(self, where=f"《{file}》{self.where}")


class Refused(Exception):
    """A file cannot be used; the message says why. `disposition` is 'rejected' or 'held'."""

    def __init__(self, message: Message, disposition: str = "rejected") -> None:
        super().__init__(message.code)
        self.message = message
        self.disposition = disposition


class NoPersons(Refused):
    """A sheet without a column for names or ID numbers: a summary beside the data, or a table that lacks them."""


class NothingFound(NoPersons):
    """A sheet of a register's answer that only lists the persons of whom it knows nothing."""


def place(sheet: str | None = None, row: int | None = None, column: int | None = None) -> str:
    """The place as a spreadsheet user names it; `row` is 1-based, `column` 0-based."""
    parts = [f"工作表“{sheet}”" if sheet else "", f"第{row}行" if row else ""]
    parts.append(f"{column_letter(column)}列" if column is not None else "")
    return "".join(parts)


def column_letter(column: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


#: What is told of how a file was read; it stops no file.
NOTES = frozenset(
    [
        "UNKNOWN_COLUMN",
        "SECOND_SPELLING",
        "COMPOUND_HEADER",
        "COLUMN_SPLIT",
        "COLUMN_BY_CONTENT",
        "COLUMNS_JOINED",
        "CODES_FROM_HEADER",
        "CODE_TABLE",
        "FIELD_TABLE",
        "VALUE_FROM_TITLE",
        "VALUE_ASSUMED",
        "YEAR_FROM_TITLE",
        "PLACE_FROM_SHEET",
        "UNIT_FROM_HEADER",
        "AMOUNT_PROVED",
        "FILLED_DOWN",
        "HOUSEHOLDS_NUMBERED",
        "NOTHING_FOUND",
        "OLD_XLS",
        "WRONG_EXTENSION",
        "OTHER_FILE",
        "HIDDEN_SHEET",
        "EXTERNAL_CONTENT",
        "IGNORED_SHEET",
        "SUMMARY_SHEET",
        "EXAMPLE_SHEET",
        "EARLIER_SHEET",
        "SIDE_TABLE",
        "CONTINUED_SHEET",
        "WIDE_TABLE",
        "EMPTY_SHEET",
    ]
)

#: code -> (what, remedy) of messages that need no detail of their own.
PLAIN = {
    "EMPTY_FILE": ("文件为空(0字节)", "请重新导出后再报送"),
    "BLANK_FILE": ("文件里没有任何内容", "请核对导出的条件，重新导出后再报送"),
    "TRUNCATED": ("文件不完整，可能没有传完", "请等文件传完或重新导出后再报送"),
    "PASSWORD": ("工作簿设有打开密码，无法读取", "请去掉密码后另存并重新报送"),
    "MACROS": ("工作簿含有宏", "请另存为不含宏的 .xlsx 后重新报送"),
    "ZIP_BOMB": ("文件解压后异常庞大", "请把数据复制到新建工作簿，另存为 .xlsx 后重新报送"),
    "UNSAFE_PATH": ("文件内部含有不安全的路径", "请用表格软件打开并另存为 .xlsx 后重新报送"),
    "UNSUPPORTED_TYPE": ("不是可以读取的表格(支持 .xlsx、.csv、.parquet)", "请另存为 .xlsx 后重新报送"),
    "ARCHIVE": ("压缩包里没有可以读取的表格，或有同名的表格、别的压缩包", "请解压后把其中的表格逐个放入报送文件夹"),
    "HTML_TABLE": ("内容是网页表格，不是工作簿", "请用表格软件打开，另存为 .xlsx 后重新报送"),
    "TEXT_AS_WORKBOOK": ("扩展名是工作簿，内容却是文本", "请用表格软件打开，另存为 .xlsx 后重新报送"),
    "NUL_BYTE": ("文本中含有空字节，文件已损坏", "请重新导出后再报送"),
    "RANGE_TOO_LARGE": (
        "表格的使用区域过大，超出读取的上限",
        "请删除数据之外的空行空列；确有这么多数据的，请拆成几个文件放入同一报送文件夹，重新报送",
    ),
    "TOO_SLOW": ("读取超时", "请拆分文件，或复制到新建工作簿后重新报送"),
    "NOT_READABLE": ("文件内容无法解析", "请用表格软件打开，另存为 .xlsx 后重新报送"),
    "EMPTY": ("只有表头，没有数据行", "如确无对象，请书面说明；否则请补全数据后重新报送"),
    "NOTHING_NEW": ("只有表头，没有数据行，按本期没有发生处理", "请确认本期确无；如有漏报，请补齐后以新的日期报送"),
    "COVER_NOTE": ("只有说明文字，没有数据表，未使用", "如应是名册，请补上表头和数据后重新报送"),
    "CORRECTED_BESIDE": ("同一次报送中另有它的更正件，以更正件为准，本件不使用", "请核对；今后只报送更正后的一份"),
    "NO_HEADER": ("没有找到表头", "请对照模板补上表头后重新报送"),
    "OLD_XLS": ("旧版 .xls 工作簿，已按内容读取", "今后请另存为 .xlsx 报送"),
    "WRONG_EXTENSION": ("扩展名与内容不符，已按内容读取", "今后请用与内容相符的扩展名"),
    "HIDDEN_SHEET": ("工作表是隐藏的，其中的行也已读取", "如不应报送，请删除该表后重新报送"),
    "DATE_1904": ("工作簿使用1904年日期系统，数字形式的日期可能相差四年", "请把日期列设为文本(如2026-01-31)后重新报送"),
    "EXTERNAL_CONTENT": ("工作簿引用了其他文件或嵌有对象，只采用单元格保存的值", "请核对数值；今后请粘贴为数值后报送"),
    "IGNORED_SHEET": ("工作表中没有可识别的数据表，未使用", "如其中有数据，请对照模板补上表头后重新报送"),
    "CODE_TABLE": ("工作表是代码说明，用于读取各表中的代码", "请核对；今后请直接填写文字"),
    "FIELD_TABLE": ("工作表是字段说明，其中的中文名称用于认列", "无需处理；今后表头可直接用中文列名"),
    "SUMMARY_SHEET": ("工作表没有姓名和身份证号，像是汇总表，未使用", "如有应报送的人员，请对照模板补齐列后重新报送"),
    "SEVERAL_MONTHS": ("各工作表是不同月份的名册，看不出哪个月最近", "请只保留当期的工作表后重新报送"),
    "EARLIER_SHEET": ("工作表是以前月份的名册，未使用，只采用最近一个月的", "请核对；今后请只报送当期的名册"),
    "EXAMPLE_SHEET": ("工作表写明是示例、作废或备份，未使用", "如其中有应报送的数据，请改工作表名后重新报送"),
    "SHEET_WITHOUT_HEADER": ("工作表有人员数据，却没有表头", "请在该表首行补上与其他表相同的表头后重新报送"),
    "CONTINUED_SHEET": ("工作表没有表头，已按前一工作表的表头读取", "请核对列的顺序；今后每个工作表都请保留表头"),
    "EMPTY_SHEET": ("工作表只有表头，没有数据行", "请确认该表确无数据"),
    "DIGITS_LOST": ("长数字按数值存放，末几位已丢失", "请将该列设为文本后重新报送"),
    "FORMULA_NO_VALUE": ("公式没有保存结果，按空白处理", "请用表格软件打开该文件，重新计算并保存后报送"),
    "ERROR_CELLS": ("公式出错(如#REF!、#N/A)，不采用", "请更正公式，或改填数值后重新报送"),
    "ALREADY_RECEIVED": ("内容与已收到的文件完全相同，不重复计入", "无需处理"),
    "DELIVERY_INCOMPLETE": ("同一批报送中有文件不能使用，整批暂不使用", "请更正不能使用的文件后重新报送整批"),
    "SYMLINK": ("是链接而不是文件，未读取", "请直接放入文件本身"),
    "NOT_A_FILE": ("不是普通文件，未读取", "请只在报送文件夹中放入表格文件"),
    "UNREADABLE": ("没有读取权限", "请联系管理员调整文件权限"),
    "UNSTABLE": ("读取期间文件仍在变化", "请等文件传完，下次运行会再读取"),
    "BAD_FILE_NAME": ("文件名含有控制字符或过长，未读取", "请改用普通文件名后重新报送"),
    "TEMPORARY_FILE": ("临时文件或系统文件，不是报送内容", "无需处理"),
    "BAD_DELIVERY_FOLDER": (
        "报送文件夹的名称不是日期",
        "请改为如 2026-10-31 的日期；同一天补充的文件放入同一文件夹，更正的文件用原文件名替换",
    ),
    "DELIVERY_REJECTED": ("整批经人工核对后退回，不使用", "请更正后以新的报送日期重新报送"),
    "DELIVERY_WITHDRAWN": ("整批已由报送单位撤回，不再使用", "无需处理"),
    "ARCHIVE_DAMAGED": (
        "归档的原件不见了或已损坏，未使用",
        "请管理员从备份恢复，或把原件放回接收文件夹；都没有的，请撤回该报送，由报送单位重新报送",
    ),
    "REPLACED": ("更正前的内容，已由后来的同名文件代替，不再使用", "无需处理"),
    "PURGED": ("内容已按规定清除，不再使用", "无需处理；确需使用的，请报送单位以新的报送日期重新报送"),
    "WITHDRAWN": ("不能使用的文件已由报送单位撤回", "无需处理"),
    "MISPLACED": ("文件不在报送日期的文件夹中，未使用", "请放入 数据源/日期/ 文件夹"),
}  # fmt: skip


def plain(code: str, where: str = "") -> Message:
    """A message whose sentences need no detail."""
    what, remedy = PLAIN[code]
    return Message(code, where, what, remedy)
