"""E: encodings of text files, and characters inside cells."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

from tests.delivery_factory import ELDERLY, elderly, id_number
from tests.faults import mutations as m
from tests.faults.catalogue.fault import FIXED, PROTECTED, READ, REJECTED, VALUE, Fault, FileCase, ValueCase

NUMBER = id_number(1)


def _name(variant: str, delivered: str, value: str | None, code: str = "") -> ValueCase:
    return ValueCase(variant, {"name": delivered}, "name", value, code)


def _number(variant: str, delivered: str) -> ValueCase:
    return ValueCase(variant, {"id_number": delivered}, "id_number", NUMBER, status="valid")


def _broken_line(change: str) -> str:
    return m.csv_text() + change


TEXTS = (
    Fault("E01", "GBK 编码的 CSV", READ, "", (FileCase("gbk", m.text(encoding="gbk"), file="名册.csv"),)),
    Fault("E02", "GB18030 编码，含四字节生僻字", READ, "", (
        FileCase("four_bytes", m.text([ELDERLY, *m.people(4), ["张\u4dae\U0002c2a4", *elderly(9)[1:]]], encoding="gb18030"), file="名册.csv"),
    )),
    Fault("E03", "UTF-8，无 BOM", READ, "", (FileCase("utf8", m.text(), file="名册.csv"),)),
    Fault("E04", "UTF-8，有 BOM", READ, "", (FileCase("utf8_bom", m.text(encoding="utf-8-sig"), file="名册.csv"),)),
    Fault("E05", "表格软件的“Unicode 文本”(UTF-16，制表符)", READ, "", (
        FileCase("utf16le", m.text(encoding="utf-16", delimiter="\t"), file="名册.txt"),
    )),
    Fault("E06", "很短的 GBK 文件恰好也是合法的 UTF-8", READ, "", tests=(
        "tests/unit/intake/test_text_files.py::test_a_tiny_gbk_file_that_happens_to_be_utf8_is_read_by_its_headers",
    ), note="由能认出的列名决定编码，从不猜测。"),
    Fault("E07", "一个文件里混有两种编码，或有非法字节", REJECTED, "BAD_BYTES", (
        FileCase("mixed", m.content(m.csv_text().encode() + "李四".encode("gb18030") + b",\xff\r\n"), "BAD_BYTES", "rejected", file="名册.csv", says="有不符合…编码的字节"),
        FileCase("one_byte", m.content(m.csv_text().encode("gb18030") + b"\xff"), "BAD_BYTES", "rejected", file="名册.csv"),
    ), note="写明行号和字节位置；从不以替换符代替。"),
    Fault("E08", "数据里已是乱码(锟斤拷、å¼ ä¸‰、???)", VALUE, "mojibake", (
        _name("gbk_of_utf8", "锟斤拷锟斤拷", None, "mojibake"), _name("latin_of_utf8", "å¼ ä¸‰", None, "mojibake"),
        _name("question_marks", "???", None, "mojibake"),
    )),
    Fault("E09", "造字(私用区)写的生僻姓名", FIXED, "", (_name("private_use", "刘\ue863", "刘䶮"), _name("not_in_the_table", "张\ue001", "张\ue001")),
          note="按 GB18030-2022 的对照表换成正式字符；对照表没有的字保留原样，仍参与比对。"),
    Fault("E10", "号码里有全角字符、空格、零宽字符、制表符", FIXED, "", (
        _number("full_width", NUMBER.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789X"})),
        _number("blanks", f"\u3000{NUMBER[:6]}\xa0{NUMBER[6:14]} {NUMBER[14:]}\u200b\ufeff"), _number("tab_and_soft_hyphen", f"{NUMBER[:6]}\t{NUMBER[6:]}\xad"),
    )),
    Fault("E11", "少数民族姓名的间隔点写法不一", FIXED, "", tuple(
        _name(f"dot_{number}", f"阿依{dot}古丽", "阿依·古丽") for number, dot in enumerate("·•・．")
    )),
    Fault("E12", "繁体、异体：張/张，鍾/锺/钟", READ, "", (_name("kept", "張三", "張三"),),
          ("tests/unit/matching/test_comparisons.py::test_names",), note="姓名照原样保存，比对时折算。"),
    Fault("E13", "一格写了小名、称谓，或“张三等3人”", FIXED, "several_persons", (
        _name("nickname", "张三（张小三）", "张三"), _name("title", "张三 户主", "张三"), _name("several", "张三等3人", None, "several_persons"),
    ), note="称谓和小名去掉后使用；写了几个人的姓名不用。"),
    Fault("E14", "异体选择符、辅助平面汉字", FIXED, "", (
        _name("variation_selector", "张\u845b\U000e0101", "张葛"), _name("supplementary_plane", "张\U0002c2a4", "张\U0002c2a4"),
    )),
    Fault("E15", "换行混用、格内换行、引号不成对、列数不符", REJECTED, "BAD_STRUCTURE", (
        FileCase("line_ends_mixed", m.content(m.csv_text().replace("\r\n", "\n", 2)), file="名册.csv"),
        FileCase("line_end_in_a_cell", m.content(m.csv_text().replace("白鹭镇", '"白鹭\n镇"', 1)), file="名册.csv"),
        FileCase("unbalanced_quote", m.content(_broken_line('"李四,1,2,3\r\n')), "BAD_STRUCTURE", "rejected", file="名册.csv"),
        FileCase("one_field_too_many", m.content(_broken_line("李四,1,2,3,4,5,6\r\n")), "BAD_STRUCTURE", "rejected", file="名册.csv", says="该行有7列，表头有6列"),
        FileCase("one_field_too_few", m.content(_broken_line("李四,1,2,3\r\n")), "BAD_STRUCTURE", "rejected", file="名册.csv"),
    ), note="只是换行混用或格内换行的照常读取。"),
    Fault("E16", "以制表符、分号、顿号等分隔", READ, "", tuple(
        FileCase(f"delimiter_{number}", m.text(delimiter=delimiter), file="名册.csv") for number, delimiter in enumerate("\t;|，；、")
    )),
    Fault("E17", "文本中有空字节", REJECTED, "NUL_BYTE", (
        FileCase("nul", m.content(m.csv_text().encode() + b"\0"), "NUL_BYTE", "rejected", file="名册.csv"),
        FileCase("picture", m.content(b"\x89PNG\r\n"), "UNSUPPORTED_TYPE", "rejected", file="名册.csv"),
    )),
    Fault("E18", "一格超过 32,767 字", VALUE, "too_long", (_name("name", "张" * 32_767, None, "too_long"),)),
    Fault("E19", "姓名里有表情符号、网页代码", PROTECTED, "", (
        ValueCase("script_in_a_text", {"reason": "<script>alert(1)</script>"}, "reason", "<script>alert(1)</script>"),
        _name("script_in_a_name", "张三<script>alert(1)</script>", None, "several_persons"), _name("emoji", "张三\U0001f600", "张三\U0001f600"),
    ), (
        "tests/unit/publishing/test_report.py::test_everything_is_escaped",
    )),
)  # fmt: skip
