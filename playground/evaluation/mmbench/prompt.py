"""The words of a question, in the form that VLMEvalKit gives to every model; the picture comes before them."""

from .question import Row


def prompt(row: Row) -> str:
    """Hint, question, options, and what to do with them; the last two only where there are options."""
    hint = f"Hint: {row.hint}\n" if row.hint else ""
    options = "".join(f"{label}. {text}\n" for label, text in row.options.items())
    asked = f"Options:\n{options}Please select the correct answer from the options above. \n" if options else ""
    return f"{hint}Question: {row.question}\n{asked}"
