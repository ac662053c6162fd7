#!/usr/bin/env python3
"""The figures of ARCHITECTURE.md's table: what the programs' source looks like, now or at some commit.

    python3 bench/house.py [COMMIT …]

Counts `src/main` of the programs' modules by their text: imports, declarations, lines. Without a commit it counts the files as they lie there.
"""

import io
import pathlib
import re
import subprocess
import sys
import tarfile

HOME = pathlib.Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True
import prose  # noqa: E402 (beside this file)

MODULES = ('protocol', 'group', 'master', 'worker', 'console')
ROOT = 'org.mutirao.master'
# Each with the last part of its package's name, now and before.
SIDES = {'the channel': 'channel', 'the ranks': 'registry|reference', 'the clocks': 'clock', 'the chat': 'chat', 'ZeroMQ': 'zmq',
         'the ring': 'ring', 'the journal': 'journal'}


def is_source(path):
    parts = pathlib.PurePosixPath(path).parts
    return path.endswith('.java') and parts[0] in MODULES and parts[1:3] == ('src', 'main')


def is_document(path):
    return path.endswith('.md') and 'pt-BR' not in path and path.count('/') == path.startswith('docs/')


def texts(commit):
    """Each source file and each document by its path."""
    if not commit:
        places = [*HOME.glob('*.md'), *HOME.glob('docs/*.md'), *(HOME / module for module in MODULES)]
        files = (file for place in places for file in ([place] if place.is_file() else place.rglob('src/main/**/*.java')))
        return {file.relative_to(HOME).as_posix(): file.read_text('utf-8') for file in files}
    archive = subprocess.run(['git', 'archive', commit], cwd=HOME, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {each.name: tar.extractfile(each).read().decode('utf-8')
                for each in tar if is_source(each.name) or is_document(each.name)}


def package(text):
    return re.search(r'^package ([\w.]+);', text, re.M).group(1)


def imports(text):
    """Of ours, each with the package that it is in."""
    for name in re.findall(r'^import (?:static )?(org\.mutirao\.[\w.]+);', text, re.M):
        yield re.match(r'[a-z0-9_.]+(?=\.[A-Z])', name).group(0)


def cyclic(arrows):
    """The packages from which arrows lead back to themselves."""
    after = {}
    for start, end in arrows:
        after.setdefault(start, set()).add(end)

    def reaches(start):
        seen, ahead = set(), [start]
        while ahead:
            for end in after.get(ahead.pop(), ()):
                if end not in seen:
                    seen.add(end)
                    ahead.append(end)
        return start in seen

    return sorted(each for each in after if reaches(each))


def parameters(text, begin):
    """How many there are between a bracket and its other one."""
    text = re.sub(r'@\w+(\([^)]*\))?\s', '', text[begin:begin + 4000])
    depth, count, some = 0, 1, False
    for letter in text:
        depth += (letter in '(<[{') - (letter in ')>]}')
        if depth == 0:
            return count if some else 0
        some = some or not (letter.isspace() or letter == '(')
        count += letter == ',' and depth == 1
    return 0


def most_arguments(text):
    names = set(re.findall(r'\b(?:class|enum) (\w+)', text))
    return max((parameters(text, made.end() - 1) for name in names
                for made in re.finditer(rf'^ +(?:public |protected |private )?{name}\(', text, re.M)), default=0)


def most_components(text):
    """Of a record that is built by position, so in a file without a builder."""
    return 0 if 'Builder' in text else max((parameters(text, made.end() - 1) for made in re.finditer(r'\brecord \w+(?:<[^(]*>)?\(', text)), default=0)


def sentences(name, blocks):
    found = [words for block in blocks for words, _ in prose.sentences(block)]
    print(f'  {name}: {sum(found) / len(found):.1f} words in the mean,'
          f' {100 * sum(words > prose.LONG for words in found) / len(found):.1f} % of the sentences over {prose.LONG}')


def measure(commit):
    given = texts(commit)
    sources = {path: text for path, text in given.items() if is_source(path)}
    files = {path: re.sub(r'/\*.*?\*/', lambda gone: '\n' * gone.group().count('\n'), text, flags=re.S)
             for path, text in sources.items()}
    arrows = {(package(text), to) for text in files.values() for to in imports(text)}
    arrows = {(start, end) for start, end in arrows if start != end}
    root = [text for text in files.values() if package(text) == ROOT]
    lines = {path: text.count('\n') for path, text in files.items()}
    longest = sorted(lines, key=lines.get)[-1]
    largest = max(files, key=lambda path: most_arguments(files[path]))
    widest = max(files, key=lambda path: most_components(files[path]))
    print(commit or 'as it lies there')
    print(f'  root of master: {len(root)} files, {sum(len(list(imports(text))) for text in root)} imports of ours,'
          f' {len({end for start, end in arrows if start == ROOT})} arrows')
    print(f'  arrows between packages: {len(arrows)}; in cycles: {", ".join(cyclic(arrows)) or "none"}')
    print(f'  longest file: {pathlib.PurePosixPath(longest).name}, {lines[longest]} lines')
    print(f'  most arguments: {most_arguments(files[largest])}, {pathlib.PurePosixPath(largest).name};'
          f' of a record built by position: {most_components(files[widest])}, {pathlib.PurePosixPath(widest).name}')
    print(f'  instanceof: {sum(len(re.findall(" instanceof ", text)) for text in files.values())}')
    for side, names in SIDES.items():
        room = re.compile(rf'{re.escape(ROOT)}\.(?:.*\.)?(?:{names})(?:\.|$)')
        counts = [sum(bool(room.match(to)) for to in imports(text)) for text in files.values() if not room.match(package(text))]
        print(f'  imports of {side} elsewhere: {sum(counts)} in {sum(count > 0 for count in counts)} files')
    print(f'  lines: {sum(lines.values())} in {len(files)} files')
    sentences('documents', (block for path, text in given.items() if is_document(path) for block in prose.document_blocks(text)))
    sentences('Javadoc', (block for text in sources.values() for block in prose.javadoc_blocks(text)))


if __name__ == '__main__':
    for each in sys.argv[1:] or [None]:
        measure(each)
