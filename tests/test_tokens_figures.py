"""Figures of tokens, links and matrices: what is under the pointer, axes, names."""

import numpy as np
from support.token_layers import GIVEN, LINKS, MATRIX, RIGHT, TOKENS, VOCABULARY, WRONG, of

from playground.core.scene import Links, Matrix, Tokens
from playground.render.plotly import figure


def test_a_figure_names_what_is_under_the_pointer():
    fig = figure(of(TOKENS))
    cells, marks, expected = fig.data
    assert cells.text[0][1] == "\u2423" and cells.text[2][1] == "&lt;i&gt;"
    assert "expected: \u21b5" in cells.customdata[2][1] and "sequence 2, position 2" in cells.customdata[2][1]
    assert list(expected.text) == ["a", "\u21b5"] and len(marks.x) == 2
    assert [cells.z[0][k] for k in range(3)] == [GIVEN, RIGHT, WRONG] and np.isnan(cells.z[1][0])


def test_a_figure_has_the_same_traces_whatever_is_right():
    none_wrong = Tokens(name="t", title="T", ids=TOKENS.ids, states=TOKENS.states * 0 + 1, vocabulary=VOCABULARY)
    assert [t.type for t in figure(of(none_wrong)).data] == [t.type for t in figure(of(TOKENS)).data]
    nothing = Links(name="l", title="L", weights=np.zeros((3, 3)), targets=("a",) * 3, sources=("a",) * 3)
    assert len(figure(of(nothing)).data) == len(figure(of(LINKS)).data)


def test_links_of_a_figure_stand_out_by_their_weight():
    *lines, names = figure(of(LINKS)).data
    drawn = [trace for trace in lines if trace.x[0] is not None]
    assert {round(trace.opacity * 6) for trace in drawn} == {2, 5, 6}
    assert sum(int(np.isnan(np.asarray(trace.x, float)).sum()) for trace in drawn) == 4
    assert names.customdata[2] == "<b>b (3)</b><br>\u2190 y (2): 0.70<br>\u2190 z (3): 0.30"
    assert names.customdata[4] == "<b>y (2)</b><br>\u2192 b (3): 0.70"


def test_layers_of_cells_have_axes_of_their_own_in_a_figure():
    fig = figure(of(TOKENS, LINKS, MATRIX))
    assert {trace.yaxis for trace in fig.data} == {"y", "y2", "y3"}
    domains = [fig.layout[name].domain for name in ("yaxis", "yaxis2", "yaxis3")]
    assert domains[0][0] > domains[1][1] > domains[1][0] > domains[2][1]


def test_names_of_a_large_matrix_are_thinned_out():
    names = tuple(f"r{k}" for k in range(130))
    fig = figure(of(Matrix(name="m", title="M", values=np.eye(130), rows=names, columns=names)), height=460)
    ticks = fig.layout.yaxis.tickvals
    assert 20 <= len(ticks) <= 33 and fig.layout.yaxis.ticktext[1] == names[ticks[1]]
    assert "r3" in fig.data[0].customdata[3][5] and "%{z" in fig.data[0].hovertemplate
