"""From packed answers to scores: persons, groups of persons, margins, levels, weights. Numbers only; no publishing."""
