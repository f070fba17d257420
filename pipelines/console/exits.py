"""The exit statuses of `hedui`, and how an error becomes one of them and a message in three parts."""

from __future__ import annotations

import atexit
import os
import re
import sys
from dataclasses import dataclass
from enum import IntEnum
from typing import NoReturn


class Exit(IntEnum):
    """The contract with schedulers; the numbers never change their meaning."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    HELD_BACK = 3
    LOCKED = 4
    STOPPED = 5


#: State of a run -> status.
OF_STATE = {"finished": Exit.DONE, "held_back": Exit.HELD_BACK, "stopped": Exit.STOPPED, "failed": Exit.FAILED}


@dataclass
class UserError(Exception):
    """Something the user can put right: what is wrong, where, and what to do."""

    what: str
    where: str
    remedy: str
    status: Exit = Exit.FAILED

    def __str__(self) -> str:
        return f"{self.what}\n  位置：{self.where}\n  处理：{self.remedy}"


def usage(what: str, where: str, remedy: str) -> UserError:
    return UserError(what, where, remedy, Exit.USAGE)


#: Errors of the rooms by class name (importing the rooms would slow every command): status, and the remedy where the
#: error's own text has none. Their texts are written for people and hold no personal data.
_KNOWN: dict[str, tuple[Exit, str]] = {
    "LockHeld": (Exit.LOCKED, "等那次运行结束后再试；`hedui doctor` 可查看占用者"),
    "RegisterUnusable": (Exit.FAILED, "检查登记库"),
    "WrittenByNewer": (Exit.FAILED, "改用写成它的版本或更新的版本"),
    "OnNetworkShare": (Exit.FAILED, "把数据文件夹放在本机磁盘上"),
    "KeyMissing": (Exit.FAILED, "从备份恢复 keys/county.key；不要新建密钥，否则所有人员标识都会改变"),
    "ModelError": (Exit.USAGE, "用 --model 指定有效的匹配模型文件，或省略以使用随附的模型"),
    "MatchingInputError": (Exit.USAGE, "按提示改正输入表后再试"),
    "ContractViolation": (Exit.STOPPED, "上一次发布继续有效；按提示修正后重新运行"),
    "PublicationRefused": (Exit.STOPPED, "沿用已公布的统计"),
    "NoStatistics": (Exit.USAGE, "用同一业务日期重新运行"),
    "NoticeRefused": (Exit.STOPPED, "改正后重新运行；没有写出任何文件"),
    "NoNotice": (Exit.USAGE, "用同一业务日期重新运行"),
    "ReleaseExists": (Exit.FAILED, "重新运行会得到新的运行编号"),
    "Damaged": (Exit.FAILED, "用同一业务日期重新运行"),
    "UnknownHousehold": (Exit.USAGE, "核对编号；编号见 verified_household"),
    "PrintFailed": (Exit.FAILED, "安装 chromium，或用 HEDUI_CHROMIUM 指明程序文件"),
    "NotPublished": (Exit.USAGE, "核对编号；编号见 extracts/ 中相应的表"),
    "NotAWorklist": (Exit.USAGE, "交回填好的工作清单"),
    "VerdictRefused": (Exit.USAGE, "按提示改正后重新登记"),
    "ChainBroken": (Exit.FAILED, "从备份恢复 decisions.sqlite，并查明是谁改动了它"),
    "PolicyBroken": (Exit.STOPPED, "改正政策表后重新运行；上一次发布继续有效"),
    "ReleaseOutgrown": (Exit.FAILED, "先用现在的程序运行一次，再试算"),
    "AddressBroken": (Exit.USAGE, "改正 HEDUI_NOTIFY 后再试"),
    "ChangeRefused": (Exit.USAGE, "改正变更文件后再试"),
    "PurgeRefused": (Exit.FAILED, "按提示处理后再试"),
    "NotRemoved": (Exit.FAILED, "检查权限和磁盘后再次运行 `hedui purge`"),
    "ContentPurged": (Exit.STOPPED, "查阅该日期原有的发布"),
    "ContractError": (Exit.FAILED, "改正 pipelines/contracts 中的约定文件"),
}


def as_user_error(error: BaseException, where: str) -> UserError:
    """The error in three parts. An error nobody foresaw is named by its class and place; its text may hold values of a
    person and is not shown."""
    if isinstance(error, UserError):
        return error
    name = type(error).__name__
    if name in _KNOWN:
        status, remedy = _KNOWN[name]
        parts = re.fullmatch(r"(.+)；位置：(.+)；处理：(.+)", str(error), re.DOTALL)
        what, place, cure = parts.groups() if parts else (str(error), where, remedy)
        return UserError(what, place, cure, status)
    if name == "ValidationError":
        # By its name, since importing pydantic would slow every command.
        names = sorted({f"HEDUI_{str(part['loc'][0]).upper()}" for part in error.errors()})  # type: ignore[attr-defined]
        return UserError("设置的值不能使用", "、".join(names), "改正或删去该环境变量后再试", Exit.USAGE)
    if isinstance(error, OSError) and error.strerror:
        place = str(error.filename or where)
        return UserError(f"文件操作失败：{error.strerror}", place, "检查该路径是否存在、权限和磁盘空间", Exit.FAILED)
    if name == "IOException" and "newer version of DuckDB" in str(error):
        return UserError("数据库由更新版本的程序写成", where, "改用写成它的版本或更新的版本；不要改动或删除该文件")
    if isinstance(error, MemoryError):
        return UserError("内存不足", where, "关闭其他程序，或换用内存更大的机器(全县约需 3 GB)", Exit.FAILED)
    return UserError(
        f"程序内部错误({name})", f"{where},{_last_frame(error)}", "用 HEDUI_DEBUG=1 重新运行以查看详情并报告此问题"
    )


def _last_frame(error: BaseException) -> str:
    frame, place = error.__traceback__, "?"
    while frame is not None:
        code = frame.tb_frame.f_code
        if "pipelines" in code.co_filename or "expectations" in code.co_filename:
            place = f"{code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}"
        frame = frame.tb_next
    return place


def speak_chinese() -> None:
    """Standard streams in UTF-8 whatever the locale, so that Chinese is printed under LANG=C and in a pipe."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


def heard(text: str) -> str:
    """An argument in words as it was typed, where the locale made Python take Chinese for broken bytes."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    typed = os.fsencode(text)
    for codec in ("utf-8", "gb18030"):
        try:
            return typed.decode(codec)
        except UnicodeDecodeError:
            continue
    return typed.decode("ascii", errors="backslashreplace")


def leave(status: int) -> NoReturn:
    """Ends the process after all exit functions. The interpreter's own end is skipped: duckdb's bindings would print
    pages about what is not yet freed."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
