"""`serve`: the app, started by Streamlit in place of this process."""

import argparse
import os
import sys

from playground.core.resources import APP

HELP = "start the app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501, help="port of the server (default 8501)")
    parser.add_argument("--address", default="localhost", help="address to listen on (default localhost)")
    parser.add_argument(
        "streamlit", nargs="*", help="further options, after --, go to Streamlit, such as -- --server.baseUrlPath /play"
    )


def run(given: argparse.Namespace) -> None:
    options = ["--server.port", str(given.port), "--server.address", given.address, *given.streamlit]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), *options])
