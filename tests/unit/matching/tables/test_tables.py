"""Flat tables of any kind: model files, levels by kind of column, weights from the table, average linkage."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

from pipelines.matching import MatchingInputError, ModelError
from pipelines.matching.tables import is_table_model, link_table, load_table_model
from pipelines.matching.tables.groups import bounded_components, group_records
from pipelines.matching.tables.levels import KINDS
from pipelines.matching.tables.pairs import propose_pairs, read_values
from pipelines.matching.tables.spec import parse_table_model

DATA: dict[str, Any] = {
    "kind": "table",
    "name": "people",
    "dated": "2026-11-24",
    "card": {"title": "people"},
    "record_id": "id",
    "comparisons": {
        "given": {"kind": "name"},
        "family": {"kind": "name"},
        "swapped": {"kind": "swapped_names", "columns": ["given", "family"]},
        "born": {"kind": "date"},
        "postcode": {"kind": "code"},
        "town": {"kind": "text"},
    },
    "blocking": [["born"], ["given", "family"], ["postcode", "family start 2"], ["family consonants", "born year"]],
    "thresholds": {"link": {"value": 0.5, "reason": "more likely than not"}, "group": {"value": 0.5, "reason": "mean"}},
}
MODEL = parse_table_model(DATA, "people.yaml")
SYLLABLES = ["ka", "lo", "mi", "ter", "van", "so", "ni", "bra", "du", "pel", "gor", "sha"]


def level(kind: str, left: str, right: str) -> str:
    return KINDS[kind].levels[int(KINDS[kind].find([left], [right])[0])]


@pytest.mark.parametrize(
    ("kind", "left", "right", "expected"),
    [
        ("name", "robert", "robert", "same"),
        ("name", "robert", "robret", "one_slip"),
        ("name", "katherine", "katharina", "alike"),
        ("name", "rob", "robertson", "short_form"),
        ("name", "robert", "william", "different"),
        ("text", "12 high street", "high street 12", "alike"),
        ("text", "12 high street", "mill lane", "different"),
        ("date", "19710624", "19710524", "one_slip"),
        ("date", "19710612", "19711206", "one_slip"),
        ("date", "19710624", "18910624", "two_slips"),
        ("date", "19710624", "19711201", "same_year"),
        ("date", "19710624", "19980103", "different"),
        ("code", "sw1a 1aa", "sw1a 1ab", "one_slip"),
        ("code", "sw1a 1aa", "sw1x 9zz", "same_start"),
        ("code", "5304218", "1804974", "different"),
        ("category", "male", "female", "different"),
    ],
)
def test_levels(kind: str, left: str, right: str, expected: str) -> None:
    assert level(kind, left, right) == expected


def people(count: int, seed: int = 5) -> pl.DataFrame:
    """Each person in two records, the second with a slip, a gap or names the wrong way round."""
    rng = random.Random(seed)
    rows = []
    for person in range(count):
        given, family = ("".join(rng.choices(SYLLABLES, k=k)) for k in (2, 3))
        born = f"{rng.randint(1930, 2005)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        postcode, town = f"{rng.randint(1000, 9999)}", "".join(rng.choices(SYLLABLES, k=3))
        rows.append((f"{person}-0", given, family, born, postcode, town))
        harm = person % 4
        if harm == 0:
            family = family[:2] + "x" + family[3:]
        elif harm == 1:
            given, family = family, given
        elif harm == 2:
            postcode, town = None, None
        else:
            born = born[:3] + str((int(born[3]) + 1) % 10) + born[4:]
        rows.append((f"{person}-1", given, family, born, postcode, town))
    rng.shuffle(rows)
    return pl.DataFrame(rows, schema=["id", "given", "family", "born", "postcode", "town"], orient="row")


def test_records_of_one_person_come_together_and_of_two_do_not() -> None:
    linkage = link_table(people(300), MODEL)
    links = linkage.links.with_columns(person=pl.col("record_id").str.split("-").list.first())
    groups = links.group_by("person_id").agg(pl.col("person").n_unique(), records=pl.len())
    assert groups["person"].max() == 1, "two persons in one group"
    assert (groups["records"] == 2).mean() > 0.98
    assert linkage.pairs["probability"].is_between(0, 1).all()
    assert {f"weight_{name}" for name in DATA["comparisons"]} <= set(linkage.pairs.columns)


def test_the_order_of_records_decides_nothing() -> None:
    table = people(80)

    def groups(linked: pl.DataFrame) -> set[frozenset[str]]:
        return {frozenset(group) for group in linked.group_by("person_id").agg("record_id")["record_id"].to_list()}

    assert groups(link_table(table, MODEL).links) == groups(link_table(table.reverse(), MODEL).links)


def test_weights_are_those_of_the_table() -> None:
    """Postcodes that never slip weigh more, when they differ, against a pair than dates that often do."""
    weights = link_table(people(300), MODEL).weights
    names = list(DATA["comparisons"])
    postcode, born = weights.m[names.index("postcode")], weights.m[names.index("born")]
    assert postcode[0] > 0.9 > born[0]
    assert 0.6 < born[0] < 0.9
    assert weights.m[names.index("swapped")][0] > 0.15
    assert weights.prior == pytest.approx(300 / (600 * 599 / 2), rel=0.1)


def test_average_linkage_does_not_chain() -> None:
    """a-b and b-c are sure, a-c is impossible: b joins one of them, not both."""
    odds = {(0, 1): 3.0, (1, 2): 2.0, (0, 2): -9.0}

    def score(pairs: pl.DataFrame) -> np.ndarray:
        return np.array([odds[pair] for pair in pairs.rows()])

    assert group_records(4, [[0, 1, 2]], score, 0.0).tolist() == [0, 0, 2, 3]
    odds[0, 2] = -1.0
    assert group_records(4, [[0, 1, 2]], score, 0.0).tolist() == [0, 0, 0, 3]


def test_a_giant_chain_is_cut_at_its_weakest_pairs() -> None:
    left, right = np.arange(399), np.arange(1, 400)
    odds = np.where(left == 199, 1.0, 5.0)
    found = bounded_components(400, left, right, odds, 0.0)
    assert [len(component) for component in found] == [200, 200]


def test_a_key_that_everybody_has_is_left_out_and_reported() -> None:
    table = people(200).with_columns(born=pl.lit("1900-01-01"))
    pairs, report = propose_pairs(read_values(table, MODEL), MODEL)
    assert report.row(0) == ("born", 0, 1, 400)
    assert pairs.height < 2_000


@pytest.mark.parametrize("records", [0, 1, 2])
def test_hardly_any_records(records: int) -> None:
    assert link_table(people(2).head(records), MODEL).links.height == records


def _without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for key in path[:-1]:
            data = data[key]
        del data[path[-1]]

    return change


def _with(value: Any, *path: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(_with("iris", "comparisons", "given", "kind"), "iris", id="an unknown kind"),
        pytest.param(_with([0.9], "comparisons", "given", "m"), "须有 6 个", id="too few m"),
        pytest.param(_with(["given"], "comparisons", "swapped", "columns"), "需要 2 列", id="too few columns"),
        pytest.param(_with(3, "comparisons", "given", "weight"), "weight", id="an unknown entry"),
        pytest.param(_with([["born backwards"]], "blocking"), "看不懂", id="an unknown cut"),
        pytest.param(_with("", "thresholds", "link", "reason"), "缺少", id="a threshold without a reason"),
        pytest.param(_with({"x": {"glue": []}}, "derived"), "derived.x", id="an unknown derivation"),
        pytest.param(_with([], "blocking"), "至少写一项", id="no blocking rule"),
        pytest.param(_with("given", "blocking"), "应是列表", id="blocking that is no list"),
        pytest.param(_with({}, "comparisons"), "至少写一项", id="no comparison"),
        pytest.param(_with("name", "comparisons", "given"), "名称: 值", id="a comparison that is one word"),
        pytest.param(_with("often", "thresholds", "link", "value"), "不在 0 与 1 之间", id="a threshold in words"),
        pytest.param(_without("card"), "card", id="no card"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(change: Callable[[dict[str, Any]], None], words: str) -> None:
    data = copy.deepcopy(DATA)
    change(data)
    with pytest.raises(ModelError) as refused:
        parse_table_model(data, "people.yaml")
    assert words in str(refused.value)
    assert "people.yaml" in str(refused.value)
    assert "处理：" in str(refused.value)


def test_a_missing_column_and_a_double_id_are_told() -> None:
    table = people(5)
    with pytest.raises(MatchingInputError, match="postcode"):
        link_table(table.drop("postcode"), MODEL)
    with pytest.raises(MatchingInputError, match="重复"):
        link_table(pl.concat([table, table]), MODEL)


def test_derived_columns() -> None:
    data = {
        **copy.deepcopy(DATA),
        "derived": {"whole": {"join": ["given", "family"]}, "last": {"word": ["town", "last"]}},
        "blocking": [["whole"], ["last"]],
    }
    model = parse_table_model(data, "people.yaml")
    row = {"id": "1", "given": " Ann ", "family": "LEE", "born": "1970-01-02", "postcode": "", "town": "New  York"}
    values = read_values(pl.DataFrame([row]), model)
    assert values.select("whole", "last", "born", "postcode").row(0) == ("ann lee", "york", "19700102", None)


def test_the_command_takes_such_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines.console.flat_tables import match

    people(50).write_csv(tmp_path / "people.csv")
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump(DATA, sort_keys=False), encoding="utf-8")
    assert is_table_model(path)
    assert load_table_model(path) == MODEL
    match([tmp_path / "people.csv"], tmp_path / "links.csv", path, tmp_path / "pairs.parquet", json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["records"] == 100
    assert told["persons"] == pl.read_csv(tmp_path / "links.csv")["person_id"].n_unique()
