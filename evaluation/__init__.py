"""How well detection does: precision and recall on generated and labelled content, beside stock Presidio in the same run."""
