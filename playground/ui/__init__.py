"""What the pages share: language, settings as widgets, the link, the frame of a lesson."""
