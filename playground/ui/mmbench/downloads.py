"""Everything as files: the benchmark, the replies, what became of each question."""

import streamlit as st

from playground.core.i18n import N_
from playground.evaluation.mmbench.files import write_benchmark, write_predictions
from playground.evaluation.mmbench.tables import write_table

from .choice import Selection
from .runs import Run, built_in, pictured

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "group",
    "split",
    "l1",
    "l2",
    "category",
    "vanilla_0",
    "circular",
    "right_passes",
    "replied_passes",
    "passes",
    "letters",
    "keys",
    "rules",
)


def downloads(page: Selection) -> None:
    """What a button gives is made when it is pressed."""
    _ = page.translate
    run, mode = page.run, page.mode
    name = run.baseline or "predictions"
    files = (
        (
            N_("The benchmark, with pictures (TSV)"),
            "tsv",
            lambda: write_benchmark(pictured(run.benchmark)),
            "benchmark",
        ),
        (N_("The replies (TSV)"), "tsv", lambda: write_predictions(run.benchmark, run.texts), name),
        (N_("The replies (XLSX)"), "xlsx", lambda: write_predictions(run.benchmark, run.texts, ".xlsx"), name),
        (N_("Each question (CSV)"), "csv", lambda: per_question(run, mode, ".csv"), f"{name}-questions"),
        (N_("Each question (XLSX)"), "xlsx", lambda: per_question(run, mode, ".xlsx"), f"{name}-questions"),
    )
    types = {"tsv": "text/tab-separated-values", "csv": "text/csv", "xlsx": WORKBOOK}
    with st.container(horizontal=True, gap="small"):
        for label, ending, make, stem in files:
            st.download_button(
                _(label),
                make,
                f"{stem}.{ending}",
                types[ending],
                key=f"mmbench download {label}",
                on_click="ignore",
                icon=":material/download:",
            )
    st.markdown(
        _(
            N_(
                "The benchmark is in MMBench's official format: a row for each question and pass. A file of replies "
                "needs two columns, index and prediction. The same without a browser:"
            )
        )
    )
    model = f"baseline:{run.baseline}" if run.baseline else "NAME --base-url http://localhost:8000/v1"
    lines = [
        "python -m playground mmbench plotbench --out plotbench.tsv",
        f"python -m playground mmbench run plotbench --model {model} --out replies.tsv",
        f"python -m playground mmbench score replies.tsv plotbench.tsv --extraction {mode}",
    ]
    if run.benchmark is not built_in():
        lines = [
            line.replace("run plotbench", "run benchmark.tsv").replace("plotbench.tsv", "benchmark.tsv")
            for line in lines[1:]
        ]
    # the colours that Streamlit gives options are too pale to read
    st.code("\n".join(lines), language=None, wrap_lines=True)


def per_question(run: Run, mode: str, suffix: str) -> bytes:
    """A row for each question: what became of it in all its passes."""
    judged = run.judged(mode)
    table = []
    for group, rows in run.benchmark.groups().items():
        outcome = judged.scores.outcomes.get(group)
        replied = [row for row in rows if row.index in judged.letters]
        l1, l2, _ = outcome.abilities if outcome else ("", rows[0].l2, "")
        table.append(
            {
                "group": str(group),
                "split": rows[0].split,
                "l1": l1,
                "l2": l2,
                "category": rows[0].category,
                "vanilla_0": _sign(outcome.first if outcome else None),
                "circular": _sign(outcome.circular if outcome else None),
                "right_passes": str(sum(map(bool, outcome.rows))) if outcome else "",
                "replied_passes": str(len(replied)),
                "passes": str(len(rows)),
                "letters": " ".join(judged.letters.get(row.index) or "-" for row in rows),
                "keys": " ".join(row.answer or "-" for row in rows),
                "rules": "; ".join(judged.found[row.index].rule for row in replied),
            }
        )
    return write_table(COLUMNS, table, suffix)


def _sign(right: bool | None) -> str:
    """1, 0, or nothing where it is not known."""
    return "" if right is None else str(int(right))
