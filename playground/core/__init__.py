"""What everything else stands on: the contract of experiments, settings, scenes, texts. No torch here."""
