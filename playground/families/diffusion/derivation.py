"""From points that move along a velocity to the heat equation, for the lesson."""

from playground.core.i18n import N_

HEAT = (
    (N_("**1. Points move.** Each follows the velocity of the place where it is."), r"\frac{dx}{dt} = v_t(x)"),
    (
        N_(
            "**2. A small square becomes a parallelogram.** After a short time $h$ its area has changed by the "
            "determinant of the Jacobian; to first order only the trace counts, which is the divergence of the "
            "velocity."
        ),
        r"\det\frac{\partial(x + h\,v_t(x))}{\partial x} = \det(I + h\,\nabla v_t) = 1 + h\,\nabla\!\cdot v_t + O(h^2)",
    ),
    (
        N_(
            "**3. The points in it stay the same.** Mass is density times area, so where the area grows, the density "
            "falls. Seen by one that moves along:"
        ),
        r"\frac{d}{dt}\log p_t(x_t) = -\,\nabla\!\cdot v_t(x_t)",
    ),
    (
        N_("This is how the likelihood is computed: the divergence is added up along the way."),
        r"\log p_0(x_0) = \log p_1(x_1) + \int_0^1 \nabla\!\cdot v_t(x_t)\,dt",
    ),
    (
        N_(
            "**4. Seen by one that stands still,** the density also changes because other points arrive. By the chain "
            "rule:"
        ),
        r"\partial_t p_t = \frac{d p_t}{dt} - v_t\cdot\nabla p_t = -\,p_t\,\nabla\!\cdot v_t - v_t\cdot\nabla p_t",
    ),
    (
        N_("Both terms together are the **continuity equation**: nothing is made, nothing is lost."),
        r"\partial_t p_t = -\,\nabla\!\cdot(p_t\,v_t)",
    ),
    (
        N_(
            "**5. Take the velocity of the probability flow** of the VE SDE, $dx = g\\,dw$: it leads away from where "
            "there is much."
        ),
        r"v_t = -\tfrac12\,g^2\,\nabla\log p_t = -\tfrac12\,g^2\,\frac{\nabla p_t}{p_t}",
    ),
    (
        N_("**6. The density in it cancels,** and what remains is the **heat equation**."),
        r"\partial_t p_t = -\,\nabla\!\cdot\Bigl(-\tfrac12\,g^2\,\nabla p_t\Bigr) = \tfrac12\,g^2\,\Delta p_t",
    ),
    (
        N_(
            "**7. It is solved by blurring** with a Gaussian, the heat kernel, as wide as the noise that was added: "
            "the left picture. So points that jitter and points that glide spread in the same way."
        ),
        r"p_t = p_0 * \mathcal N(0, s^2 I),\qquad s^2 = \int_0^t g^2\,dt'",
    ),
)
"""Step by step: words and a formula."""
