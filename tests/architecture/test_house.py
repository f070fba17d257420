"""The rules of the house that a reader relies on: who imports whom, docstrings, sizes, no real-looking ID number."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted([*(ROOT / "pipelines").rglob("*.py"), *(ROOT / "expectations").rglob("*.py")])
MAX_LINES = 500
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
SYNTHETIC_AREA = "340590"
TEXT_SUFFIXES = {".py", ".sql", ".yml", ".yaml", ".csv", ".md", ".toml", ".txt", ".json", ".html", ".j2", ".tsv"}


def has_valid_check_digit(number: str) -> bool:
    """GB 11643-1999: weighted sum of the first 17 digits modulo 11."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    month, day = int(number[10:12]), int(number[12:14])
    return 1 <= month <= 12 and 1 <= day <= 31 and CHECK_DIGITS[total % 11] == number[17].upper()


def committed_files() -> list[Path]:
    command = ["git", "-c", "core.quotepath=off", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file() and Path(name).suffix in TEXT_SUFFIXES]


def test_imports_keep_to_the_rooms() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert len(text.splitlines()) <= MAX_LINES
    if path.name == "__init__.py" and path.parent != ROOT / "pipelines":
        assert len((ast.get_docstring(ast.parse(text)) or "").splitlines()) >= 3, (
            "say what belongs here, and what does not"
        )


def test_the_dagster_entry_is_short() -> None:
    assert len((ROOT / "pipelines" / "definitions.py").read_text(encoding="utf-8").splitlines()) < 30


def test_the_check_finds_a_valid_number() -> None:
    body = "11010119900101001"
    number = body + CHECK_DIGITS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
    assert has_valid_check_digit(number)
    assert not has_valid_check_digit(body + ("0" if number[-1] != "0" else "1"))


def test_no_valid_looking_id_number_outside_the_synthetic_area() -> None:
    found = []
    for path in committed_files():
        for match in re.finditer(
            r"(?<!\d)[1-9]\d{16}[\dXx](?![\dXx])", path.read_text(encoding="utf-8", errors="replace")
        ):
            if not match.group().startswith(SYNTHETIC_AREA) and has_valid_check_digit(match.group()):
                found.append(f"{path.relative_to(ROOT)}: {match.group()[:6]}…")
    assert found == []


def test_no_code_reads_the_environment_but_the_settings() -> None:
    """Children are given the whole environment, and one switch of the command line is read before any room."""
    allowed = {"pipelines/settings.py", "pipelines/cli.py"}
    for path in MODULES:
        if str(path.relative_to(ROOT)) not in allowed:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"os\.(getenv|environ\.get|environ\[\s*['\"][A-Z_]+['\"]\s*\](?!\s*=))", text), path
