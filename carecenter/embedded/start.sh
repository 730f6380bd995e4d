# Sourced by bin/run, bin/test and bin/manage: finds a Python and hands over to carecenter/embedded/__main__.py.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P) || exit 1

suits() { # Python 3.11 or newer that can make virtual environments
  "$1" -I -c 'import sys; assert sys.version_info >= (3, 11); import venv, ensurepip, ssl' >/dev/null 2>&1
}

python=
if suits "$root/.venv/bin/python"; then
  python=$root/.venv/bin/python
else
  for candidate in python3 python3.11 python3.12 python3.13 python3.14 python; do
    if command -v "$candidate" >/dev/null 2>&1 && suits "$candidate"; then
      python=$candidate
      break
    fi
  done
fi
if [ -z "$python" ]; then
  if command -v python3 >/dev/null 2>&1; then
    echo "Carecenter needs Python 3.11 or newer with its venv module; $(python3 --version 2>&1) on this machine lacks" \
      "one of them (on Debian: apt install python3 python3-venv)." >&2
  else
    echo "Carecenter needs Python 3.11 or newer, and there is no python3 on this machine" \
      "(on Debian: apt install python3 python3-venv)." >&2
  fi
  exit 1
fi
exec "$python" -I "$root/carecenter/embedded/__main__.py" "$@"
