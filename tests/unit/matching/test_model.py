"""The shipped model fits the engine; a model file that does not is refused, with the place and the remedy."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.matching import ModelError, load_model
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.model import SHIPPED, parse_model

DATA: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def test_the_shipped_model_has_a_date_a_card_and_a_reason_for_each_threshold() -> None:
    model = load_model()
    assert SHIPPED.stem == model.version.split("+")[0] == f"county-{model.dated}"
    assert {"title", "data", "method", "limits"} <= set(model.card)
    assert all(len(reason) > 8 for reason in model.reasons.values())
    assert set(model.reasons) == set(model.thresholds)


@pytest.mark.parametrize("changed", ["thresholds", "comparisons"])
def test_a_changed_file_under_the_same_name_and_date_is_another_model(changed: str) -> None:
    """Else a household whose outcome changed with it would have no cause, and a state would be reused."""
    data = copy.deepcopy(DATA)
    if changed == "thresholds":
        data["thresholds"]["link"]["value"] = 0.999
    else:
        data["comparisons"]["sex"]["different"]["m"] /= 2
    told = copy.deepcopy(DATA) | {"card": DATA["card"] | {"title": "another title"}}
    versions = [parse_model(each, "file").version for each in (DATA, data, told)]
    assert versions[0] == versions[2] != versions[1]


def test_u_of_the_levels_of_a_comparison_adds_up_to_one_at_most() -> None:
    """Kinds of pairs of their own: two valid numbers beside one that cannot be used, a town beside a whole place."""
    apart = {"two_numbers", "town_alone"}
    for name, levels in load_model().levels.items():
        assert sum(entry.u for level, entry in levels.items() if level not in apart) < 1.01, name


def test_full_agreement_always_speaks_for_and_the_last_level_against() -> None:
    for name in set(COMPARISONS) - {"companions", "listing"}:
        levels = list(load_model().levels[name].values())
        assert levels[0].weight > 0 > levels[-1].weight, name


def _without(path: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        for parent in parents:
            data = data[parent]
        del data[last]

    return change


def _with(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        for parent in parents:
            data = data[parent]
        data[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(_with("comparisons.iris", {"same": {"m": 0.9, "u": 0.1}}), "iris", id="an unknown comparison"),
        pytest.param(_without("comparisons.phone.different"), "等级与引擎不一致", id="levels of another engine"),
        pytest.param(_without("comparisons.name"), "等级与引擎不一致", id="a comparison missing"),
        pytest.param(_with("comparisons.sex.same.m", 1.0), "不在 0 与 1 之间", id="a probability of one"),
        pytest.param(_with("comparisons.sex.same.m", "0.9"), "不在 0 与 1 之间", id="a probability as text"),
        pytest.param(_with("comparisons.sex.same.weight", 3), "weight", id="an unknown entry of a level"),
        pytest.param(
            _with("comparisons.id_number.one_slip.given", [{"comparison": "iris", "u": 0.1}]),
            "iris",
            id="dependence on nothing",
        ),
        pytest.param(
            _with("thresholds.review.value", 0.95), "不满足 review < stay ≤ link", id="thresholds the wrong way round"
        ),
        pytest.param(_with("thresholds.link.reason", ""), "缺少理由", id="a threshold without a reason"),
        pytest.param(_without("prior.persons"), "prior", id="a prior missing"),
        pytest.param(_without("card"), "顶层条目", id="no card"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(change: Callable[[dict[str, Any]], None], words: str) -> None:
    data = copy.deepcopy(DATA)
    change(data)
    with pytest.raises(ModelError) as refused:
        parse_model(data, "county.yaml")
    message = str(refused.value)
    assert words in message
    assert "位置：county.yaml" in message
    assert "处理：" in message


def _places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every entry of a model file."""
    yield place
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from _places(value, (*place, key))


@pytest.mark.parametrize("wrong", [None, "x", [], {}, 3, [3], {"a": 1}, -1.0, True, float("nan")], ids=repr)
def test_a_wrong_entry_anywhere_is_refused_in_words_or_means_something(wrong: Any) -> None:
    """No entry of another type ends in a TypeError: a model file is written by people."""
    messages = []
    for *parents, last in list(_places(DATA))[1:]:
        data = copy.deepcopy(DATA)
        section: Any = data
        for key in parents:
            section = section[key]
        section[last] = copy.deepcopy(wrong)
        try:
            parse_model(data, "county.yaml")
        except ModelError as refused:
            messages.append(str(refused))
    assert messages
    assert all("位置：county.yaml" in message and "处理：" in message for message in messages)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name: [", "不是有效的 YAML"),
        ("name: 县".encode("gb18030"), "不是 UTF-8 文本"),
        (b"", "顶层条目"),
        (b"- name", "顶层条目"),
        (None, "文件不存在"),
    ],
)
def test_a_file_that_is_no_model_is_refused(content: bytes | None, words: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    if content is not None:
        broken.write_bytes(content)
    with pytest.raises(ModelError, match=words):
        load_model(broken)


def test_a_model_file_can_be_given_by_path(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(yaml.safe_dump({**DATA, "name": "own"}, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert load_model(own).name == "own"
