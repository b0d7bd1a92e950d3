#!/usr/bin/env bash
# Install what the tests need (a virtual environment, a Chromium, nginx, ESLint, Prettier, axe-core) and run them;
# arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")"
source ./environment.sh
environment requirements-dev.txt
missing=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null ||
  missing+=(chromium chromium-headless-shell fonts-noto-cjk)
PATH="$PATH:/usr/sbin" command -v nginx >/dev/null || missing+=(nginx-light)
if [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null; then
  as_root=""; [ "$(id -u)" = 0 ] || as_root="sudo"
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
if command -v npm >/dev/null; then
  [ -d node_modules/eslint ] || npm install --silent --no-audit --no-fund
  npm run --silent lint
fi
"$python" .ci/audit
"$python" -m ruff check .
"$python" -m ruff format --check --quiet .
"$python" -m pyright --pythonpath "$python" & # beside the first tests, on one core
checking=$!
# Three processes on two cores: tests of browsers and servers wait more than they compute. Each takes whole modules, in
# the order of tests/conftest.py.
failed=0
"$python" -m pytest -n 3 --dist loadfile --no-loadscope-reorder "$@" || failed=$?
wait "$checking" || failed=1
exit "$failed"
