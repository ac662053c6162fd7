"""Sums up sales by region and by product, and writes both as CSV."""

import collections
import csv
import decimal
import sys

by_region = collections.defaultdict(decimal.Decimal)
by_product = collections.defaultdict(decimal.Decimal)
rows = 0

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        amount = int(row["quantity"]) * decimal.Decimal(row["unit_price"])
        by_region[row["region"]] += amount
        by_product[row["product"]] += amount
        rows += 1


def write(name, head, sums):
    with open(name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([head, "revenue"])
        writer.writerows(sorted(sums.items(), key=lambda item: -item[1]))


write("by_region.csv", "region", by_region)
write("by_product.csv", "product", by_product)

print(f"{rows} sales, {sum(by_region.values())} in all")
for region, amount in sorted(by_region.items(), key=lambda item: -item[1]):
    print(f"{amount:12}  {region}")
