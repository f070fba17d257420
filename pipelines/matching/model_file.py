"""Reading model files of either kind: what every entry must be, and the message when it is something else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from pipelines.contracts.loader import SAFE_LOADER


class ModelError(ValueError):
    """A model file does not fit this engine; the message names the file, the place and the remedy (in Chinese)."""


def fail(where: str, what: str, remedy: str) -> ModelError:
    return ModelError(f"匹配模型不能使用：{what}；位置：{where}；处理：{remedy}")


def read_model_file(path: Path) -> Any:
    """The content of a YAML file. Raises ModelError."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), SAFE_LOADER)
    except yaml.YAMLError as error:
        raise fail(path.name, "不是有效的 YAML", "检查缩进与冒号") from error
    except UnicodeDecodeError as error:
        raise fail(path.name, "不是 UTF-8 文本", "把文件另存为 UTF-8") from error
    except OSError as error:
        raise fail(str(path), "文件不存在或不能读取", "改正模型文件的路径和权限") from error


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """The entries of a section. Raises ModelError when the value has none to name."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise fail(where, "此处应是若干“名称: 值”条目", "按随附模型的写法改正")
    return value


def sequence(value: Any, where: str) -> Sequence[Any]:
    """The items of a list. Raises ModelError when the value is no list."""
    if not isinstance(value, list | tuple):
        raise fail(where, "此处应是列表", "按随附模型的写法改正，如 [a, b]")
    return value


def probability(value: Any, where: str) -> float:
    """A number between 0 and 1, both excluded. Raises ModelError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < float(value) < 1:
        raise fail(where, f"概率 {value!r} 不在 0 与 1 之间", "改为大于 0、小于 1 的数")
    return float(value)


def number(value: Any, where: str) -> float:
    """A finite number from 0. Raises ModelError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise fail(where, f"{value!r} 不是零或正数", "改为零或正数")
    return float(value)


def reasoned(section: Mapping[str, Any], name: str, where: str) -> Any:
    """The `value` of an entry that must state its `reason`. Raises ModelError."""
    entry = mapping(section.get(name), f"{where}.{name}")
    if not entry.get("reason"):
        raise fail(f"{where}.{name}", "缺少理由", "写明该值的理由 reason")
    return entry.get("value")
