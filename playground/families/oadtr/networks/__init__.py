"""The networks: OadTR and its rivals, all of which read a window of frames and say what the last one shows."""
