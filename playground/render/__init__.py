"""Renderers of scenes: Plotly figures (what does not move), Pillow pictures (thumbnails, PNG, GIF)."""
