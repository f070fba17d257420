"""The command `hedui model try`: what another matching model would change, before it is put in force."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from pipelines.console.effects import effects_record, effects_sentence, effects_tables, titles_of
from pipelines.console.exits import usage
from pipelines.console.show import TerminalProgress, as_json, console, table
from pipelines.defs.rejudging import Rejudging, rejudging
from pipelines.defs.rematching import Rematching
from pipelines.matching import Model, load_model
from pipelines.matching.contrast import ENDS, Contrast, contrast, explained, sample
from pipelines.matching.model_differences import ModelDifference, model_differences
from pipelines.matching.tables import is_table_model
from pipelines.policy import Effects, compare, policy_tables
from pipelines.publishing.model_trial import (
    PAIR_SHEETS,
    VERDICT_WORDS,
    ZONE_WORDS,
    ModelTrialSheets,
    write_model_trial,
)
from pipelines.publishing.people import MENTION_COLUMNS
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import read_manifest

if TYPE_CHECKING:
    from rich.table import Table

#: Parameters and reasons on the screen; all of them stand in the workbook.
SHOWN = 15
#: Pairs of one reason that are listed, with their rows.
OF_EACH_REASON = 200
#: Beginnings of the columns of a pair that say what became of it, and its other columns that are told.
KINDS = ("zone_", "says_", "contradicted_")
TOLD = ("pair_id", *ENDS, "probability_before", "probability_after", "explanation", "weights")


@dataclass(frozen=True)
class ModelTrial:
    """What a trial found. `pairs`: a sample of those of the contrast; `verdicts`: its decided pairs that the new model
    contradicts, or that the two see otherwise; both with TOLD. `mentions`: their rows by mention_id."""

    release: Path
    models: tuple[Model, Model]
    remembering: bool
    differences: list[ModelDifference]
    contrast: Contrast
    effects: Effects
    pairs: pl.DataFrame
    verdicts: pl.DataFrame
    mentions: dict[str, dict[str, Any]]


def try_model(
    settings: Settings, release: Path, path: Path, out: Path | None, *, remembering: bool, json: bool
) -> None:
    """Links and judges the rows of the release in force under the model in force and under that of a file."""
    models = _models(settings, release, path)
    progress = TerminalProgress()
    data = DataFolder(settings.data.resolve())
    with rejudging(release, data, settings.dbt_project, progress, settings.keep_trial_hours) as work:
        rows = Rematching.of(work, data, remembering=remembering)
        before, after = (rows.link(model) for model in models)
        progress("matching", f"{rows.mentions.height:,} 行，两个模型各归并一次")
        found = contrast(before, after, models, rows.verdicts, remembering=remembering)
        judged = []
        for linkage in (before, after):
            rows.put(linkage)
            judged.append(work.judge(date.fromisoformat(release.parent.name), {}))
        pairs, verdicts = _with_reasons(sample(found.pairs, OF_EACH_REASON)), _with_reasons(_otherwise(found.verdicts))
        mentions = _mentions(work, pairs, verdicts)
    effects = compare(*((judgement.households, judgement.findings) for judgement in judged))
    differences = model_differences(*models)
    trial = ModelTrial(release, models, remembering, differences, found, effects, pairs, verdicts, mentions)
    written = _write(out, trial) if out else None
    if json:
        as_json(_record(trial, written))
    else:
        _tell(settings, trial, written)


def _models(settings: Settings, release: Path, path: Path) -> tuple[Model, Model]:
    """The model in force, which must be the release's, and that of the file. Raises UserError, ModelError."""
    if not path.is_file():
        raise usage("没有这个匹配模型文件", str(path), "给出模型文件的路径；`hedui model estimate` 可以估计一个")
    if is_table_model(path):
        raise usage("这是一般表格的模型（kind: table），不能用于全县的运行", str(path), "给出县级模型文件")
    before, after = load_model(settings.model), load_model(path)
    made_by, place = read_manifest(release)["model_version"], f"{release.parent.name}/{release.name}"
    if before.version != made_by:
        raise usage(
            f"现行发布用的是另一个匹配模型：发布 {made_by}，现在设置的 {before.version}", place,
            f"用 --model 指明发布所用的模型文件；没有时先运行一次（hedui run --as-of {release.parent.name}），再对照",
        )  # fmt: skip
    if before.version == after.version:
        raise usage(f"两个模型相同（{before.version}），没有可对照的", str(path), "给出另一个模型文件")
    return before, after


