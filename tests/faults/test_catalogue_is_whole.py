"""The catalogue names every fault once, each is shown by something that exists, and its page is in step."""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
from importlib.metadata import requires, version
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.faults.catalogue import FAULTS, GROUPS, Fault, FileCase, ValueCase

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"F": 22, "E": 19, "S": 20, "V": 32, "D": 15, "P": 44, "H": 20}


def test_every_fault_is_there_once_and_in_order() -> None:
    expected = [f"{group}{number:02d}" for group, size in SIZES.items() for number in range(1, size + 1)]
    assert [fault.id for fault in FAULTS] == expected
    assert len(expected) == 172
    assert [{fault.id[0] for fault in group} for group in GROUPS.values()] == [{group} for group in SIZES]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_is_shown_by_a_case_or_by_a_test_that_exists_or_says_what_is_missing(fault: Fault) -> None:
    assert fault.cases or fault.tests or fault.missing
    assert re.search("[一-鿿]", fault.what)
    variants = [case.variant for case in fault.cases]
    assert len(variants) == len(set(variants))
    for name in fault.tests:
        path, _, test = name.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, name


def test_the_code_and_the_exit_status_of_an_entry_are_those_of_its_cases() -> None:
    for fault in FAULTS:
        told = [case for case in fault.cases if fault.code and case.code == fault.code]
        assert told or not fault.code or not fault.cases or fault.tests, fault.id
        assert {_status(case) for case in told} <= {fault.outcome.status}, fault.id


def _status(case: FileCase | ValueCase) -> int:
    """3 when rows or files are held back, else 0."""
    is_held = case.row == "quarantined" if isinstance(case, ValueCase) else case.disposition in ("rejected", "held")
    return 3 if is_held else 0


def _renderer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("render_bad_inputs", ROOT / "docs" / "render_bad_inputs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renderer = _renderer()
    assert renderer.main(["--check"]) == 0, "run: make render"
    monkeypatch.setattr(renderer, "PAGE", tmp_path / "bad-inputs.md")
    assert renderer.main(["--check"]) == 1
    assert renderer.main([]) == 0
    assert renderer.main(["--check"]) == 0


def test_every_code_on_the_page_has_its_sentence() -> None:
    renderer = _renderer()
    assert [fault.id for fault in FAULTS if fault.code and not renderer.sentence(fault)] == []


def test_every_dependency_is_pinned_to_one_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split("\n")
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[\w.!+-]+", line)] == []


def test_what_comes_along_with_a_dependency_is_pinned_and_installed_as_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split("\n")
    pins = {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines if "==" in line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [(Requirement(text), frozenset({""})) for text in project["dependencies"]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted, extras = waiting.pop()
        if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        package = (canonicalize_name(wanted.name), frozenset({"", *wanted.extras}))
        if package not in seen:
            seen.add(package)
            waiting += [(Requirement(text), package[1]) for text in requires(package[0]) or ()]
    names = {name for name, _ in seen}
    assert len(names) > len(project["dependencies"])
    assert {name: version(name) for name in names} == {name: pins.get(name) for name in names}
