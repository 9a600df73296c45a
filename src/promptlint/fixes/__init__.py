"""From finding to better prompt: generators make fixes, the engine encodes, proves, applies and writes them."""
