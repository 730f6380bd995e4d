"""Known holes in the packages we use, and their licences. `bin/audit` runs it.

Holes are told by PyPI (asked by pip-audit, in an environment of its own below var/) and by npm. Where one of them
cannot be asked, this says so and fails only with `--strict`, as a project's own CI should.
"""

import argparse
import json
import re
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOL = "pip-audit==2.10.1"
PINS = ("requirements.txt", "requirements-dev.txt", "requirements-otel.txt", "constraints.txt")
LOCKS = (ROOT / "package-lock.json", ROOT / "tests/browser/chromium/package-lock.json")
# What may be used with a work under Apache-2.0, and what its tools may be under. SPDX names.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "CNRI-Python", "ISC", "MIT",
    "MIT-0", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Zlib",
}  # fmt: skip
# Looked at one by one, with the reason.
KNOWN = {
    "axe-playwright-python": "MIT in its repository; only tests use it",
    "djlint": "GPL-3.0-or-later; a tool that reads our templates, no part of the program",
    "psycopg2-binary": "LGPL with exceptions; imported, not changed",
}
# Words of packages that do not use SPDX names.
SPELT = {
    "Apache 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0", "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause", "MIT License": "MIT", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "New BSD": "BSD-3-Clause", "Python Software Foundation License": "PSF-2.0", "BSD 3-Clause": "BSD-3-Clause",
}  # fmt: skip


def licences_of(package: Distribution) -> list[str]:
    """By its expression, else by its classifiers, else by its one line. Any one of them would do for us."""
    about = package.metadata
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    line = (about.get("License") or "").splitlines()[:1]
    found = [about.get("License-Expression")] if about.get("License-Expression") else classifiers or line
    return [SPELT.get(one, one) for one in found if one]


def is_allowed(expression: str) -> bool:
    """`MIT`, `MIT AND Zlib`, `(MPL-2.0 OR Apache-2.0)`: of alternatives one, of all that hold together each."""
    options = re.split(r"\s+OR\s+", expression.strip("() "))
    return any(
        all(SPELT.get(name, name) in ALLOWED for name in re.split(r"\s+AND\s+", option)) for option in options
    )


def wrong_licences() -> list[str]:
    """Of Python's packages here and of all in the locks."""
    wrong = []
    for package in distributions():
        name, found = package.metadata["Name"], licences_of(package)
        if name not in KNOWN and not any(is_allowed(one) for one in found):
            wrong.append(f"{name}: {', '.join(found) or 'says no licence'}")
    for path, entry in npm_packages():
        if not is_allowed(str(entry.get("license", ""))):
            wrong.append(f"{path}: {entry.get('license')}")
    return sorted(wrong)


def npm_packages() -> Iterator[tuple[str, dict[str, Any]]]:
    for lock in LOCKS:
        yield from ((path, entry) for path, entry in json.loads(lock.read_text())["packages"].items() if path)


def pinned() -> dict[str, str]:
    """Name in small letters with hyphens -> version, of everything for Python."""
    lines = [line for name in PINS for line in (ROOT / name).read_text().splitlines()]
    found = [re.match(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", line) for line in lines]
    return {plain(match[1]): match[2] for match in found if match}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def python_holes() -> tuple[list[str], str]:
    """(holes, why it could not be asked)."""
    tool = ROOT / "var/cache/audit"
    names = tool / "pinned.txt"
    if not (tool / "bin/pip-audit").exists():
        venv.create(tool, with_pip=True, clear=True)
        done = run(tool / "bin/python", "-m", "pip", "install", "--quiet", TOOL)
        if done.returncode:
            return [], f"{TOOL} could not be installed: {last_line(done.stderr)}"
    names.write_text("".join(f"{name}=={version}\n" for name, version in sorted(pinned().items())))
    done = run(
        tool / "bin/pip-audit", "--requirement", names, "--no-deps", "--disable-pip", "--format", "json"
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return [], last_line(done.stderr)
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    holes = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'nothing yet'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    why = f"PyPI told nothing of {len(skipped)} of {len(packages)} packages" if skipped else ""
    return holes, why


def npm_holes() -> tuple[list[str], str]:
    """Of both locks: (holes, why it could not be asked)."""
    holes: list[str] = []
    for lock in LOCKS:
        try:
            done = run("npm", "audit", "--package-lock-only", "--audit", "true", "--json", cwd=lock.parent)
            said = json.loads(done.stdout)
        except FileNotFoundError:
            return holes, "there is no npm on PATH"
        except ValueError:
            return holes, last_line(done.stderr)
        if "vulnerabilities" not in said:
            return holes, str(said.get("message") or said.get("error"))
        holes += [f"{name}: {hole['severity']}" for name, hole in said["vulnerabilities"].items()]
    return holes, ""


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=600)


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no word"])[-1][:200]


def tell(what: str, lines: Iterable[str], fine: str) -> bool:
    """Say it; is anything wrong?"""
    found = list(lines)
    print(f"{what}: {fine}" if not found else f"{what}:")
    for line in found:
        print(f"  {line}")
    return bool(found)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/audit", description=__doc__.partition("\n")[0])
    parser.add_argument("--strict", action="store_true", help="fail where holes could not be asked for")
    parser.add_argument("--offline", action="store_true", help="licences only")
    options = parser.parse_args(words)
    many = len(list(distributions())) + len(list(npm_packages()))
    is_wrong = tell("Licences", wrong_licences(), f"{many} packages, each under one that we allow")
    for what, ask in () if options.offline else (("Python", python_holes), ("npm", npm_holes)):
        holes, why = ask()
        is_wrong |= tell(f"Known holes, {what}", holes, "none that were told" if why else "none")
        if why:
            print(f"  Not all could be asked: {why}.")
            is_wrong |= options.strict
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
