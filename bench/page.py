"""Writes what was measured: a table for the terminal, docs/performance.md, and a plot in SVG."""

import datetime
import os
import platform
import statistics
from xml.sax.saxutils import escape

from rows import OURS


def figure(value):
    return f'{value:.0f}' if value >= 100 else f'{value:.1f}' if value >= 10 else f'{value:.2f}'


def spread(values):
    return f'{figure(statistics.median(values))} ({figure(min(values))} to {figure(max(values))})'


def of(row):
    """The ratio that the goal speaks of, or nothing."""
    return f'{row.ratio(row.peer):.2f}' if row.peer in row.figures else ''


def verdict(row):
    return 'yes' if row.reached() else 'no'


def terminal(rows):
    lines = []
    for row in rows:
        lines.append(f'{row.title} [{row.unit}], goal: {row.goal()}')
        for name, values in row.figures.items():
            ratio = '' if name == OURS else f'   {OURS} is {row.ratio(name):.2f} of it' if name in row.figures else ''
            lines.append(f'  {name:14} {spread(values):>28}{ratio}')
        lines.append(f'  reached: {verdict(row)}')
    return '\n'.join(lines)


def noise(rows):
    """The widest spread of a contestant's own rounds, as a share of its median."""
    spreads = [(max(v) - min(v)) / statistics.median(v) for row in rows for v in row.figures.values() if len(v) > 1]
    return max(spreads, default=0)


def markdown(rows, left_out, command, rounds, notes):
    cores = os.cpu_count()
    lines = [
        '# Performance', '',
        f'`{command}` wrote this page on {datetime.date.today()}, on {cores} cores ({platform.system()}, {platform.machine()}). All contestants ran in turns,',
        f'{rounds} rounds each after one that is not counted. Figures are medians, with the range in brackets. A ratio is the median of the',
        "rounds' ratios, as the speed of a machine drifts.", '',
        f'Noise: the figures of one contestant differed by up to {noise(rows):.0%} of their median.', '',
        '![Rates of all contestants](performance.svg)', '',
        '| measure | ours | ratio | best peer | goal | reached |', '|---|---|---|---|---|---|']
    for row in rows:
        best = row.best_peer()
        peer = f'{best} {spread(row.figures[best])}' if best else ''
        lines.append(f'| {row.title} [{row.unit}] | {spread(row.figures[OURS])} | {of(row)} | {peer} | {row.goal()} | {verdict(row)} |')
    lines += ['', '## Everybody', '', '| measure | contestant | figure | ours to it |', '|---|---|---|---|']
    for row in rows:
        for name, values in row.figures.items():
            if name != OURS:
                lines.append(f'| {row.title} [{row.unit}] | {name} | {spread(values)} | {row.ratio(name):.2f} |')
    if left_out:
        lines += ['', '## Left out', ''] + [f'* {each}' for each in left_out]
    return '\n'.join(lines) + '\n\n' + notes


def svg(rows):
    """Bars for each row that has somebody to compare with; ours is the dark one."""
    width, bar, gap, left = 720, 18, 34, 180
    parts, y = [], 10
    for row in (each for each in rows if len(each.figures) > 1):
        most = max(statistics.median(v) for v in row.figures.values())
        better = '' if row.higher_is_better else ', less is better'
        parts.append(f'<text x="10" y="{y + 14}" font-weight="bold">{escape(row.title)} ({escape(row.unit)}{better})</text>')
        y += 24
        for name, values in sorted(row.figures.items(), key=lambda each: statistics.median(each[1]), reverse=row.higher_is_better):
            middle = statistics.median(values)
            length = (width - left - 90) * middle / most
            colour = '#1f6f54' if name == OURS else '#b9c4bf'
            parts.append(f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{escape(name)}</text>'
                         f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{bar - 3}" fill="{colour}"/>'
                         f'<text x="{left + length + 6:.1f}" y="{y + 13}">{figure(middle)}</text>')
            y += bar
        y += gap - bar
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" height="{y}" role="img" '
            f'aria-label="What was measured, ours beside its peers" font-family="sans-serif" font-size="13">'
            f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n')
