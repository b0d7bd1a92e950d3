#!/usr/bin/env bash
# Install what the app needs into .venv (the first time) and start it; arguments go to streamlit.
set -euo pipefail
cd "$(dirname "$0")"
venv="${PLAYGROUND_VENV:-.venv}"
python="${PYTHON:-python3.11}"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt
exec "$venv/bin/python" -m streamlit run app.py "$@"
