#!/usr/bin/env bash
# Install what the app needs into .venv (the first time) and start it; arguments go to streamlit.
set -euo pipefail
cd "$(dirname "$0")"
source ./environment.sh
environment requirements.txt
exec "$python" -m streamlit run app.py "$@"
