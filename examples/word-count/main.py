"""Counts the words of a text that stands in a CSV, one sentence a row."""

import collections
import csv
import re
import sys

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    sentences = [row["sentence"] for row in csv.DictReader(file)]

words = collections.Counter(
    word for sentence in sentences for word in re.findall(r"[a-z']+", sentence.lower())
)

with open("words.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["word", "count"])
    writer.writerows(sorted(words.items(), key=lambda item: (-item[1], item[0])))

print(f"{len(sentences)} sentences, {sum(words.values())} words, {len(words)} different ones")
for word, count in words.most_common(10):
    print(f"{count:4d}  {word}")
