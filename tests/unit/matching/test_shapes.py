"""Characters that look alike, and those that do not; the table is whole and carries its licence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.matching.shapes import TABLE, are_similar, pair_key, similar_shape
from pipelines.matching.shapes.derive import derive, read_unihan

ALIKE = (
    "己已 未末 土士 日曰 戊戌 戌戍 钧钩 晴睛 晴清 洁浩 浩皓 杨扬 治冶 怡治 凤风 梅海 玲珍 珍诊 姝妹 候侯 崇祟 亨享 "
    "辛幸 祺棋 琪淇 瑜愉 昊吴 锋峰 桦烨 宇字 柏伯 帅师 季李 今令 折拆 央史 析折 暖援 王玉 芬芳 莹萤"
)
UNLIKE = (
    "伟强 国军 英梅 秀芳 明华 红艳 丽娟 军杰 桂珍 建设 永胜 文武 晓明 佳怡 欣悦 子豪 轩航 龙凤 松柏 红绿 兰英 "
    "香花 志刚 春燕 江河 鹊鹂 大小"
)


@pytest.mark.parametrize("pair", ALIKE.split())
def test_characters_that_look_alike(pair: str) -> None:
    assert similar_shape(pair[0], pair[1])
    assert similar_shape(pair[1], pair[0])


@pytest.mark.parametrize("pair", UNLIKE.split())
def test_characters_that_do_not(pair: str) -> None:
    assert not similar_shape(pair[0], pair[1])


@pytest.mark.parametrize("character", ["已", "A", "·", "\U0002a000"])
def test_a_character_does_not_look_like_itself(character: str) -> None:
    assert not similar_shape(character, character)


def test_many_at_once() -> None:
    keys = np.array([pair_key("己", "已"), pair_key("伟", "强"), pair_key("末", "未")])
    assert are_similar(keys).tolist() == [True, False, True]


def test_frequent_characters_of_names_seldom_look_alike_by_chance() -> None:
    """A level that one pair of strangers in a hundred reached would be no evidence."""
    frequent = "伟芳娜敏静秀英丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国志文玉红梅云金海玲珍淑凤琴林辉斌波"
    pairs = [pair_key(one, other) for one in frequent for other in frequent if one != other]
    assert are_similar(np.array(pairs)).mean() < 0.01


def test_the_table_names_its_source_and_its_licence() -> None:
    head = TABLE.read_text(encoding="utf-8")[:600]
    assert "Unihan" in head
    assert "Copyright © 1991-2022 Unicode, Inc." in head
    licence = (TABLE.parent / "UNICODE-LICENSE.txt").read_text(encoding="utf-8")
    assert "PERMISSION NOTICE" in licence


@pytest.fixture
def unihan(tmp_path: Path) -> Path:
    """The database cut down to three characters."""
    fields = {
        "DictionaryLikeData": {
            "kCangjie": {"晴": "AQMB", "睛": "BUQMB", "强": "NRLI"},
            "kFourCornerCode": {"晴": "6502.7", "睛": "6502.7", "强": "1623"},
        },
        "IRGSources": {
            "kTotalStrokes": {"晴": "12", "睛": "13", "强": "12"},
            "kRSUnicode": {"晴": "72.8", "睛": "109.8", "强": "57.9"},
        },
        "OtherMappings": {"kTGH": {"晴": "2013:1", "睛": "2013:2", "强": "2013:3"}},
    }
    for name, entries in fields.items():
        lines = [
            f"U+{ord(text):04X}\t{field}\t{value}"
            for field, values in entries.items()
            for text, value in values.items()
        ]
        (tmp_path / f"Unihan_{name}.txt").write_text(
            "# Date: 2022-08-01 16:36:07 GMT\n" + "\n".join(lines), encoding="utf-8"
        )
    return tmp_path


def test_the_table_is_derived_from_the_han_database(unihan: Path) -> None:
    characters, version = read_unihan(unihan)
    assert [character.text for character in characters] == ["强", "晴", "睛"]
    assert version == "2022-08-01"
    lines = derive(unihan).splitlines()
    assert "晴睛" in lines
    assert not any(line.startswith("强") for line in lines)
