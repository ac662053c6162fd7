"""Estimates pi by throwing darts, once for each row's seed."""

import csv
import math
import random
import sys

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    runs = [(int(row["seed"]), int(row["darts"])) for row in csv.DictReader(file)]

estimates = []
for seed, darts in runs:
    rng = random.Random(seed)
    hits = sum(rng.random() ** 2 + rng.random() ** 2 <= 1 for _ in range(darts))
    estimates.append(4 * hits / darts)
    print(f"seed {seed:5d}: {estimates[-1]:.5f}")

mean = sum(estimates) / len(estimates)
print(f"mean of {len(estimates)} runs: {mean:.5f}, off by {abs(mean - math.pi):.5f}")
