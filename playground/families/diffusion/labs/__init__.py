"""The small laboratories, one to a file: what can be set, and what is drawn of the answer. No torch here; the
answers are computed in `answers`, in files of the same names."""
