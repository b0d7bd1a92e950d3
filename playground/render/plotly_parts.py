"""Layers that share a Plotly figure, one under the other."""

from typing import Any

import plotly.graph_objects as go


def put(fig: go.Figure, alone: go.Figure, number: int, top: float, height: float) -> None:
    """The figure of one layer as part `number` of another, on axes of its own; its place in shares of the height."""
    suffix = "" if number == 1 else str(number)
    trace: Any  # plotly makes their attributes at run time
    for trace in alone.data:
        trace.update(xaxis=f"x{suffix}", yaxis=f"y{suffix}")
        if "colorbar" in trace and trace.showscale is not False:
            trace.colorbar.update(len=height, y=1 - top - height / 2)
        fig.add_trace(trace)
    across, down = alone.layout.xaxis.to_plotly_json(), alone.layout.yaxis.to_plotly_json()
    across |= {"anchor": f"y{suffix}"}
    down |= {"anchor": f"x{suffix}", "domain": [max(0.0, 1 - top - height), 1 - top]}
    if down.get("scaleanchor"):
        down["scaleanchor"] = f"x{suffix}"
    fig.update_layout({f"xaxis{suffix}": across, f"yaxis{suffix}": down})
