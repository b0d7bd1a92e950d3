"""The server: pages and live routes. `streamlit run app.py` and `uvicorn app:app` both find `app`."""

import os

import streamlit as st
from starlette.middleware import Middleware

from playground.core.resources import PACKAGE
from playground.data import places
from playground.live.base_path import BasePath
from playground.live.door import Door
from playground.live.framing import OpenPage
from playground.live.preload import Preload
from playground.live.server import Live
from playground.ui.warm_up import warm_up

os.environ.setdefault(places.FOLDERS_VARIABLE, "")  # settings come from links here: no file is read by its path
live = Live(warm_up)
app = st.App(
    PACKAGE / "ui" / "navigation.py",
    routes=live.routes(),
    lifespan=live.lifespan,
    middleware=[Middleware(Door), Middleware(BasePath), Middleware(OpenPage), Middleware(Preload)],
)
