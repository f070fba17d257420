"""F: the container of a delivery and the way it came."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

import os

from tests.faults import mutations as m
from tests.faults.catalogue.fault import (
    FAILS,
    IGNORED,
    NO_EFFECT,
    READ,
    REJECTED,
    WAITS,
    WARNED,
    Fault,
    FileCase,
)

MOVING = "tests/faults/test_moving_files.py"

FILES = (
    Fault("F01", "0字节的文件", REJECTED, "EMPTY_FILE", (
        FileCase("empty", m.content(b""), "EMPTY_FILE", "rejected"),
        FileCase("blank_lines", m.content("\n\n , \n"), "BLANK_FILE", "rejected", file="名册.csv"),
    )),
    Fault("F02", "只传来一半的工作簿或 Parquet 文件", REJECTED, "TRUNCATED", (
        FileCase("half_a_workbook", m.cut, "TRUNCATED", "rejected"),
        FileCase("half_a_parquet", m.cut_parquet, "TRUNCATED", "rejected", file="名册.parquet"),
        FileCase("broken_zip_directory", m.broken_directory, "TRUNCATED", "rejected"),
    )),
    Fault("F03", "文件仍在复制(大小可能已到最终值)", WAITS, "", tests=(
        "tests/unit/intake/test_deliveries.py::test_a_delivery_that_still_changes_waits",
        f"{MOVING}::test_F04_a_file_that_grows_while_it_is_read_is_not_taken_and_comes_whole_the_next_time",
    ), note="文件夹在设定时间内有任何变化就等待；夜间运行不等，读到变化中的文件按 F04 处理。"),
    Fault("F04", "读取期间文件仍在变化", REJECTED, "UNSTABLE", tests=(
        f"{MOVING}::test_F04_a_file_that_grows_while_it_is_read_is_not_taken_and_comes_whole_the_next_time",
    ), note="本次不用，下次运行重新读取；同一文件不会以两种内容各计一次。"),
    Fault("F05", "~$ 锁文件、.tmp、Thumbs.db、.DS_Store、.crdownload 等", IGNORED, "TEMPORARY_FILE", tuple(
        FileCase(name, m.content(b"x"), "TEMPORARY_FILE", "ignored", file=name)
        for name in ("~$名册.xlsx", "a.tmp", "Thumbs.db", ".DS_Store", "a.xlsx.crdownload", ".hidden.csv", "名册.xlsx.ok")
    )),
    Fault("F06", "扩展名与内容不符：工作簿改名可读；网页表格、文本冒充 .xls", WARNED, "WRONG_EXTENSION", (
        FileCase("workbook_named_xls", m.renamed_workbook, "WRONG_EXTENSION", file="名册.xls"),
        FileCase("workbook_named_csv", m.renamed_workbook, "WRONG_EXTENSION", file="名册.csv"),
        FileCase("html_named_xls", m.content("<html><table><tr><td>姓名</td></tr></table></html>"), "HTML_TABLE", "rejected", file="名册.xls"),
        FileCase("text_named_xls", m.text(delimiter="\t"), "TEXT_AS_WORKBOOK", "rejected", file="名册.xls"),
    ), note="网页表格和文本冒充工作簿的整份退回：它们的长号码在表格软件里已可能丢失末位。"),
    Fault("F07", "设有打开密码的工作簿", REJECTED, "PASSWORD", (
        FileCase("encrypted", m.compound("EncryptedPackage"), "PASSWORD", "rejected"),
    )),
    Fault("F08", "含宏的工作簿", REJECTED, "MACROS", (
        FileCase("xlsm_part", m.with_part("xl/vbaProject.bin", b"x"), "MACROS", "rejected"),
        FileCase("xls_with_vba", m.compound("Workbook" + "_VBA_PROJECT"), "MACROS", "rejected", file="名册.xls"),
    )),
    Fault("F09", "压缩炸弹：解压后异常庞大", REJECTED, "ZIP_BOMB", (
        FileCase("part_of_40_mb_of_zeros", m.with_part("xl/media/x.bin", b"\0" * 40_000_000), "ZIP_BOMB", "rejected"),
    ), note="比例上限 100 倍、总量上限 1 GB，在解压任何内容之前由压缩目录判断。"),
    Fault("F10", "末行末列有一个孤立单元格，使用区域巨大", REJECTED, "RANGE_TOO_LARGE", (
        FileCase("cell_XFD1048576", m.stray_cell, "RANGE_TOO_LARGE", "rejected"),
    ), (f"{MOVING}::test_F10_the_next_file_is_read_after_one_that_ended_its_reader",)),
    Fault("F11", "压缩包、包内不安全路径、设备名、过长或含控制符的文件名", REJECTED, "UNSAFE_PATH", (
        FileCase("path_that_leads_out", m.with_part("../../etc/x", b"x"), "UNSAFE_PATH", "rejected"),
        FileCase("absolute_path", m.with_part("/etc/x", b"x"), "UNSAFE_PATH", "rejected"),
        FileCase("drive_letter", m.with_part("C:/x", b"x"), "UNSAFE_PATH", "rejected"),
        FileCase("archive_in_an_archive", m.zip_in_a_zip, "ARCHIVE", "rejected", file="名册.zip"),
        FileCase("archive_without_tables", m.zip_of_pictures, "ARCHIVE", "rejected", file="名册.zip"),
        FileCase("device_name", m.good, "BAD_FILE_NAME", "rejected", file="CON.xlsx"),
        FileCase("override_in_the_name", m.text(), "BAD_FILE_NAME", "rejected", file="a\u202exslx.csv"),
        FileCase("name_of_220_characters", m.text(), "BAD_FILE_NAME", "rejected", file="a" * 216 + ".csv"),
    )),
    Fault("F12", "文件名是 GBK 编码", READ, "", tests=(f"{MOVING}::test_F12_a_name_in_gbk_is_read_as_such",),
          cases=(FileCase("in_an_archive", m.zip_of_files, "", "accepted", file="名册.zip"),),
          note="压缩包中的表格在内存中解开读取，包内再有压缩包的退回(F11)；包内文件名按 GBK 或 UTF-8 解码。"),
    Fault("F13", "链接、文件夹或管道冒充文件", REJECTED, "NOT_A_FILE", (
        FileCase("symlink", lambda path: path.symlink_to("/etc/hosts"), "SYMLINK", "rejected"),
        FileCase("folder", lambda path: path.mkdir(), "NOT_A_FILE", "rejected"),
        FileCase("pipe", os.mkfifo, "NOT_A_FILE", "rejected"),
    ), note="不打开、不等待。"),
    Fault("F14", "没有读取权限的文件", REJECTED, "UNREADABLE", tests=(
        f"{MOVING}::test_F14_F22_a_file_without_permission_is_told_and_read_when_it_has_one",
    ), note="其他文件照常读取。"),
    Fault("F15", "XML 实体炸弹、外部实体", REJECTED, "NOT_READABLE", (
        FileCase("entity_bomb", m.entity_bomb, "NOT_READABLE", "rejected"),
        FileCase("external_entity", m.external_entity, "NOT_READABLE", "rejected"),
    ), note="实体不展开，外部内容不读取。"),
    Fault("F16", "外部链接、嵌入对象、DDE 公式", WARNED, "EXTERNAL_CONTENT", (
        FileCase("external_link", m.with_part("xl/externalLinks/externalLink1.xml", b"<x/>"), "EXTERNAL_CONTENT"),
        FileCase("embedded_object", m.with_part("xl/embeddings/oleObject1.bin", b"x"), "EXTERNAL_CONTENT"),
        FileCase("formula_with_its_last_result", m.formula(cached=True)),
    ), note="只取单元格保存时的值，从不计算。"),
    Fault("F17", "扫描途中共享文件夹断开", FAILS, "", tests=(
        f"{MOVING}::test_F17_a_landing_folder_that_goes_away_marks_nothing_as_received",
    ), note="夜间运行先重试两次。"),
    Fault("F18", "同名而内容不同的两份文件", READ, "", (
        FileCase("same_name_as_last_month", m.text(), file="好.csv"),
    ), ("tests/unit/intake/test_deliveries.py::test_a_corrected_file_takes_the_place_of_the_one_with_its_name",),
        note="不同日期是两次报送；同一日期内后到的替换先到的。"),
    Fault("F19", "内容相同而名称不同的两份文件", NO_EFFECT, "ALREADY_RECEIVED", (
        FileCase("copy", m.twice_under_two_names, "ALREADY_RECEIVED", "duplicate", file="甲.csv"),
    )),
    Fault("F20", "列出之后、打开之前文件被删除或替换", REJECTED, "UNSTABLE", tests=(
        f"{MOVING}::test_F20_a_file_that_goes_away_between_listing_and_opening_keeps_no_other_back",
    )),
    Fault("F21", "一次放入上千个文件", READ, "", tests=(
        f"{MOVING}::test_F21_many_files_at_once_are_all_received_in_order_and_in_bounded_memory",
    ), note="不设数量上限：每个文件都有回执；内存只与一个文件有关。"),
    Fault("F22", "文件被杀毒软件占用", REJECTED, "UNREADABLE", tests=(
        f"{MOVING}::test_F14_F22_a_file_without_permission_is_told_and_read_when_it_has_one",
    ), note="下次运行自动再读。"),
)  # fmt: skip
