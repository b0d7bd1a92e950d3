"""The static edition: lessons and recorded trainings as a folder of plain files, for a browser alone."""
