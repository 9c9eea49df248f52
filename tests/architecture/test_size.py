"""The measures the code holds itself to: small modules, short functions, sentences on tests."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "server").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
MOST_LINES = 420
MOST_FUNCTION_LINES = 60


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", MODULES + TESTS, ids=_name)
def test_a_module_holds_one_concept(path: Path) -> None:
    """No module has more than 420 lines and no function more than 60."""
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES
    for function in _functions(path):
        assert _lines(function) <= MOST_FUNCTION_LINES, function.name


def test_most_modules_and_functions_are_small() -> None:
    """The median module has at most 110 lines and nine functions of ten at most 25."""
    sizes = [len(path.read_text("utf-8").splitlines()) for path in MODULES]
    lengths = sorted(_lines(function) for path in MODULES for function in _functions(path))
    assert median(size for size in sizes if size > 10) <= 110
    assert lengths[int(len(lengths) * 0.9)] <= 25


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_every_test_says_what_it_holds(path: Path) -> None:
    """Each test function has a sentence as its docstring."""
    for function in _functions(path):
        if function.name.startswith("test_"):
            assert (ast.get_docstring(function) or "").rstrip().endswith((".", ":")), function.name
