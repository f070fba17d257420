"""P: a run that is killed, starved, disturbed or started twice."""

# ruff: noqa: E501 - one entry a line where it fits
from __future__ import annotations

from tests.faults.catalogue.fault import (
    FAILS,
    FOUND_OUT,
    LOCKED,
    READ,
    RECOVERS,
    REFUSED,
    REJECTED,
    REVIEW,
    STOPPED,
    WARNED,
    Fault,
)

HERE = "tests/faults/test_processes.py"
FORMATS = "tests/faults/test_formats.py"
NIGHT = "tests/faults/test_disturbed_nights.py"
PUBLISHING = "tests/faults/test_publishing.py"
SWEEP = "tests/faults/test_kill_sweep.py::test_a_run_that_was_killed_is_made_good_by_the_next"
KILLED_RUN = (
    "tests/integration/test_run.py::test_a_killed_run_leaves_the_release_and_two_runs_of_one_date_give_the_same_rows"
)
INTAKE = f"{HERE}::test_P01_P02_P03_kill_9_during_intake_loses_and_doubles_nothing"
PUBLISH = f"{PUBLISHING}::test_kill_9_leaves_the_old_release_or_the_new_one"
STORAGE = "tests/unit/storage/test_storage.py"
ENGINE = "tests/unit/matching/test_engine.py"
RUNNER = "tests/unit/expectations/test_runner.py"