def _otherwise(verdicts: pl.DataFrame) -> pl.DataFrame:
    return verdicts.filter(pl.col("contradicted_after") | (pl.col("says_before") != pl.col("says_after")))


def _with_reasons(pairs: pl.DataFrame) -> pl.DataFrame:
    kept = [name for name in pairs.columns if name in (*TOLD, "reason", "verdict") or name.startswith(KINDS)]
    return pairs.select(kept).join(explained(pairs), on="pair_id", how="left", maintain_order="left")


def _mentions(work: Rejudging, *pairs: pl.DataFrame) -> dict[str, dict[str, Any]]:
    wanted = pl.concat([frame[end].rename("mention_id") for frame in pairs for end in ENDS]).unique().to_frame()
    with duckdb.connect(str(work.warehouse)) as connection:
        connection.register("wanted", wanted.to_arrow())
        query = f"select {', '.join(MENTION_COLUMNS)} from intermediate.int_person__mentioned semi join wanted using "
        return {row["mention_id"]: row for row in connection.sql(query + "(mention_id)").pl().iter_rows(named=True)}


def _write(folder: Path, trial: ModelTrial) -> Path:
    found = trial.contrast
    sheets = ModelTrialSheets(
        figures=[*_versions(trial), *_figures(trial)],
        differences=[dataclasses.asdict(difference) for difference in trial.differences],
        reasons=found.reasons,
        pairs=trial.pairs,
        verdicts=trial.verdicts,
        totals=_totals(found),
        mentions=trial.mentions,
        effects=trial.effects,
    )
    before, after = (model.version for model in trial.models)
    return write_model_trial(folder, trial.release.parent.name, (before, after), sheets)


def _totals(found: Contrast) -> dict[str, int]:
    """Sheet -> how many pairs belong there, listed or not."""
    return {sheet: found.pairs.filter(holds).height for sheet, holds in PAIR_SHEETS.items()}


def _versions(trial: ModelTrial) -> Iterator[tuple[str, Any, Any, str]]:
    before, after = trial.models
    yield "版本（名称-日期+参数摘要）", before.version, after.version, "参数有一处不同，摘要就不同"
    for name, title in (("title", "用途"), ("data", "由什么数据得来"), ("method", "怎样得来"), ("limits", "局限")):
        yield title, before.card.get(name), after.card.get(name), "模型文件的说明"


def _figures(trial: ModelTrial) -> Iterator[tuple[str, Any, Any, str]]:
    """Figure, by the model in force, by the new one, remark."""
    found, outcomes = trial.contrast, trial.effects.moves["units"].sum()
    memory = "两边都沿用现行发布的人员" if trial.remembering else "两边都不沿用以往的归并"
    held = "可能性不到自动归并阈值，因上次发布已是同一人而保持；新来的行不会这样归并"
    yield "人数", found.persons_before, found.persons_after, memory
    yield "待核的对", found.review_before, found.review_after, "进入各乡镇“重复待核”清单的"
    yield "仅因上次已归并而保持的归并(次)", found.held_before, found.held_after, held
    yield "由几人并成的人", None, found.merged, "新模型的一人，含现行模型的几人"
    yield "被分成几人的人", None, found.split, "现行模型的一人，在新模型中是几人"
    yield "人员归属有变的行", None, found.rows, "其本人在两个模型中所含的行不完全相同"
    for sheet, pairs in _totals(found).items():
        yield f"{sheet}(对)", None, pairs, f"见“{sheet}”"
    decided, remark = found.verdicts, "已核的对按人工结论，换模型也不改变"
    yield "已核的对", decided.height, decided.height, remark
    before, after = (int(decided[f"contradicted_{when}"].sum()) for when in ("before", "after"))
    yield "其中模型单独会作出相反判断的", before, after, "核为同一人而模型分开，或核为不是同一人而模型归并"
    yield "结论会变的家庭(户)", None, outcomes, f"共核对 {trial.effects.judged:,} 户；见“家庭变化”"


