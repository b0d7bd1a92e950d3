"""The small laboratories under the stage, one file for each: its dials, and what is drawn of the model's answer."""