PROCESSES = (
    Fault("P01", "复制到存档的途中被强制终止(kill -9)", RECOVERS, tests=(INTAKE, SWEEP)),
    Fault("P02", "存档之后、登记之前被强制终止", RECOVERS, tests=(INTAKE, SWEEP)),
    Fault("P03", "写原始数据的途中被强制终止", RECOVERS, tests=(INTAKE, SWEEP)),
    Fault("P04", "读入之后、整理之前被强制终止", RECOVERS, tests=(SWEEP,)),
    Fault("P05", "整理(dbt)途中被强制终止", RECOVERS, tests=(SWEEP, f"{HERE}::test_P05_a_child_ends_soon_after_its_parent_was_killed")),
    Fault("P06", "比对途中被强制终止", RECOVERS, tests=(KILLED_RUN, SWEEP)),
    Fault("P07", "质量检查途中被强制终止", RECOVERS, tests=(SWEEP,)),
    Fault("P08", "写发布文件的途中被强制终止", RECOVERS, tests=(PUBLISH, SWEEP)),
    Fault("P09", "改名之后、切换指针之前被强制终止", RECOVERS, tests=(PUBLISH,)),
    Fault("P10", "收到终止信号(SIGTERM、Ctrl-C)", RECOVERS, tests=(f"{NIGHT}::test_P10_a_run_that_is_told_to_end_does_so_within_ten_seconds",), note="退出状态不为 0；锁即刻释放。"),
    Fault("P11", "断电", RECOVERS, tests=(f"{HERE}::test_P11_every_file_reaches_the_disk_before_it_gets_its_name",), note="由系统调用的次序证明：文件落盘、改名、文件夹落盘，最后才切换指针。"),
    Fault("P12", "Dagster 的父进程被终止", RECOVERS, tests=(KILLED_RUN,), note="下次运行把上次记为 crashed，不受其阻挡。"),
    Fault("P13", "某一步的进程被终止", FAILS, tests=(f"{HERE}::test_P13_a_dbt_process_that_is_killed_fails_its_step_with_a_reason",), note="全部步骤在一个进程里，只有读文件和 dbt 各有子进程。读文件的子进程重试一次。"),
    Fault("P14", "读文件的子进程耗尽内存", REJECTED, "RANGE_TOO_LARGE", tests=("tests/faults/test_moving_files.py::test_F10_the_next_file_is_read_after_one_that_ended_its_reader",)),
    Fault("P15", "同时启动两次运行", LOCKED, tests=(f"{NIGHT}::test_P15_of_two_runs_at_once_one_is_turned_away", "tests/integration/test_run.py::test_a_second_run_under_the_lock_ends_with_4_and_names_the_owner", f"{STORAGE}::test_of_two_processes_that_race_one_gets_the_lock")),
    Fault("P16", "留下的锁：进程号已被他人使用，或来自另一台机器", RECOVERS, tests=(f"{STORAGE}::test_a_dead_owner_is_recognised_even_when_its_process_number_is_used_again", f"{STORAGE}::test_an_owner_on_another_host_is_never_taken_for_dead")),
    Fault("P17", "有人正打开着数据库", READ, tests=(f"{NIGHT}::test_P17_P29_a_reader_who_keeps_the_release_open_disturbs_no_run",), note="每次发布有自己的数据库文件，运行从不写入正在被读的文件。"),
    Fault("P18", "登记库被占用；数据文件夹在网络共享上", REFUSED, tests=(f"{HERE}::test_P18_a_data_folder_on_a_network_share_is_refused", f"{HERE}::test_P18_a_register_that_is_busy_is_waited_for"), note="被占用时等待；网络共享(nfs、cifs、sshfs 等)上的锁不可靠，所以不开始，`hedui doctor` 也指出。报送文件夹可以在共享上。"),
    Fault("P19", "磁盘满", FAILS, tests=(f"{HERE}::test_P19_P20_a_full_disk_during_intake_loses_nothing", f"{HERE}::test_P19_a_disk_that_fails_now_and_then_loses_nothing", f"{NIGHT}::test_P19_a_full_disk_ends_the_run_and_leaves_the_release", f"{PUBLISHING}::test_a_full_disk_leaves_nothing_behind"), note="`hedui doctor` 提示剩余空间；运行前不另作估算：所需空间与报送大小不成比例。"),
    Fault("P20", "文件数(inode)或可打开文件数用尽", FAILS, tests=(f"{HERE}::test_P19_P20_a_full_disk_during_intake_loses_nothing", f"{HERE}::test_P20_P21_P44_a_folder_that_cannot_be_used_is_named")),
    Fault("P21", "只读文件系统、权限丢失", FAILS, tests=(f"{HERE}::test_P20_P21_P44_a_folder_that_cannot_be_used_is_named",)),
    Fault("P22", "发布中的数据库或文件损坏", FOUND_OUT, "FILE_CHANGED", tests=("tests/unit/audit/test_verification.py::test_a_touched_file_is_found", f"{HERE}::test_P22_a_run_does_not_stand_on_an_archive_that_has_lost_a_file"), note="重新运行同一业务日期即可得到新的一份；归档的原件损坏或不见、而本应在用的，运行停止（退出码 5），恢复后再运行。"),
    Fault("P23", "登记库被截断", REFUSED, tests=(f"{HERE}::test_P23_a_broken_register_stops_the_run_with_its_name",)),
    Fault("P24", "数据库文件由更新的版本写成", REFUSED, tests=(f"{FORMATS}::test_P24_P40_what_a_newer_version_wrote_stops_the_run_and_stays_as_it_is",), note="登记库、结论台账、发布清单和发布中的数据库都核对版本；文件不动。"),
    Fault("P25", "时钟倒退、1970年、提前一天", WARNED, tests=(f"{NIGHT}::test_P25_a_clock_that_went_back_changes_no_row_and_no_order",), note="运行编号来自计数器，不来自时钟；`hedui doctor` 指出时钟异常。"),
    Fault("P26", "时区：服务器用 UTC，业务日期按北京时间", READ, tests=(f"{HERE}::test_P26_the_business_date_is_the_date_in_china",)),
    Fault("P27", "新年第一天没有节假日表", READ, note="规则只用历年月和日数，不用节假日。", tests=(f"{HERE}::test_P26_the_business_date_is_the_date_in_china",)),
    Fault("P28", "发布期间有人在读", READ, tests=(f"{PUBLISHING}::test_four_readers_see_one_whole_release_during_a_hundred_publications",)),
    Fault("P29", "清理旧发布时有人正打开着它", READ, tests=(f"{NIGHT}::test_P17_P29_a_reader_who_keeps_the_release_open_disturbs_no_run", "tests/unit/retention/test_plans.py::test_a_reader_who_has_a_release_open_reads_on_while_it_goes"), note="现行发布从不清理；在不允许删除已打开文件的系统上，清除报告未完成，再次运行即完成。"),
    Fault("P30", "发布成功而通知失败", READ, tests=(f"{NIGHT}::test_P30_a_message_that_was_not_taken_is_sent_again_and_nothing_is_published_again", "tests/unit/notification/test_notifications.py::test_every_channel_gets_every_message_once_and_in_order"), note="退出状态不变，发布不重做；没有送到的通知留着，下次运行或 `hedui notify` 再送。"),
    Fault("P31", "发布时不符合契约", STOPPED, tests=("tests/unit/publishing/test_release.py::test_an_extract_that_breaks_its_contract_stops_the_release", "tests/unit/test_cli.py::test_every_state_of_a_run_has_its_exit_status")),
    Fault("P32", "质量检查自身出错", STOPPED, tests=(f"{RUNNER}::test_an_expectation_that_raised_has_failed",)),
    Fault("P33", "质量检查一行也没有看到", STOPPED, tests=(f"{RUNNER}::test_an_expectation_that_evaluated_no_row_has_failed_and_says_so",)),
    Fault("P34", "规则表或设置有误", STOPPED, tests=("tests/integration/test_run.py::test_a_broken_policy_table_stops_the_run_before_anything_is_judged", "tests/unit/test_cli.py::test_a_broken_setting_is_named_and_ends_with_2")),
    Fault("P35", "换了比对模型或阈值", READ, tests=("tests/unit/matching/test_model.py::test_the_shipped_model_has_a_date_a_card_and_a_reason_for_each_threshold", "tests/unit/matching/test_model.py::test_a_changed_file_under_the_same_name_and_date_is_another_model", "tests/unit/defs/test_outcome.py::test_a_run_by_a_changed_model_says_so_and_who_was_merged_and_split", "tests/unit/console/test_model_trial.py::test_P35_a_file_that_is_no_other_model_is_refused_with_its_place_and_a_remedy", "tests/integration/test_run.py::test_another_model_on_trial_is_told_beside_the_one_in_force_and_touches_nothing"), note="参数有一处不同，版本号就不同。启用前用 `hedui model try` 对照；人工结论不受影响。换模型后的运行说明由哪个换成哪个，发布列出分开、合并的人员，`household_change` 写明因人员归并有变而改变的户。"),
    Fault("P36", "密钥丢失", REFUSED, tests=(f"{STORAGE}::test_a_lost_key_is_never_replaced",)),
    Fault("P37", "两万人同一个比对键", WARNED, tests=("tests/unit/matching/test_blocking.py::test_a_block_beyond_the_limit_is_left_out_and_reported", f"{ENGINE}::test_twenty_thousand_rows_with_one_phone_are_bounded_and_reported")),
    Fault("P38", "连环相似连成一大串", REVIEW, tests=(f"{ENGINE}::test_a_chain_beyond_the_limit_is_not_joined",)),
    Fault("P39", "线程次序、哈希种子不同", READ, tests=(f"{NIGHT}::test_P25_a_clock_that_went_back_changes_no_row_and_no_order", f"{ENGINE}::test_any_order_of_rows_gives_the_same_answer")),
    Fault("P40", "升级时的旧数据文件夹；降级", REFUSED, tests=(f"{FORMATS}::test_P24_P40_what_a_newer_version_wrote_stops_the_run_and_stays_as_it_is", f"{FORMATS}::test_P40_a_register_of_before_is_taken_over_with_all_it_knows", f"{FORMATS}::test_P40_decisions_of_before_are_read_and_gone_on_with", "tests/unit/review/test_previous.py::test_what_a_release_of_an_earlier_version_does_not_hold_is_unknown"), note="旧的照常接着用：缺少的表自动补上，旧发布里没有的内容按未知处理；降级则不开始。"),
    Fault("P41", "没有网络", READ, tests=(f"{NIGHT}::test_P41_P42_a_night_without_network_in_a_locale_without_chinese",)),
    Fault("P42", "系统语言环境没有中文", READ, tests=(f"{NIGHT}::test_P41_P42_a_night_without_network_in_a_locale_without_chinese", "tests/unit/test_cli.py::test_a_message_has_three_parts_in_chinese_under_the_c_locale")),
    Fault("P43", "运行期间备份，再恢复", RECOVERS, tests=(f"{NIGHT}::test_P43_a_copy_taken_during_a_run_can_be_verified_and_run_again",)),
    Fault("P44", "日志或报告文件夹不可写", FAILS, tests=(f"{HERE}::test_P20_P21_P44_a_folder_that_cannot_be_used_is_named",)),
)  # fmt: skip