def _tell(settings: Settings, trial: ModelTrial, written: Path | None) -> None:
    shown, found = console(), trial.contrast
    memory = "沿用现行发布的人员" if trial.remembering else "不沿用以往的归并"
    shown.print(f"数据：发布 {trial.release.parent.name}/{trial.release.name} · {memory}，同样的人工结论")
    shown.print(f"现行模型 {trial.models[0].version} · 新模型 {trial.models[1].version}\n")
    for part in _tables(trial):
        shown.print(part)
    for part in effects_tables(trial.effects, titles_of(policy_tables(settings.dbt_project))):
        shown.print(part)
    shown.print(
        f"人员 {found.persons_before:,} → {found.persons_after:,}，由几人并成的 {found.merged:,} 人，"
        f"被分成几人的 {found.split:,} 人。{effects_sentence(trial.effects)}"
        "这是对照，发布、结论台账和模型设置都没有改动。"
    )
    if written:
        shown.print(f"工作簿：{written}（含个人信息，用后妥善保管）")


def _tables(trial: ModelTrial) -> Iterator[Table]:
    found = trial.contrast
    parameters = [(d.part, d.item, d.before, d.after) for d in trial.differences]
    yield table(
        f"参数有何不同 What differs{_more(parameters)}",
        ("部分", "项目", "现行 in force", "新 new"),
        parameters[:SHOWN],
    )
    figures = [figure[:3] for figure in _figures(trial)]
    yield table("归并 Persons and pairs", ("", "现行 in force", "新 new"), figures)
    if moves := [(ZONE_WORDS[one], ZONE_WORDS[other], pairs) for one, other, pairs in found.moves.iter_rows()]:
        yield table("结果会变的对 Pairs whose result would change", ("现行 in force", "新 new", "对 pairs"), moves)
    if reasons := found.reasons.rows():
        header = ("原因 why", "新归并", "新分开", "新列待核", "不再待核")
        yield table(f"为什么不同 Why{_more(reasons)}", header, reasons[:SHOWN])
    if decided := _by_verdict(found):
        words = [(VERDICT_WORDS[v], ZONE_WORDS[one], ZONE_WORDS[other], pairs) for v, one, other, pairs in decided]
        yield table("已核的对，模型单独会怎样判断 Verdicts", ("人工结论", "现行 in force", "新 new", "对 pairs"), words)


def _more(rows: list[Any]) -> str:
    return f"（前 {SHOWN} 项，共 {len(rows)} 项，全部见 --out 的工作簿）" if len(rows) > SHOWN else ""


def _by_verdict(found: Contrast) -> list[tuple[Any, ...]]:
    columns = ["verdict", "says_before", "says_after"]
    return found.verdicts.group_by(columns).agg(pairs=pl.len()).sort(columns).rows()


def _record(trial: ModelTrial, written: Path | None) -> dict[str, Any]:
    """The result for programs: without names and numbers of people."""
    found = trial.contrast
    keys = ("verdict", "says_before", "says_after", "pairs")
    return {
        "release": trial.release,
        "as_of": trial.release.parent.name,
        "models": [
            {"name": model.name, "dated": model.dated, "version": model.version, "card": dict(model.card)}
            for model in trial.models
        ],
        "remembering": trial.remembering,
        "differences": trial.differences,
        "persons": {
            "before": found.persons_before, "after": found.persons_after, "merged": found.merged, "split": found.split,
        },
        "rows_moved": found.rows,
        "review": {"before": found.review_before, "after": found.review_after},
        "held": {"before": found.held_before, "after": found.held_after},
        "pair_moves": found.moves.to_dicts(),
        "reasons": found.reasons.to_dicts(),
        "pairs": trial.pairs.to_dicts(),
        "verdicts": {
            "decided": found.verdicts.height,
            "contradicted_before": int(found.verdicts["contradicted_before"].sum()),
            "contradicted_after": int(found.verdicts["contradicted_after"].sum()),
            "by_verdict": [dict(zip(keys, row, strict=True)) for row in _by_verdict(found)],
            "pairs": trial.verdicts.to_dicts(),
        },
        **effects_record(trial.effects),
        "workbook": written,
    }  # fmt: skip
