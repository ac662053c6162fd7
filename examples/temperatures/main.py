"""Mean, lowest and highest temperature of each month. Its ZIP has a top folder, as most ZIP programs make it."""

import collections
import csv
import sys

months = collections.defaultdict(list)
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        months[row["date"][:7]].append(float(row["celsius"]))

print("month    mean   low  high")
for month, values in sorted(months.items()):
    print(f"{month} {sum(values) / len(values):6.1f} {min(values):5.1f} {max(values):5.1f}")
