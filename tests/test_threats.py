"""The table of attacks names what there is: every test, and every part of `bench fortress`."""

import ast
import re
from pathlib import Path

import fortress

ROOT = Path(__file__).parents[1]
THREATS = (ROOT / "docs" / "threats.md").read_text()


def rows():
    """(attack, what holds it, tests, part of the bench)"""
    for line in THREATS.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" |")] if line.startswith("| ") else []
        if len(cells) == 4 and cells[0] not in ("attack", "trouble"):
            yield cells


def test_every_attack_has_tests_and_all_of_them_exist():
    found = [re.findall(r"`(test_\w+\.py)::(test_\w+)`", cells[2]) for cells in rows()]
    assert len(found) > 20 and all(found)
    for name, test in {pair for pairs in found for pair in pairs}:
        tree = ast.parse((ROOT / "tests" / name).read_text())
        assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, (name, test)


def test_every_part_of_the_bench_has_its_attack():
    named = {part for cells in rows() for part in re.findall(r"`(\w+)`", cells[3])}
    assert named == set(fortress.PARTS)


def test_every_limit_that_is_named_is_a_setting():
    settings = (ROOT / "docs" / "settings.md").read_text()
    for text in (THREATS, (ROOT / "SECURITY.md").read_text()):
        for name in re.findall(r"PLAYGROUND_\w+", text):
            assert f"`{name}`" in settings, name


def test_fuzz_knows_every_socket_of_the_server():
    import _fortress_fuzz as fuzz
    from starlette.routing import WebSocketRoute

    from playground.live.server import Live

    assert {route.path for route in Live().routes() if isinstance(route, WebSocketRoute)} == set(fuzz.SOCKETS)
