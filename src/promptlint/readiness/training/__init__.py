"""Training data: read as a stream, judged row by row, then by groups of equal input, in bounded memory."""
