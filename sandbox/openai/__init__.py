"""The simulated OpenAI: chat completions, responses, embeddings, transcriptions and the list of models."""
