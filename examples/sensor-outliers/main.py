"""Finds readings far from their sensor's median, lists them, and draws all readings as a PNG."""

import collections
import csv
import statistics
import struct
import sys
import zlib

WIDTH, HEIGHT = 640, 240

readings = collections.defaultdict(list)
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        readings[row["sensor"]].append((int(row["minute"]), float(row["celsius"])))

outliers = []
for sensor, values in sorted(readings.items()):
    median = statistics.median(value for _, value in values)
    spread = statistics.median(abs(value - median) for _, value in values) or 0.1
    outliers += [(sensor, minute, value) for minute, value in values if abs(value - median) > 8 * spread]

with open("outliers.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["sensor", "minute", "celsius"])
    writer.writerows(outliers)

# A picture without any library: white paper, a grey dot a reading, a red square an outlier.
everything = [value for values in readings.values() for _, value in values]
low, high = min(everything), max(everything)
last = max(minute for values in readings.values() for minute, _ in values)
paper = [bytearray(b"\xff" * WIDTH * 3) for _ in range(HEIGHT)]


def dot(minute, value, color, size):
    x = int(minute / last * (WIDTH - 5)) + 2
    y = HEIGHT - 3 - int((value - low) / (high - low) * (HEIGHT - 6))
    for row in range(max(0, y - size), min(HEIGHT, y + size + 1)):
        for column in range(max(0, x - size), min(WIDTH, x + size + 1)):
            paper[row][column * 3 : column * 3 + 3] = color


for values in readings.values():
    for minute, value in values:
        dot(minute, value, b"\x90\x90\xa0", 0)
for _, minute, value in outliers:
    dot(minute, value, b"\xd0\x20\x20", 2)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


with open("readings.png", "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n")
    file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)))
    file.write(chunk(b"IDAT", zlib.compress(b"".join(b"\0" + bytes(row) for row in paper))))
    file.write(chunk(b"IEND", b""))

print(f"{len(everything)} readings of {len(readings)} sensors, {len(outliers)} outliers")
for sensor, minute, value in outliers:
    print(f"{sensor}  minute {minute:4d}  {value:6.1f} °C")
