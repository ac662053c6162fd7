"""Fails on purpose: its input lacks a column. A script's failure is a result too, with its stderr."""

import csv
import sys

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    reader = csv.DictReader(file)
    print(f"columns found: {', '.join(reader.fieldnames)}")
    if "price" not in reader.fieldnames:
        sys.exit("main.py: input.csv has no column 'price'; export it again with prices")
