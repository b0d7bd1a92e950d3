"""The server: pages and live routes. `streamlit run app.py` and `uvicorn app:app` both find `app`."""

from pathlib import Path

import streamlit as st

from playground.live.server import Live

live = Live()
app = st.App(Path(__file__).parent / "playground" / "ui" / "navigation.py", routes=live.routes(),
             lifespan=live.lifespan)
