"""The formula of each model, its explanation, and the file that computes it: texts for the lesson."""

from playground.core.formula import Formula
from playground.core.i18n import N_

FORMULAS = {
    "fvsbn": Formula(
        r"p(x_i = 1 \mid x_{<i}) = \sigma\Bigl(b_i + \sum_{j<i} w_{ij}\, x_j\Bigr)",
        N_(
            "A logistic regression for each bit, from all bits before it. It weighs them one by one, so it misses what "
            "shows only in pairs, such as an exclusive or."
        ),
        "fvsbn",
    ),
    "nade": Formula(
        r"\begin{aligned} h_i &= \sigma\Bigl(c + \sum_{j<i} W_{\cdot j}\, x_j\Bigr)\\ p(x_i = 1 \mid x_{<i}) &= "
        r"\sigma(b_i + V_i\, h_i)\end{aligned}",
        N_(
            "Each bit has a hidden layer, and all layers share the weights $W$: from one bit to the next the sum grows "
            "by one column. So all $n$ probabilities together cost $O(nd)$, and so does a sample."
        ),
        "nade",
    ),
    "made": Formula(
        r"\begin{aligned} h &= \mathrm{relu}\bigl((W \odot M)\, x + c\bigr)\\ \mathrm{logit}\, p &= "
        r"(V \odot M')\, h + (A \odot M'')\, x + b\\ M_{kj} &= [\,j \le m_k\,],\quad M'_{ik} = [\,m_k < i\,],\quad "
        r"M''_{ij} = [\,j < i\,]\end{aligned}",
        N_(
            "An ordinary network whose weights are multiplied by masks: hidden unit $k$ has a degree $m_k$, depends on "
            "the first $m_k$ bits of the order, and feeds only the bits after them ($m_k < i$; with $m_k = i$ each bit "
            "would see itself). Bits are counted from 1, in the order. Without direct connections $A = 0$. One pass "
            "gives all probabilities; a sample takes $n$ passes."
        ),
        "made",
    ),
    "transformer": Formula(
        r"h_i = \sum_{j \le i} \mathrm{softmax}_j\!\left(\frac{q_i^\top k_j}{\sqrt{d}}\right) v_j \quad\text{of } "
        r"x_1, \dots, x_{i-1}",
        N_(
            "The input is shifted by one position; then each position attends to itself and to those before it. What "
            "it attends to depends on the input."
        ),
        "transformer",
    ),
    "pixelcnn": Formula(
        r"h_{r,c} = b + \sum_{(u,v)\,\text{before}\,(r,c)} W_{u-r,\,v-c}\; (2 x_{u,v} - 1)",
        N_(
            "A convolution whose kernel is cut off at its own pixel, with the same weights everywhere. This is the "
            "first layer, for which a pixel is −1 or 1; the others also see their own place. The receptive field grows "
            "with the layers, but leaves out a wedge to the right: the blind spot."
        ),
        "pixelcnn",
    ),
    "plane": Formula(
        r"p(x_1, x_2) = p(k_1)\; p(k_2 \mid k_1)\, /\, \Delta^2, \qquad x \in \text{cell } (k_1, k_2)",
        N_(
            "Both axes are cut into bins of width $\\Delta$. A table holds the probabilities of the first bin; a "
            "network with a softmax gives those of the second, given the first. Within a cell the density is constant, "
            "so log p is a log density in nats, as in all other families."
        ),
        "bins",
    ),
}
