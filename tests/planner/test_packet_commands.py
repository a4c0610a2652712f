"""The command ``skyferry packet``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner.cli import app
from tests.planner.output.packet.day import Ready


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["packet", *arguments])
    return result.exit_code, result.output


def of_plan(ready: Ready, *arguments: str) -> tuple[int, str]:
    return run(str(ready.plan_file), "--scenario", str(ready.folder / "day"), *arguments)


def test_it_writes_a_page_a_pdf_and_the_json_and_nothing_else(made: Path) -> None:
    names = sorted(path.name for path in made.iterdir())
    assert names == ["packet-north.en.html", "packet-north.en.pdf", "packet-north.json"]
    assert (made / "packet-north.en.pdf").read_bytes().startswith(b"%PDF-")


def test_from_the_json_alone_come_the_same_bytes_and_other_languages(made: Path, tmp_path: Path) -> None:
    code, told = run(str(made / "packet-north.json"), "-o", str(tmp_path))
    assert code == 0, told
    for name in ("packet-north.en.html", "packet-north.json"):
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes(), name
    code, _ = run(str(made / "packet-north.json"), "--lang", "zh-Hant", "--authority", "NORTH", "-o", str(tmp_path))
    assert code == 0
    assert '<html lang="zh-Hant">' in (tmp_path / "packet-north.zh-Hant.html").read_text(encoding="utf-8")


def test_it_tells_programs_what_came_out(ready: Ready, tmp_path: Path) -> None:
    code, told = of_plan(ready, "--authority", "south", "-o", str(tmp_path), "--json")
    assert code == 0
    document: dict[str, Any] = json.loads(told)
    assert (document["side"], document["flights"], document["corridors"]) == ("SOUTH", 2, 1)
    assert document["verdict"] == "PASS"
    assert document["rules"]["fail"] == 0
    assert document["compared_with"] == "nothing"
    assert all(Path(path).is_file() for path in document["paths"])


def test_it_tells_people_how_it_stands(ready: Ready, tmp_path: Path) -> None:
    code, told = of_plan(ready, "--authority", "south", "-o", str(tmp_path))
    assert code == 0
    assert "Civil Aviation Department, Hong Kong" in told
    assert "2 flights on 1 corridor" in told
    assert "0 fail" in told


def test_another_plan_can_be_compared_with(ready: Ready, tmp_path: Path) -> None:
    code, told = of_plan(
        ready, "--authority", "north", "--against", str(ready.plan_file), "-o", str(tmp_path), "--json"
    )
    assert code == 0
    assert json.loads(told)["compared_with"] == "plan"


# --- what cannot be used ----------------------------------------------------------------------------------------------


def test_an_authority_that_is_not_known_or_not_named_is_told_which_there_are(ready: Ready, tmp_path: Path) -> None:
    for asked in (("--authority", "mars"), ()):
        code, told = of_plan(ready, *asked, "-o", str(tmp_path))
        assert code == 3
        assert "UNKNOWN_AUTHORITY" in told
        assert "NORTH, SOUTH" in told
    assert list(tmp_path.iterdir()) == []


def test_the_packet_of_one_authority_is_not_handed_to_another(made: Path, tmp_path: Path) -> None:
    code, told = run(str(made / "packet-north.json"), "--authority", "south", "-o", str(tmp_path))
    assert code == 3
    assert "OTHER_AUTHORITY" in told
    assert list(tmp_path.iterdir()) == []


def test_options_of_plans_are_none_of_packets(made: Path, tmp_path: Path) -> None:
    code, told = run(str(made / "packet-north.json"), "--against", "x.json", "-o", str(tmp_path))
    assert code == 2
    assert "--against" in told


def test_a_language_that_pages_do_not_speak_is_refused_with_those_they_do(ready: Ready, tmp_path: Path) -> None:
    code, told = of_plan(ready, "--authority", "north", "--lang", "tlh", "-o", str(tmp_path))
    assert code in (2, 3)
    assert "zh-Hant" in told
    assert list(tmp_path.iterdir()) == []


def edited(ready: Ready, folder: Path, **changes: object) -> str:
    folder.mkdir(exist_ok=True)
    file = folder / "plan.json"
    file.write_text(json.dumps({**ready.record, **changes}), encoding="utf-8")
    return str(file)


def test_a_plan_that_was_changed_is_handed_to_nobody(ready: Ready, tmp_path: Path) -> None:
    file, out = edited(ready, tmp_path / "in", name="another"), tmp_path / "out"
    code, told = run(file, "--scenario", str(ready.folder / "day"), "--authority", "north", "-o", str(out))
    assert code == 3
    assert "EDITED" in told
    code, told = of_plan(ready, "--authority", "north", "--against", file, "-o", str(out))
    assert code == 3
    assert "EDITED" in told
    assert not out.exists()


def test_a_plan_of_a_newer_version_is_refused(ready: Ready, tmp_path: Path) -> None:
    code, told = run(edited(ready, tmp_path, version=2), "--authority", "north", "-o", str(tmp_path / "out"))
    assert code == 3
    assert "WRONG_VERSION" in told


def test_a_file_that_is_no_record_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text("[]", encoding="utf-8")
    code, told = run(str(file), "--authority", "north", "-o", str(tmp_path / "out"))
    assert code == 3
    assert "Traceback" not in told


def test_a_place_that_cannot_be_written_to_is_told_and_left_as_it_is(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("", encoding="utf-8")
    code, told = run(str(made / "packet-north.json"), "-o", str(target))
    assert code == 3
    assert "CANNOT_WRITE" in told
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        code, told = run(str(made / "packet-north.json"), "-o", str(tmp_path / "new"))
        tmp_path.chmod(0o700)
        assert code == 3
        assert "CANNOT_WRITE" in told


def test_where_the_pdf_cannot_be_made_nothing_is_written_at_all(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    code, told = run(str(made / "packet-north.json"), "--pdf", "-o", str(tmp_path))
    assert code == 3
    assert "MISSING_EXTRA" in told
    assert list(tmp_path.iterdir()) == []
