import hashlib
from importlib.resources import files
from pathlib import Path

import pytest
from folium import Map

from planner.errors import MissingAsset
from planner.output import assets

FOLDER = Path(str(files("planner.output") / "vendored"))


def test_every_vendored_file_is_the_one_of_the_manifest() -> None:
    for asset in assets.manifest():
        assert hashlib.sha256((FOLDER / asset.file).read_bytes()).hexdigest() == asset.sha256, asset.file


def test_the_manifest_names_every_file_and_no_other() -> None:
    scripts = {path.name for path in FOLDER.iterdir() if path.suffix in {".js", ".css"}}
    assert scripts == {asset.file for asset in assets.manifest()} == set(assets.REPLACED.values())


def test_every_package_has_its_licence_beside_it() -> None:
    licences = (FOLDER / "LICENSES.md").read_text("utf-8")
    for asset in assets.manifest():
        assert f"{asset.package} {asset.version}" in licences
        assert asset.licence == "BSD-2-Clause"
    assert "Redistributions in binary form must reproduce" in licences


def test_every_link_of_a_folium_map_is_replaced_or_dropped_with_a_reason() -> None:
    for _, address in (*Map.default_js, *Map.default_css):
        assets.stand_in(address)
    assert all(assets.DROPPED.values())


def test_a_table_holds_no_link_that_folium_has_given_up() -> None:
    wanted = {address.split("/", 3)[3] for _, address in (*Map.default_js, *Map.default_css)}
    assert {path.removeprefix("/") for path in (*assets.REPLACED, *assets.DROPPED)} == wanted


def test_an_unknown_link_is_an_error() -> None:
    with pytest.raises(MissingAsset, match="new-plugin"):
        assets.stand_in("https://example.org/new-plugin.js")


def test_another_version_of_a_known_link_is_an_error() -> None:
    with pytest.raises(MissingAsset, match=r"leaflet@2\.0\.0"):
        assets.stand_in("https://example.org/npm/leaflet@2.0.0/dist/leaflet.js")


def test_a_changed_file_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = assets.Asset(file="leaflet.css", package="leaflet", path="", version="1", licence="", sha256="0" * 64)
    monkeypatch.setattr(assets, "manifest", lambda: (changed,))
    with pytest.raises(MissingAsset, match="expected SHA-256 0000"):
        assets.vendored.__wrapped__("leaflet.css")


def test_a_vendored_text_asks_for_no_further_file() -> None:
    for asset in assets.manifest():
        text = assets.vendored(asset.file)
        assert "sourceMappingURL" not in text
        assert "url(images" not in text
        assert "\r" not in text
