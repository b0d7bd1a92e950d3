"""The formula of one layer of each flow, its explanation, and the file that computes it: texts for the lesson."""

from playground.core.formula import Formula
from playground.core.i18n import N_

FORMULAS = {
    "planar": Formula(
        r"\begin{aligned} z_{k-1} &= z_k + u\,\tanh(w^\top z_k + b)\\ \log\left|\det J^{-1}\right| &= "
        r"\log\left|1 + u^\top w\,\bigl(1-\tanh^2(w^\top z_k+b)\bigr)\right|\end{aligned}",
        N_(
            "Each layer stretches or squeezes along one direction $u$, depending on the distance of a point from the "
            "line $w^\\top z + b = 0$. The inverse has no closed form; training needs only the direction shown, and "
            "sampling solves one equation in one unknown per layer. $w^\\top u \\ge -1$ keeps the layer invertible."
        ),
        "planar",
    ),
    "radial": Formula(
        r"\begin{aligned} z_{k-1} &= z_k + \frac{\beta}{\alpha + r}\,(z_k - c),\quad r = |z_k - c|\\ "
        r"\log\left|\det J^{-1}\right| &= \log\!\left(1+\tfrac{\beta}{\alpha+r}\right) "
        r"+ \log\!\left(1+\tfrac{\alpha\beta}{(\alpha+r)^2}\right)\end{aligned}",
        N_(
            "Each layer expands space around a centre $c$ or contracts it towards $c$; the effect decreases with "
            "distance. Rays from the centre stay rays, so the inverse is the root of a quadratic equation."
        ),
        "radial",
    ),
    "nice": Formula(
        r"\begin{aligned} z_{k,a} &= z_{k-1,a}\\ z_{k,b} &= z_{k-1,b} - t(z_{k-1,a})\\ \log|\det J| &= 0\end{aligned}",
        N_(
            "One coordinate stays, and a network of it gives the shift of the other: a shear. The network can be "
            "arbitrary, as the inverse only subtracts the same shift, and no volume changes. Only the diagonal scaling "
            "at the end of the chain changes volume: $\\log|\\det J| = -\\sum_i s_i$."
        ),
        "coupling",
    ),
    "realnvp": Formula(
        r"\begin{aligned} z_{k,a} &= z_{k-1,a}\\ z_{k,b} &= \bigl(z_{k-1,b} - t(z_{k-1,a})\bigr)\odot "
        r"e^{-s(z_{k-1,a})}\\ \log|\det J| &= -\textstyle\sum_i s(z_{k-1,a})_i\end{aligned}",
        N_(
            "As in NICE one coordinate stays, but networks of it give a shift **and a scale** for the other. The "
            "Jacobian is triangular, so its determinant is the product of its diagonal: no matrix has to be inverted."
        ),
        "coupling",
    ),
    "glow": Formula(
        r"\begin{aligned} \text{actnorm: } & y = e^{s}\odot x + b, && \textstyle\sum_i s_i\\ "
        r"\text{1×1 convolution: } & y = W x,\; W = PL(U+\mathrm{diag}\,s) && \textstyle\sum_i\log|s_i|\\ "
        r"\text{coupling: } & y_b = e^{s(x_a)}\odot x_b + t(x_a) && \textstyle\sum_i s(x_a)_i\end{aligned}",
        N_(
            "Three maps per layer, written here from data to noise with their log-determinants. The learned matrix $W$ "
            "mixes the coordinates, where RealNVP only alternates them; its LU form makes the log-determinant a sum. "
            "On the plane a 1×1 convolution is a two-by-two matrix."
        ),
        "linear",
    ),
    "maf": Formula(
        r"z_{k-1,i} = z_{k,i}\,e^{s_i(z_{k,<i})} + t_i(z_{k,<i}),\qquad \log\left|\det J^{-1}\right| = "
        r"\textstyle\sum_i s_i",
        N_(
            "The shift and scale of each coordinate depend on the coordinates before it. One masked network (MADE) "
            "computes all of them in one pass, so densities are fast; a sample takes one pass per coordinate."
        ),
        "autoregressive",
    ),
    "iaf": Formula(
        r"z_{k,i} = z_{k-1,i}\,e^{s_i(z_{k-1,<i})} + t_i(z_{k-1,<i}),\qquad \log|\det J| = \textstyle\sum_i s_i",
        N_(
            "MAF with the two directions exchanged: shift and scale depend on the noise before, not on the data. "
            "Samples take one pass, the density of given data one pass per coordinate."
        ),
        "autoregressive",
    ),
    "nsf": Formula(
        r"z_{k-1,b} = R_{\theta(z_{k,a})}(z_{k,b}),\qquad \log\left|\det J^{-1}\right| = "
        r"\textstyle\sum_i\log R'_{\theta}(z_{k,b,i})",
        N_(
            "A coupling that transforms the other coordinate by a monotone spline $R$ of rational-quadratic pieces; "
            "the network gives their widths, heights and slopes. One layer can be steep in some places and flat in "
            "others, where an affine coupling has a single scale. Beyond the tail bound it is the identity."
        ),
        "spline",
    ),
    "ffjord": Formula(
        r"\frac{dz}{dt} = v(z, t),\qquad \log p(x) = \log p(z_0) - \int_0^1 \operatorname{tr}"
        r"\frac{\partial v}{\partial z}\,dt",
        N_(
            "The limit of infinitely many thin layers: points move along a velocity field, and the density falls where "
            "the field diverges. The field need not be invertible; solving the equation makes the map invertible. "
            "The trace is exact here; FFJORD estimates it, for many dimensions. Only the background of the trajectory "
            "uses half as many solver steps, to draw faster; its colours differ by {figure:flows.background} percent "
            "of the scale on average."
        ),
        "continuous",
    ),
}
