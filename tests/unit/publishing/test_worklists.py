"""The workbooks of the towns, as a caseworker opens them."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.publishing.worklists import safe_file_name
from tests import release_factory


@pytest.fixture
def workbook(release: Path) -> Path:
    return release / "worklists" / "测试镇.xlsx"


def sheet(path: Path, name: str) -> Worksheet:
    return openpyxl.load_workbook(path)[name]


def row(worksheet: Worksheet, number: int = 4) -> dict[str, object]:
    return {str(header.value): cell.value for header, cell in zip(worksheet[3], worksheet[number], strict=True)}


def test_a_finding_is_listed_with_its_masked_person_and_its_rows(workbook: Path) -> None:
    shown = row(sheet(workbook, "疑点清单"))
    assert shown["身份证号(隐去中间)"] == "340590********4527"
    assert shown["疑点"] == "死亡仍享受"
    assert shown["级别"] == "红·停发前核"
    assert (
        shown["依据(来源·文件·工作表·行)"]
        == "最低生活保障对象花名册·dibao.xlsx·测试镇·第4行\n火化登记·cremation.csv·第2行"
    )
    assert shown["核实结论"] is None


def test_help_that_is_due_has_a_sheet_of_the_same_kind(release: Path) -> None:
    elsewhere = release / "worklists" / "未注明乡镇.xlsx"
    shown = row(sheet(elsewhere, "应享未享"))
    assert (shown["姓名"], shown["身份把握"]) == ("李四", "待确认 97%")
    assert sheet(elsewhere, "疑点清单").max_row == 3


def test_a_household_just_above_the_standard_is_listed_as_help_that_may_be_due(workbook: Path) -> None:
    shown = row(sheet(workbook, "应享未享"))
    assert (shown["疑点"], shown["户(证号)"]) == ("低保边缘", "D0001")
    assert "1.23 倍" in str(shown["说明"])


def test_what_rests_on_an_older_delivery_says_so(workbook: Path) -> None:
    note = "数据提示：火化登记：2026-10-31的报送暂未采用，数据只到2026-09-30的报送。"
    assert str(row(sheet(workbook, "疑点清单"))["说明"]).endswith(note)
    assert "机动车登记：数据只到2026-08-31的报送" in str(row(sheet(workbook, "应享未享"))["说明"])


def test_a_further_finding_is_listed_with_the_others(workbook: Path) -> None:
    shown = row(sheet(workbook, "疑点清单"), 5)
    assert (shown["疑点"], shown["级别"], shown["疑点编号"]) == ("享受救助未标注", "灰·数据问题", "f3")


def test_a_row_is_as_high_as_its_tallest_cell(workbook: Path) -> None:
    worksheet = sheet(workbook, "疑点清单")
    lines = str(row(worksheet)["依据(来源·文件·工作表·行)"]).count("\n") + 1
    assert worksheet.row_dimensions[4].height >= 15 * lines


def test_a_pair_shows_both_sides_and_how_they_differ(workbook: Path) -> None:
    shown = row(sheet(workbook, "重复待核"))
    assert shown["乙 姓名"] == "李四"
    assert shown["身份证号比对"] == "第17、18位不同"
    assert shown["出生日期比对"] == "日不同"
    assert shown["甲 性别·村·账号"] == "女·东村·尾号1234"


def test_a_changed_household_is_listed_with_what_changed_and_why(workbook: Path) -> None:
    shown = row(sheet(workbook, "家庭变化"))
    assert (shown["户(证号)"], shown["变化"]) == ("D0001", "结果改变")
    assert (shown["上次结果"], shown["本次结果"]) == ("符合条件", "需要复核")
    assert (shown["新增疑点"], shown["消失的疑点"], shown["仍存在的疑点"]) == ("死亡仍享受", "年龄与待遇不符", None)
    assert shown["原因"] == "《火化登记》2026-10-31报送：与本户有关的1行新增或改动"


def test_a_cell_that_begins_like_a_formula_stays_quoted_text(workbook: Path) -> None:
    cell = sheet(workbook, "疑点清单")["B4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (release_factory.FORMULA, "s", True)
    with zipfile.ZipFile(workbook) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")}
    assert not [name for name, text in parts.items() if "<f>" in text or "hyperlink" in text]


def test_no_full_number_is_in_a_workbook(release: Path) -> None:
    numbers = (*release_factory.ID_NUMBERS, release_factory.ACCOUNT, "1955-03-12")
    for path in (release / "worklists").iterdir():
        with zipfile.ZipFile(path) as archive:
            text = "".join(archive.read(name).decode() for name in archive.namelist())
        assert not [number for number in numbers if number in text]
        assert not re.search(r"\d{17}[0-9X]", path.name)


def test_a_sheet_can_be_filtered_printed_and_filled_in(workbook: Path) -> None:
    worksheet = sheet(workbook, "疑点清单")
    assert worksheet.freeze_panes == "C4"
    assert worksheet.auto_filter.ref == "A3:P5"
    assert (worksheet.page_setup.orientation, worksheet.page_setup.paperSize) == ("landscape", 9)
    assert worksheet.print_title_rows == "$3:$3"
    assert "'疑点清单'!$A$1:$O$5" in worksheet.print_area
    assert [str(merged) for merged in worksheet.merged_cells.ranges] == ["A2:O2"], "as wide as what is printed"
    assert "2026-10-31" in worksheet.oddHeader.right.text
    assert "&P" in worksheet.oddFooter.center.text or "Page" in worksheet.oddFooter.center.text
    (validation,) = worksheet.data_validations.dataValidation
    assert (validation.formula1, str(validation.sqref)) == ('"属实,不属实,待查"', "N4:N5")


@pytest.mark.parametrize(
    ("town", "name"), [("../../etc", "etc"), ("河口镇(街道)", "河口镇(街道)"), ("/\0", "未注明乡镇")]
)
def test_a_file_name_holds_no_more_than_the_town(town: str, name: str) -> None:
    assert safe_file_name(town) == name


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_a_workbook_and_finds_no_formula(workbook: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path),
        str(workbook),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    cell = sheet(tmp_path / workbook.name, "疑点清单")["B4"]
    assert (cell.value, cell.data_type) == (release_factory.FORMULA, "s")
