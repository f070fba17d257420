"""Messages about runs: written down, sent once to each channel, kept for those that did not take them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from pipelines.console import checkup, notifications
from pipelines.console.exits import Exit, UserError
from pipelines.defs.announcing import announce, announce_crashed, send
from pipelines.defs.outcome import RunSummary
from pipelines.defs.own_run import PARTITION_TAG, workspace_resource
from pipelines.defs.workspace import RunWorkspace, open_workspace
from pipelines.notification import AddressBroken, Notification, Outbox, channels_of, deliver
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder
from tests.inbox import Inbox

AS_OF = date(2026, 10, 31)
PASSWORD = "sesame"
NOW = datetime(2026, 10, 31, 2, tzinfo=UTC)


@pytest.fixture
def office() -> Iterator[Inbox]:
    with Inbox() as inbox:
        yield inbox


@pytest.fixture
def other() -> Iterator[Inbox]:
    with Inbox() as inbox:
        yield inbox


def message(name: str) -> Notification:
    return Notification(name, "success", f"标题{name}", "正文")


def settings_for(tmp_path: Path, *offices: Inbox, **more: object) -> Settings:
    return Settings(data=tmp_path, notify=" ".join(office.address for office in offices), **more)


def test_every_channel_gets_every_message_once_and_in_order(tmp_path: Path, office: Inbox, other: Inbox) -> None:
    outbox, channels = Outbox(tmp_path), channels_of(f"{office.address}\n {other.address}")
    for name in ("000002", "000001"):
        outbox.put(message(name))
    other.status = 500
    assert deliver(outbox, channels) == [channels[1]]
    assert (office.titles, other.titles) == (["标题000001", "标题000002"], [])
    outbox.put(message("000003"))
    other.status = 200
    assert deliver(outbox, channels) == []
    assert office.titles == other.titles == ["标题000001", "标题000002", "标题000003"]
    assert outbox.waiting() == []


def test_an_address_that_cannot_be_used_is_named_by_its_place_and_not_shown(tmp_path: Path, office: Inbox) -> None:
    addresses = f"{office.address} nonsense://user:{PASSWORD}@host/"
    with pytest.raises(AddressBroken, match=r"第 2 个地址") as broken:
        channels_of(addresses)
    (seen,) = [o for o in checkup.observe(Settings(data=tmp_path, notify=addresses), NOW, AS_OF) if "notify" in o.topic]
    assert (seen.level, seen.seen) == ("bad", "HEDUI_NOTIFY 的第 2 个地址 通知地址不能使用")
    assert PASSWORD not in str(broken.value)
    assert PASSWORD not in repr(Settings(notify=f"json://user:{PASSWORD}@host/"))
    assert PASSWORD not in repr(channels_of(f"json://user:{PASSWORD}@host/"))


def test_a_run_is_told_with_counts_and_without_the_text_of_an_error(tmp_path: Path, office: Inbox) -> None:
    settings = settings_for(tmp_path, office, office="云泽县核对中心")
    feed = {"title": "机动车登记", "files_held": 2, "quarantined": 1200, "is_fallback": True, "state": "fresh"}
    workspace = RunWorkspace(settings, DataFolder(tmp_path), AS_OF, "000007")
    announce(workspace, RunSummary("held_back", "000007", AS_OF, None, feeds=(feed,)))
    stopped = ("某镇 3 户没有户主；位置：dibao", "号码 340590198811073017 有误")
    announce(workspace, RunSummary("stopped", "000008", AS_OF, None, reasons=stopped))
    announce(workspace, RunSummary("failed", "000009", AS_OF, None, reasons=("marts: 值 张三 不能转换",)))
    assert send(settings) == []
    assert office.titles == [
        "云泽县核对中心 2026-10-31：已发布，有文件或行没有采用",
        "云泽县核对中心 2026-10-31：没有发布，被检查拦下",
        "云泽县核对中心 2026-10-31：运行失败，没有发布",
    ]
    held, gate, failed = (told["message"] for told in office.taken)
    assert "没有采用的文件：2 个\n没有采用的行：1,200 行\n沿用旧报送：机动车登记" in held
    assert "原因：某镇 3 户没有户主；位置：dibao\n原因：号码 … 有误" in gate
    assert "失败的步骤：marts" in failed
    assert "张三" not in failed


def test_without_an_address_nothing_is_written_down(tmp_path: Path) -> None:
    workspace = RunWorkspace(Settings(data=tmp_path), DataFolder(tmp_path), AS_OF, "000007")
    announce(workspace, RunSummary("finished", "000007", AS_OF, None))
    assert send(Settings(data=tmp_path)) == []
    assert Outbox(tmp_path / "outbox").waiting() == []


def test_a_run_that_was_killed_is_told_by_the_next_even_if_that_one_is_killed(tmp_path: Path, office: Inbox) -> None:
    settings = settings_for(tmp_path, office)
    data = DataFolder(tmp_path)
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("pipelines.storage.register.Register.end_run", lambda *_: None)
        for _ in range(2):
            with open_workspace(settings, AS_OF):
                pass
    assert [waiting.title for waiting in Outbox(data.outbox).waiting()] == ["核对 2026-10-31：运行中断，没有做完"]
    announce_crashed(settings, data, ["000001"])  # found once more: told once
    assert send(settings) == []
    assert len(office.taken) == 1


@pytest.mark.parametrize("fails", [False, True], ids=["a run that ends well", "a run that fails"])
def test_a_run_that_dagster_started_is_told_of_as_well(tmp_path: Path, office: Inbox, fails: bool) -> None:
    settings = settings_for(tmp_path, office)

    @dg.op(required_resource_keys={"workspace"})
    def step(context) -> None:  # Dagster reads annotations, which are texts here
        if fails:
            raise ValueError("张三")
        context.resources.workspace.published = tmp_path

    @dg.job(resource_defs={"workspace": workspace_resource(settings, None)})
    def night() -> None:
        step()

    ended = night.execute_in_process(tags={PARTITION_TAG: AS_OF.isoformat()}, raise_on_error=False)
    assert ended.success is not fails
    assert office.titles == [f"核对 2026-10-31：{'运行失败，没有发布' if fails else '已发布'}"]
    assert "张三" not in office.taken[0]["message"]


def test_a_message_that_cannot_be_written_down_changes_nothing_and_is_said(tmp_path: Path, office: Inbox) -> None:
    (tmp_path / "outbox").write_text("no folder", encoding="utf-8")
    settings = settings_for(tmp_path, office)
    with open_workspace(settings, AS_OF) as workspace:
        (problem,) = announce(workspace, RunSummary("finished", workspace.run_id, AS_OF, None))
    assert problem.startswith("通知没有记下，不会送出(")
    assert f"；位置：{tmp_path / 'outbox'}；处理：" in problem
    assert send(settings) == [problem]


def test_the_command_sends_what_waits_and_tries_an_address(
    tmp_path: Path, office: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_for(tmp_path, office)
    Outbox(tmp_path / "outbox").put(message("000001"))
    office.status = 503
    assert notifications.run(settings, trial=False, json=False) == Exit.FAILED
    printed = capsys.readouterr()
    assert "还有 1 条没有全部送到" in printed.out
    assert "通知没有送到；位置：HEDUI_NOTIFY 的第 1 个地址(json)；处理：" in printed.err
    assert [o.seen for o in checkup.observe(settings, NOW, AS_OF) if "notify" in o.topic] == ["1 条没有全部送到"]
    office.status = 200
    assert notifications.run(settings, trial=True, json=False) == Exit.DONE
    assert office.titles == ["标题000001", "核对：试发通知"]
    with pytest.raises(UserError, match="没有设置通知地址"):
        notifications.run(Settings(data=tmp_path), trial=False, json=False)
