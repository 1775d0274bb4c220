"""How good the answers are: buyers of `tests/evals` talk with a whole assistant, and what came of it is counted."""
