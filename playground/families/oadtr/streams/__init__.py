"""What is shown of streams of frames with labels."""
