"""Encodings, delimiters and broken lines of text files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import get_feed
from pipelines.intake.account import Account
from pipelines.intake.formats.delimited import decode, read_delimited
from pipelines.intake.formats.limits import Limits
from pipelines.intake.headers.dictionary import look_up
from pipelines.intake.messages import Refused
from pipelines.intake.parse import parse_file
from tests.delivery_factory import ELDERLY, elderly, id_number, write_text_file

ALLOWANCE = get_feed("elderly_allowance")


def is_header(text: str) -> bool:
    return look_up(ALLOWANCE, text) is not None


ROWS = [ELDERLY, elderly(1), ["王䶮", *elderly(2)[1:]]]


def account_of(path: Path) -> Account:
    return parse_file(path, ALLOWANCE, Limits())[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    frame, account = parse_file(write_text_file(tmp_path / "a.csv", ROWS, encoding, delimiter), ALLOWANCE, Limits())
    assert account.encoding == encoding
    assert frame["name"].to_list() == ["张三1", "王䶮"]
    assert frame["_row"].to_list() == [2, 3]


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_unicode_text_of_a_spreadsheet_is_read(tmp_path: Path, mark: bytes, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(mark + "\n".join("\t".join(map(str, row)) for row in ROWS).encode(encoding))
    frame, account = parse_file(path, ALLOWANCE, Limits())
    assert (account.encoding, frame.height) == (encoding, 2)


def test_a_tiny_gbk_file_that_happens_to_be_utf8_is_read_by_its_headers() -> None:
    content = "一为".encode("gb18030")
    assert content.decode("utf-8") == "һΪ"
    headers = "姓名,身份证号,月津贴金额,状态\n".encode("gb18030")
    assert decode(headers + content, is_header)[1] == "gb18030"
    assert decode(content, is_header)[1] == "utf-8"  # nothing known on either side


def test_a_line_break_inside_a_cell_is_part_of_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        '姓名,身份证号,月津贴金额,状态\n"张\n三",' + f"{id_number(1)},100,在保\n李四,{id_number(2)},100,在保\n"
    )
    frame, _ = parse_file(path, ALLOWANCE, Limits())
    assert frame["name"].to_list() == ["张\n三", "李四"]
    assert frame["_row"].to_list() == [2, 3]


def test_trailing_blank_fields_are_forgiven_and_others_name_their_line(tmp_path: Path) -> None:
    rows = [list(ELDERLY), [*elderly(1), "", ""], elderly(2)]
    assert account_of(write_text_file(tmp_path / "a.csv", rows)).verdict == "accepted"
    for broken in ([*elderly(3), "多"], elderly(3)[:-1]):
        account = account_of(write_text_file(tmp_path / "b.csv", [*rows, broken]))
        assert [message.code for message in account.messages] == ["BAD_STRUCTURE"]
        assert account.messages[0].where == "第4行"


def test_an_unclosed_quote_is_refused(tmp_path: Path) -> None:
    path = write_text_file(tmp_path / "a.csv", [*ROWS, ['"张三', *elderly(4)[1:]]])
    with pytest.raises(Refused) as verdict:
        read_delimited(path, is_header)
    assert verdict.value.message.code == "BAD_STRUCTURE"


def test_bytes_of_no_encoding_name_their_line(tmp_path: Path) -> None:
    path = write_text_file(tmp_path / "a.csv", ROWS)
    path.write_bytes(path.read_bytes() + b"\xff\xff,1\r\n")
    account = account_of(path)
    assert [(message.code, message.where) for message in account.messages] == [("BAD_BYTES", "第4行")]
    assert "�" not in account.messages[0].what
