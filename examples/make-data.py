"""Makes the examples' input.csv files. Always the same ones, since the seed is fixed; run it after a change only."""

import csv
import datetime
import math
import pathlib
import random

HERE = pathlib.Path(__file__).parent

# Abraham Lincoln at Gettysburg, 19 November 1863; in the public domain.
ADDRESS = """Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, and dedicated to the proposition that all men are created equal.
Now we are engaged in a great civil war, testing whether that nation, or any nation so conceived and so dedicated, can long endure.
We are met on a great battle-field of that war.
We have come to dedicate a portion of that field, as a final resting place for those who here gave their lives that that nation might live.
It is altogether fitting and proper that we should do this.
But, in a larger sense, we can not dedicate - we can not consecrate - we can not hallow - this ground.
The brave men, living and dead, who struggled here, have consecrated it, far above our poor power to add or detract.
The world will little note, nor long remember what we say here, but it can never forget what they did here.
It is for us the living, rather, to be dedicated here to the unfinished work which they who fought here have thus far so nobly advanced.
It is rather for us to be here dedicated to the great task remaining before us - that from these honored dead we take increased devotion to that cause for which they gave the last full measure of devotion - that we here highly resolve that these dead shall not have died in vain - that this nation, under God, shall have a new birth of freedom - and that government of the people, by the people, for the people, shall not perish from the earth."""


def write(example, head, rows):
    with open(HERE / example / "input.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def sales(rng):
    products = {"notebook": 12.5, "pencil": 1.2, "backpack": 89.9, "ruler": 3.4, "marker": 4.75}
    for number in range(1, 601):
        product = rng.choice(list(products))
        price = products[product] * rng.uniform(0.9, 1.1)
        yield number, rng.choice(["Norte", "Nordeste", "Centro-Oeste", "Sudeste", "Sul"]), product, rng.randint(1, 40), f"{price:.2f}"


def sensors(rng):
    for minute in range(0, 720, 2):
        for sensor in ("roof", "cellar", "oven"):
            base = {"roof": 18, "cellar": 12, "oven": 61}[sensor]
            value = base + 2 * math.sin(minute / 115) + rng.gauss(0, 0.4)
            if rng.random() < 0.008:
                value += rng.choice([-25, 30])
            yield sensor, minute, f"{value:.1f}"


def temperatures(rng):
    day = datetime.date(2025, 1, 1)
    for number in range(365):
        value = 21 + 6 * math.cos(number / 365 * 2 * math.pi) + rng.gauss(0, 2)
        yield (day + datetime.timedelta(days=number)).isoformat(), f"{value:.1f}"


rng = random.Random(2025)
write("word-count", ["sentence"], [[line] for line in ADDRESS.splitlines()])
write("sales-report", ["number", "region", "product", "quantity", "unit_price"], sales(rng))
write("monte-carlo", ["seed", "darts"], [[seed, 100_000] for seed in range(1, 9)])
write("primes", ["from", "to"], [[start + 1, start + 100_000] for start in range(0, 1_000_000, 100_000)])
write("sensor-outliers", ["sensor", "minute", "celsius"], sensors(rng))
write("temperatures", ["date", "celsius"], temperatures(rng))
write("missing-column", ["number", "product", "quantity"], [[n, p, q] for n, p, q in ((1, "pencil", 3), (2, "ruler", 1))])
