"""A publication hides, refuses a second one of its date, and minds those before it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.publishing.statistics import NoStatistics, PublicationRefused, publish_statistics
from pipelines.publishing.statistics.cells import KEY
from tests.publication_factory import PAID, units, write_release


def figures(folder: Path) -> dict[tuple[str, str, str], str]:
    """(table, row, column) -> figure of the CSV file, '' where it is hidden."""
    with (folder / "statistics.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all((row["数值"] == "") == (row["说明"] == "不公布") for row in rows)
    return {(row["统计表"], row["行"], row["列"]): row["数值"] for row in rows}


COUNTS, SUMS = "领取补助的户（人）数", "发放金额（元）"


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "releases"


@pytest.fixture
def publications(tmp_path: Path) -> Path:
    return tmp_path / "publications"


def test_a_small_figure_is_hidden_with_its_sum_and_cannot_be_subtracted(releases: Path, publications: Path) -> None:
    made = publish_statistics(write_release(releases, date(2026, 9, 30), units()), publications)
    shown = figures(made.folder)
    assert made.is_new
    assert shown[COUNTS, "特困人员救助供养", "甲镇"] == shown[SUMS, "特困人员救助供养", "甲镇"] == ""
    assert shown[COUNTS, "合计", "合计"] == "162"
    hidden = {place[1:] for place, figure in shown.items() if place[0] == COUNTS and not figure}
    assert hidden == {place[1:] for place, figure in shown.items() if place[0] == SUMS and not figure}
    rows, columns = ({place[axis] for place in hidden} for axis in (0, 1))
    for row in rows:
        assert sum(place[0] == row for place in hidden) > 1
    for column in columns:
        assert sum(place[1] == column for place in hidden) > 1
    assert made.hidden == len(hidden)
    assert made.hidden_for_others == len(hidden) - 1


def test_a_sum_that_one_household_makes_up_is_hidden(releases: Path, publications: Path) -> None:
    paid = units({"dibao": (12, 9, 20), "elderly_allowance": (30, 25, 41)}).with_columns(
        amount=pl.when(pl.col("unit_key") == "dibao-乙镇-0").then(9000.0).otherwise("amount")
    )
    made = publish_statistics(write_release(releases, date(2026, 9, 30), paid), publications)
    assert figures(made.folder)[SUMS, "最低生活保障", "乙镇"] == ""


def test_the_page_the_workbook_and_the_csv_file_show_the_same(releases: Path, publications: Path) -> None:
    import openpyxl

    made = publish_statistics(write_release(releases, date(2026, 9, 30), units()), publications)
    page = (made.folder / "index.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(made.folder / "statistics.xlsx")
    shown = figures(made.folder)
    assert page.count("＊</td>") == sum(not figure for figure in shown.values())
    for sheet in book:
        head = [cell.value for cell in sheet[3]]
        for row in sheet.iter_rows(min_row=4, values_only=True):
            for column, value in zip(head[1:], row[1:], strict=True):
                figure = shown[sheet["A1"].value, row[0], column]
                assert value == (float(figure) if figure else "＊")
    assert "http" not in page.replace("http-equiv", "")
    assert "dibao-甲镇" not in page


def test_the_same_content_again_is_the_same_publication(releases: Path, publications: Path) -> None:
    release = write_release(releases, date(2026, 9, 30), units())
    first = publish_statistics(release, publications)
    page = (first.folder / "index.html").read_bytes()
    again = publish_statistics(release, publications)
    assert not again.is_new
    assert (again.folder, again.hidden) == (first.folder, first.hidden)
    assert (again.folder / "index.html").read_bytes() == page


def test_other_content_for_a_published_date_is_refused(releases: Path, publications: Path) -> None:
    first = publish_statistics(write_release(releases, date(2026, 9, 30), units()), publications)
    page = (first.folder / "index.html").read_bytes()
    one_more = units(PAID | {"dibao": (13, 9, 20)})
    with pytest.raises(PublicationRefused, match=r"已经公布过.*位置：.*处理：") as refused:
        publish_statistics(write_release(releases, date(2026, 9, 30), one_more), publications)
    assert "12" not in str(refused.value).replace("2026", "")
    assert (first.folder / "index.html").read_bytes() == page
    assert [path.name for path in publications.iterdir()] == ["2026-09-30"]


def test_a_release_without_statistics_is_told_so(releases: Path, publications: Path) -> None:
    release = write_release(releases, date(2026, 9, 30), units())
    with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
        connection.execute("drop table intermediate.int_publication__celled")
    with pytest.raises(NoStatistics, match="位置：2026-09-30/000001；处理："):
        publish_statistics(release, publications)


def published_twice(releases: Path, publications: Path, later: pl.DataFrame) -> tuple[dict, dict]:
    first = publish_statistics(write_release(releases, date(2026, 9, 30), units()), publications)
    second = publish_statistics(write_release(releases, date(2026, 10, 31), later), publications)
    return figures(first.folder), figures(second.folder)


def test_a_figure_that_changed_by_few_households_is_not_shown_again(releases: Path, publications: Path) -> None:
    """Two households left in one town: its row, its column and the total would each show the two."""
    before, after = published_twice(releases, publications, units(PAID | {"elderly_allowance": (28, 25, 41)}))
    for row, column in (("高龄津贴", "甲镇"), ("高龄津贴", "合计"), ("合计", "甲镇"), ("合计", "合计")):
        assert before[COUNTS, row, column] != ""
        assert after[COUNTS, row, column] == ""
    assert after[COUNTS, "高龄津贴", "丙镇"] == "41"


def test_as_many_gone_as_come_are_a_change_of_both(releases: Path, publications: Path) -> None:
    """Three gone and three come: the figure is the same, and six households stand behind it."""
    later = units(PAID | {"elderly_allowance": (27, 25, 41)}).vstack(
        units({"elderly_allowance": (3, 0, 0)}).with_columns(
            unit_key=pl.lit("new") + pl.col("unit_key"), household_key=pl.lit("new") + pl.col("household_key")
        )
    )
    _, after = published_twice(releases, publications, later)
    assert after[COUNTS, "高龄津贴", "甲镇"] == "30"


def test_what_many_households_changed_is_shown(releases: Path, publications: Path) -> None:
    _, after = published_twice(releases, publications, units(PAID | {"elderly_allowance": (40, 25, 41)}))
    assert after[COUNTS, "高龄津贴", "甲镇"] == "40"


def test_an_unchanged_county_is_published_as_before(releases: Path, publications: Path) -> None:
    before, after = published_twice(releases, publications, units())
    assert after == before


def test_what_was_hidden_stays_hidden_while_its_households_stay(releases: Path, publications: Path) -> None:
    """A cell hidden for another's sake would, shown now, tell the other one of then."""
    before, after = published_twice(releases, publications, units(PAID | {"tekun": (9, 8, 15)}))
    helped = [place for place, figure in before.items() if place[0] == COUNTS and not figure and place[2] != "甲镇"]
    assert helped
    assert all(after[place] == "" for place in helped)


