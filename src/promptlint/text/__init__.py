"""Places in text: spans, lines and the map between a prompt and its files. Imports nothing of ours."""
