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


def committed_files(every: bool = False) -> list[Path]:
    """The text files of the repository, or every file of it."""
    command = ["git", "-c", "core.quotepath=off", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    wanted = [name for name in names if every or Path(name).suffix in TEXT_SUFFIXES]
    return [ROOT / name for name in wanted if (ROOT / name).is_file()]


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


#: What a key or a password looks like where one was left behind: its own form, or a word for it with a text assigned.
SECRET_FORMS = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY",
    "cloud key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bLTAI[0-9A-Za-z]{12,20}\b|\bAIza[\w-]{35}",
    "access token": r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-)[\w-]{20,}",
    "web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "address with password": r"\b[a-z][a-z0-9+]*://[^/\s:@'\"{<]+:[^/\s:@'\"{<$]{3,}@",
    "assigned": r"(?i)(?:passw(?:or)?d|secret|api_?key|auth_?token|密码|口令)['\"]?\s*[:=]\s*['\"][^'\"\s{$]{8,}",
}
SECRET_FILES = re.compile(r"(?:\.(?:key|pem|p12|pfx|jks|kdbx|sqlite)|(?:^|/)(?:\.env|\.pypirc|\.netrc|id_[a-z0-9]+))$")


def secret_in(text: str) -> str | None:
    """The kind of the first secret in a text."""
    return next((kind for kind, form in SECRET_FORMS.items() if re.search(form, text)), None)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("private key", "-----BEGIN " + "EC PRIVATE KEY-----"),
        ("cloud key", "AKIA" + "Q" * 16),
        ("access token", "ghp_" + "a1" * 18),
        ("web token", ".".join(("eyJ" + "a" * 12, "eyJ" + "b" * 12, "c" * 12))),
        ("address with password", "postgresql://hedui:" + "geheim9@db/hedui"),
        ("assigned", "db_password = '" + "geheim-9x'"),
        (
            None,
            'password = os.environ["HEDUI_PASSWORD"]; url = f"postgresql://{user}:{word}@db"; secret = token_hex(8)',
        ),
    ],
)
def test_the_check_finds_a_secret(kind: str | None, text: str) -> None:
    assert secret_in(text) == kind


def test_no_secret_is_in_the_repository() -> None:
    files = committed_files(every=True)
    assert [path.name for path in files if SECRET_FILES.search(path.relative_to(ROOT).as_posix())] == []
    texts = ((path, path.read_bytes().decode("utf-8", errors="replace")) for path in files)
    assert [f"{path.relative_to(ROOT)}: {kind}" for path, text in texts if (kind := secret_in(text))] == []


def test_no_code_reads_the_environment_but_the_settings() -> None:
    """Children are given the whole environment, and one switch of the command line is read before any room."""
    allowed = {"pipelines/settings.py", "pipelines/cli.py"}
    for path in MODULES:
        if str(path.relative_to(ROOT)) not in allowed:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"os\.(getenv|environ\.get|environ\[\s*['\"][A-Z_]+['\"]\s*\](?!\s*=))", text), path