def test_a_slow_change_is_shown_once_it_has_become_large_enough(releases: Path, publications: Path) -> None:
    shown = [
        figures(publish_statistics(write_release(releases, date(2026, month, 28), paid), publications).folder)
        for month, paid in enumerate(
            (units(PAID | {"elderly_allowance": (count, 25, 41)}) for count in (30, 27, 24)), start=8
        )
    ]
    assert [figure[COUNTS, "高龄津贴", "甲镇"] for figure in shown] == ["30", "", "24"]


def test_one_sum_changed_is_a_change_of_one_household(releases: Path, publications: Path) -> None:
    paid = units().with_columns(amount=pl.when(pl.col("unit_key") == "dibao-丙镇-0").then(150.0).otherwise("amount"))
    _, after = published_twice(releases, publications, paid)
    assert after[SUMS, "最低生活保障", "丙镇"] == after[SUMS, "合计", "合计"] == ""
    assert after[SUMS, "高龄津贴", "丙镇"] == "4100.00"


def test_what_is_kept_names_no_more_than_pseudonyms(releases: Path, publications: Path) -> None:
    made = publish_statistics(write_release(releases, date(2026, 9, 30), units()), publications)
    kept = made.folder.parent / "kept"
    assert pl.read_parquet(kept / "cell.parquet").columns == [*KEY, "is_shown", "is_guard"]
    assert sorted(path.name for path in kept.iterdir()) == ["cell.parquet", "record.json", "unit.parquet"]
