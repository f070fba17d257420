"""What an entry of the catalogue says, and the kinds of cases that show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What becomes of a fault: the word for it, and the exit status of the run that meets it."""

    word: str
    status: int


READ = Outcome("照常使用", 0)
FIXED = Outcome("更正后使用，回执写明", 0)
WARNED = Outcome("使用，回执提示", 0)
IGNORED = Outcome("不读，列入回执", 0)
NO_EFFECT = Outcome("不重复计入", 0)
VALUE = Outcome("该值不用，本行其余照用", 0)
ROW = Outcome("本行暂不使用，列入清单", 3)
HELD = Outcome("暂缓使用，等人决定；沿用上次报送", 3)
REJECTED = Outcome("整份退回；沿用上次报送", 3)
MISPLACED = Outcome("不读，运行结束时提示", 3)
WAITS = Outcome("等传完后由下次运行读取", 0)
REVIEW = Outcome("转人工复核，不自动认定", 0)
FINDING = Outcome("列为疑点", 0)
OPEN = Outcome("家庭待核实，写明缺什么", 0)
RECOVERS = Outcome("旧结果一直完整；下次运行自动补上", 0)
FAILS = Outcome("运行失败；旧结果不动", 1)
REFUSED = Outcome("不开始，说明原因", 1)
USAGE = Outcome("不执行，说明怎样改正", 2)
LOCKED = Outcome("不开始，说明谁在运行", 4)
STOPPED = Outcome("拦下不发布；旧结果不动", 5)
CONFLICT = Outcome("后到者被拒绝", 2)
PROTECTED = Outcome("内容原样保存，任何输出中都不起作用", 0)
FOUND_OUT = Outcome("校验时指出具体位置", 1)


@dataclass(frozen=True)
class FileCase:
    """A delivered file: `make` writes it to the path it is given, beside an earlier good delivery of `before` rows.

    `disposition` is that of the receipt of `file`, `code` one of its messages (none when empty), `says` what the
    message says (parts around …), `rows` the data rows read of that file when it is in force.
    """

    variant: str
    make: Callable[[Path], Any]
    code: str = ""
    disposition: str = "accepted"
    file: str = "名册.xlsx"
    feed: str = "elderly_allowance"
    says: str = ""
    rows: int = 5
    before: int = 10


@dataclass(frozen=True)
class ValueCase:
    """One cell changed in a good row of a feed: what staging makes of it.

    `cells` are delivered values by canonical column; `column` is the one looked at. `value` is what it becomes (None:
    nothing), `code` the problem that is listed, `row` what becomes of the row, `status` the status of an ID number.
    """

    variant: str
    cells: Mapping[str, Any]
    column: str
    value: Any = None
    code: str = ""
    row: str = "accepted"
    feed: str = "temporary_assistance"
    status: str = ""


@dataclass(frozen=True)
class Fault:
    """One entry: what arrives or happens (in words for an office), what becomes of it, and what shows that.

    `code` is the code of the message or finding. `tests` name tests (path::name) that show it without a case here,
    `missing` says what is not built yet, `note` why the outcome is this one where that is not plain.
    """

    id: str
    what: str
    outcome: Outcome
    code: str = ""
    cases: tuple[FileCase | ValueCase, ...] = ()
    tests: tuple[str, ...] = field(default=())
    missing: str = ""
    note: str = ""
