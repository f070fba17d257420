"""A corrected file under its old name: what it replaced is listed, and counted nowhere."""

from __future__ import annotations

from pathlib import Path

from pipelines.intake import delivery_states
from tests.delivery_factory import ELDERLY, Office, elderly, write_workbook


def test_the_content_that_a_corrected_file_replaced_is_listed_and_not_counted(tmp_path: Path) -> None:
    office = Office(tmp_path)
    path = office.place("elderly_allowance", "名册.xlsx")
    write_workbook(path, {"名册": [ELDERLY, *(elderly(number) for number in range(8))]})
    office.intake("elderly_allowance")
    write_workbook(path, {"名册": [ELDERLY, *(elderly(number, 200) for number in range(8))]})
    taken = office.intake("elderly_allowance")
    assert [(receipt.disposition, receipt.is_replaced, receipt.in_force) for receipt in taken.receipts] == [
        ("superseded", True, False), ("accepted", False, True),
    ]  # fmt: skip
    assert [message.code for message in taken.receipts[0].messages] == ["REPLACED"]
    (state,) = delivery_states(taken)
    assert (state.state, state.files, state.rows, state.messages) == ("in_force", 1, 8, ())
    assert set(taken.frame["monthly_amount"]) == {"200"}
