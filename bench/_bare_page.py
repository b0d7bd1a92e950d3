"""The yardstick of the live measurements: a bare Streamlit page with a sidebar and one chart."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

st.set_page_config(page_title="Bare page", layout="wide")
st.title("Bare page")
with st.sidebar:
    points = st.slider("Points", 10, 500, 200)
    st.selectbox("Colour", ["blue", "orange"])
xy = np.random.default_rng(0).standard_normal((points, 2))
st.plotly_chart(go.Figure(go.Scatter(x=xy[:, 0], y=xy[:, 1], mode="markers")))
