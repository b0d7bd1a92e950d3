#!/usr/bin/env bash
# Install what the app needs into .venv (the first time) and start it; arguments go to streamlit. It listens on this
# machine alone, unless they say `--server.address 0.0.0.0`.
set -euo pipefail
cd "$(dirname "$0")"
source ./environment.sh
environment requirements.txt
exec "$python" -m streamlit run app.py --server.address "${STREAMLIT_SERVER_ADDRESS:-127.0.0.1}" "$@"
