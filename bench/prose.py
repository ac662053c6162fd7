#!/usr/bin/env python3
"""How long the sentences are: of each document, and of all Javadoc together.

    python3 bench/prose.py [-v] [FILE.md …]

Without files it measures every document of the project. Code blocks, tables and headings don't count; a sentence ends with a full stop, a question
mark or an exclamation mark. `-v` shows the long sentences. Ends with 1 if a document is over the limits; Javadoc is only measured.
"""

import argparse
import pathlib
import re
import sys

HOME = pathlib.Path(__file__).resolve().parents[1]
MEAN = 15
LONG = 30
SHARE = 6.0


def document_blocks(text):
    """Paragraphs and list items as one line each."""
    text = re.sub(r'^[ \t]*```.*?^[ \t]*```', '\n', text, flags=re.S | re.M)
    text = re.sub(r'!\[[^\]]*\]\([^)]*\)', '', text)
    text = re.sub(r'\[([^\]]*)\]\([^)]*\)', r'\1', text)
    blocks, lines = [], []
    for line in (raw.strip() for raw in text.split('\n')):
        item = re.match(r'(?:[*+-]|\d+\.)\s+(.*)', line)
        if item or not line or line[0] in '#|<':
            blocks.append(' '.join(lines))
            lines = [item.group(1)] if item else []
        else:
            lines.append(line)
    return blocks + [' '.join(lines)]


def javadoc_blocks(text):
    """What each Javadoc comment says, without its tags' names and its code."""
    for comment in re.findall(r'/\*\*(.*?)\*/', text, flags=re.S):
        comment = re.sub(r'^[ \t]*\*[ \t]?', '', comment, flags=re.M)
        comment = re.sub(r'<pre>.*?</pre>', '\n\n', comment, flags=re.S)
        comment = re.sub(r'\{@\w+\s+([^}]*)\}', '`code`', comment)
        comment = re.sub(r'^@(?:param|throws)\s+\S+|^@\w+', '\n\n', comment, flags=re.M)
        comment = re.sub(r'<[^>]+>', ' ', comment)
        yield from (' '.join(part.split()) for part in re.split(r'\n\s*\n', comment))


def sentences(block):
    block = re.sub(r'`[^`]*`', 'code', block).replace('…', '')
    for text in re.split(r'(?<=[.!?])["\')*]*\s+(?=\S)', block):
        words = re.findall(r"\w[\w'’./:-]*", text)
        if words:
            yield len(words), text


def measure(name, blocks, verbose):
    """Prints a line and returns whether it is within the limits."""
    found = [sentence for block in blocks for sentence in sentences(block)]
    count = max(1, len(found))
    long = [sentence for sentence in found if sentence[0] > LONG]
    mean, share = sum(words for words, _ in found) / count, 100 * len(long) / count
    print(f'{name}: {len(found)} sentences, {mean:.1f} words in the mean, {share:.1f} % over {LONG}')
    if verbose:
        for words, text in long:
            print(f'    {words}: {text}')
    return mean <= MEAN and share <= SHARE


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('-v', '--verbose', action='store_true', help='show the long sentences')
    parser.add_argument('files', nargs='*', type=pathlib.Path, help='documents to measure')
    given = parser.parse_args()
    # The bounds are for English; Portuguese needs more words for the same.
    documents = given.files or sorted(
        file for file in [*HOME.glob('*.md'), *HOME.glob('docs/**/*.md')] if 'pt-BR' not in str(file.relative_to(HOME)))
    over = []
    for file in documents:
        name = str(file.relative_to(HOME)) if file.is_relative_to(HOME) else str(file)
        if not measure(name, document_blocks(file.read_text(encoding='utf-8')), given.verbose):
            over.append(name)
    if not given.files:
        sources = sorted(HOME.glob('*/src/main/java/**/*.java'))
        blocks = (block for file in sources for block in javadoc_blocks(file.read_text(encoding='utf-8')))
        measure('Javadoc', blocks, given.verbose)
    if over:
        print(f'Over {MEAN} words in the mean or {SHARE:.0f} % long sentences: {", ".join(over)}', file=sys.stderr)
    return 1 if over else 0


if __name__ == '__main__':
    sys.exit(main())
