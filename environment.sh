# Sourced by run.sh and test.sh: `environment REQUIREMENTS` makes a virtual environment and installs what the file asks
# for; `$python` is then its interpreter.

python_in_range() {
  "$1" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

choose_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    if [ -n "$candidate" ] && python_in_range "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  echo "Please install Python 3.11, 3.12 or 3.13 with its venv module (on Debian or Ubuntu:" \
    "sudo apt install python3 python3-venv), or name one: PYTHON=/path/to/python3.11 bash $0" >&2
  return 1
}

# On Linux without a GPU, torch's own index of CPU builds, where it can be reached: the ordinary build for Linux brings
# gigabytes of CUDA. Nothing is asked when torch is installed already.
torch_index() {
  local url=https://download.pytorch.org/whl/cpu
  [ "$(uname -s)" = Linux ] || return 0
  ! nvidia-smi >/dev/null 2>&1 || return 0
  ! "$python" -c 'from importlib.metadata import version; version("torch")' 2>/dev/null || return 0
  if timeout 6 "$python" -c "from urllib.request import urlopen; urlopen('$url/torch/', timeout=4)" 2>/dev/null; then
    echo "--extra-index-url=$url"
  fi
}

environment() {
  local venv="${PLAYGROUND_VENV:-.venv}" base
  python="$venv/bin/python"
  if [ ! -x "$python" ]; then
    base="$(choose_python)"
    "$base" -m venv "$venv"
  fi
  # shellcheck disable=SC2046  # one option or none
  "$python" -m pip install --quiet --disable-pip-version-check $(torch_index) -r "$1"
}
