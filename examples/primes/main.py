"""Counts the primes in each row's range with a sieve."""

import csv
import sys


def primes_below(limit):
    sieve = bytearray([1]) * limit
    sieve[0:2] = b"\0\0"
    for number in range(2, int(limit**0.5) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(range(number * number, limit, number)))
    return sieve


with open(sys.argv[1], encoding="utf-8", newline="") as file:
    ranges = [(int(row["from"]), int(row["to"])) for row in csv.DictReader(file)]

sieve = primes_below(max(end for _, end in ranges) + 1)
with open("primes.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["from", "to", "primes"])
    for start, end in ranges:
        count = sum(sieve[start : end + 1])
        writer.writerow([start, end, count])
        print(f"{start:9d} to {end:9d}: {count:6d} primes")
