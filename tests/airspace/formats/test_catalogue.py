"""Readers of other packages come in by an entry point, and a broken one keeps nobody else out."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import SimpleNamespace

import pytest

from airspace.errors import Problem
from airspace.formats import catalogue
from airspace.formats.documents import Document
from airspace.formats.reading import survey
from airspace.formats.telling import Placed
from airspace.model.zones import Zone


class Shouting:
    """A reader of somebody else's."""

    name = "shouting"

    def recognises(self, document: Document) -> bool:
        return document.text.startswith("ZONE!")

    def zones(self, document: Document) -> tuple[list[Placed[Zone]], list[Problem]]:
        return [Placed(id="", place=document.text, value=None)], []


def offered(monkeypatch: pytest.MonkeyPatch, *values: str) -> None:
    points = EntryPoints(
        EntryPoint(name=f"r{number}", value=value, group=catalogue.ENTRY_POINTS) for number, value in enumerate(values)
    )
    monkeypatch.setattr(catalogue, "entry_points", lambda group: points.select(group=group))


def test_a_reader_of_an_installed_package_is_asked_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offered(monkeypatch, f"{__name__}:Shouting")
    monkeypatch.setitem(sys.modules, __name__, SimpleNamespace(Shouting=Shouting))
    (tmp_path / "a.txt").write_text("ZONE!")
    assert type(catalogue.readers()[0]) is Shouting
    assert survey(tmp_path / "a.txt").format == "shouting"


def test_a_reader_that_cannot_be_loaded_is_left_out_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    offered(monkeypatch, "no_such_package:Reader")
    assert catalogue.plugged_in() == ()
    assert len(catalogue.readers()) == len(catalogue.built_in())
    assert "no_such_package" in caplog.text


@pytest.mark.parametrize("name", ["ed269", "ed318", "geojson", "openair"])
def test_every_writer_says_its_format(name: str) -> None:
    assert name in catalogue.writers()[name].name.lower().replace("-", "")


def test_every_reader_says_its_format_in_words_of_its_own() -> None:
    names = [reader.name for reader in catalogue.built_in()]
    assert len(names) == len(set(names)) == 7
