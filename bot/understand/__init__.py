"""Understanding what a client wrote without a language model: pure functions of the text."""
