"""Where sockets and the key lie, and when a folder is refused."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from carecenter.embedded import paths, stack


def test_sockets_lie_in_the_data_folder() -> None:
    assert paths.socket_dir(Path("/srv/carecenter/var")) == Path("/srv/carecenter/var/run")


def test_sockets_of_the_longest_path_still_lie_in_the_data_folder() -> None:
    room = paths.SOCKET_PATH_LIMIT - len("/run/.s.PGSQL.5432")
    longest = Path("/" + "x" * (room - 1))
    assert paths.socket_dir(longest) == longest / "run"
    assert paths.socket_dir(Path(f"{longest}x")).parent == Path("/tmp")


def test_long_paths_get_folders_of_their_own() -> None:
    one, two = Path("/" + "a" * 120), Path("/" + "b" * 120)
    assert paths.socket_dir(one) != paths.socket_dir(two)
    assert paths.socket_dir(one) == paths.socket_dir(one)


def test_socket_dir_is_private(tmp_path: Path) -> None:
    assert stat.S_IMODE(paths.make_socket_dir(tmp_path).stat().st_mode) == 0o700


def test_socket_dir_outside_that_is_open_to_others_is_refused(tmp_path: Path) -> None:
    data = tmp_path / ("x" * 120)
    folder = paths.make_socket_dir(data)
    try:
        folder.chmod(0o770)
        with pytest.raises(paths.UnsafeSocketDir, match="open to other users"):
            paths.make_socket_dir(data)
    finally:
        folder.rmdir()


def test_socket_dir_outside_that_is_a_link_is_refused(tmp_path: Path) -> None:
    data = tmp_path / ("y" * 120)
    folder = paths.socket_dir(data)
    folder.symlink_to(tmp_path)
    try:
        with pytest.raises(paths.UnsafeSocketDir, match="somebody else"):
            paths.make_socket_dir(data)
    finally:
        folder.unlink()


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    key = paths.create_secret_key(tmp_path)
    assert len(key) > 50
    assert paths.create_secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_set_up_needs_no_package() -> None:
    """bin/ runs it in a Python that has nothing but its standard library."""
    modules = ("commands", "environment", "servers", "stack", "test_tools")
    code = f"import sys; sys.path.insert(0, {str(paths.PROJECT_DIR)!r}); " + "; ".join(
        f"import carecenter.embedded.{name}" for name in modules
    )
    found = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")


def test_data_dir_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARECENTER_DATA", "somewhere")
    assert paths.data_dir() == Path.cwd() / "somewhere"
    monkeypatch.delenv("CARECENTER_DATA")
    assert paths.data_dir() == paths.PROJECT_DIR / "var"


def test_the_first_administrators_command_names_a_folder_that_another_terminal_does_not_know() -> None:
    with_data = stack.parse_options(["--data", "/srv/tea house"])
    usual = stack.parse_options(["--data", str(paths.PROJECT_DIR / "var")])

    assert [stack.create_admin_line(options) for options in (with_data, usual)] == [
        "CARECENTER_DATA='/srv/tea house' bin/manage create_admin EMAIL",
        "bin/manage create_admin EMAIL",
    ]
