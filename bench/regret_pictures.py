"""Draws the curves that bench_regret measured: one picture an algorithm, and one that compares all of them.

    regret_pictures.py CURVES DIRECTORY

A curve is shown as a share of what random slates lose in the same world by the end. Colours are Okabe and Ito's, which
people who see few colours can tell apart; lines differ in their dashes too.
"""
import json
import pathlib
import sys
from html import escape

BLUE, ORANGE, GREY, INK, PALE = "#0072B2", "#D55E00", "#777777", "#222222", "#DDDDDD"
WORLDS = ("stationary", "drifting", "sparse")
RANDOM, BEST_FOR_ALL, YARDSTICK = "random slates", "best for all", "binaryThompson"
WIDTH, PANEL, PANEL_HEIGHT, LEFT, GAP, TOP = 900, 250, 190, 62, 26, 74


def read(path):
    """curves[world][name]: mean, low and high in percent, one entry a point, and how many decisions."""
    curves = {}
    for line in path.read_text().splitlines():
        one = json.loads(line)
        curves.setdefault(one["world"], {})[one["algorithm"]] = one
    return curves


class Drawing:
    def __init__(self, height, title, description):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'role="img" font-family="DejaVu Sans, Verdana, Arial, sans-serif" font-size="12" fill="{INK}">',
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>",
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>']

    def text(self, x, y, text, anchor="start", size=12, weight="normal", turn=None):
        turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
                          f'font-weight="{weight}"{turned}>{escape(text)}</text>')

    def line(self, x0, y0, x1, y1, colour=PALE, width=1.0, dash=""):
        self.path([(x0, y0), (x1, y1)], colour, width, dash)

    def path(self, points, colour, width=2.0, dash=""):
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self.parts.append(f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>')

    def band(self, low, high, colour):
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in low + high[::-1]) + "Z"
        self.parts.append(f'<path d="{d}" fill="{colour}" fill-opacity="0.18" stroke="none"/>')

    def dot(self, x, y, colour):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')

    def save(self, path):
        path.write_text("\n".join(self.parts + ["</svg>", ""]))


class Panel:
    """One world: decisions to the right, percent of random slates' regret upward."""

    def __init__(self, drawing, index, decisions, most, title):
        self.drawing, self.decisions, self.most = drawing, decisions, most
        self.left, self.bottom = LEFT + index * (PANEL + GAP), TOP + PANEL_HEIGHT
        drawing.text(self.left, TOP - 10, title, weight="bold")
        for percent in range(0, int(most) + 1, 25):
            drawing.line(self.left, self.y(percent), self.left + PANEL, self.y(percent))
            if index == 0:
                drawing.text(self.left - 6, self.y(percent) + 4, f"{percent} %", "end", 11)
        for share in (0, 0.5, 1):
            at = decisions * share
            anchor = {0: "start", 0.5: "middle", 1: "end"}[share]
            drawing.text(self.x(at), self.bottom + 16, f"{at:,.0f}".replace(",", " "), anchor, 11)
            drawing.line(self.x(at), self.bottom, self.x(at), self.bottom + 4, INK)
        drawing.line(self.left, self.bottom, self.left + PANEL, self.bottom, INK)

    def x(self, decision):
        return self.left + PANEL * decision / self.decisions

    def y(self, percent):
        return self.bottom - PANEL_HEIGHT * min(percent, self.most) / self.most

    def points(self, values):
        values = values[1::2]  # as many as can be seen
        step = self.decisions / len(values)
        return [(self.x(0), self.y(0))] + [(self.x(step * (i + 1)), self.y(v)) for i, v in enumerate(values)]

    def curve(self, one, colour, dash="", width=2.0, band=False):
        if band:
            self.drawing.band(self.points(one["low"]), self.points(one["high"]), colour)
        self.drawing.path(self.points(one["mean"]), colour, width, dash)


def legend(drawing, entries):
    x = LEFT
    for label, colour, dash, width in entries:
        drawing.line(x, 38, x + 28, 38, colour, width, dash)
        drawing.text(x + 34, 42, label)
        x += 34 + 7.1 * len(label) + 22


REFERENCES = [(RANDOM, GREY, "2 3", 1.5), ("best slate that ignores the customer", GREY, "8 4", 1.5)]


def draw_algorithm(curves, name, path):
    seeds = curves[WORLDS[0]][name]["seeds"]
    drawing = Drawing(TOP + PANEL_HEIGHT + 44, f"Regret of {name}",
                      "Expected acceptances lost against the best slate for each customer, in three simulated worlds")
    drawing.text(LEFT, 18, f"Regret of {name}, mean and range of {seeds} seeds", size=14, weight="bold")
    others = [] if name == YARDSTICK else [(YARDSTICK, ORANGE, "7 3 2 3", 1.8)]
    legend(drawing, [(name, BLUE, "", 2.5)] + others + REFERENCES)
    for index, world in enumerate(WORLDS):
        here = curves[world]
        panel = Panel(drawing, index, here[name]["decisions"], 125, world)
        panel.curve(here[RANDOM], GREY, "2 3", 1.5)
        panel.curve(here[BEST_FOR_ALL], GREY, "8 4", 1.5)
        if others:
            panel.curve(here[YARDSTICK], ORANGE, "7 3 2 3", 1.8)
        panel.curve(here[name], BLUE, "", 2.5, band=True)
    drawing.text(16, TOP + PANEL_HEIGHT / 2, "of what random slates lose", "middle", 11, turn=-90)
    drawing.text(LEFT + 1.5 * PANEL + GAP, TOP + PANEL_HEIGHT + 36, "decisions", "middle", 11)
    drawing.save(path)


def draw_overview(curves, names, path):
    """A row an algorithm, a column a world: the regret at the end with its range."""
    row, left, gap = 26, 190, 34
    column = (WIDTH - left - 20 - 2 * gap) / 3
    bottom = TOP + row * len(names)
    seeds = curves[WORLDS[0]][names[0]]["seeds"]
    drawing = Drawing(bottom + 48, "Regret of all algorithms",
                      "Expected acceptances lost by the end against the best slate for each customer")
    drawing.text(16, 18, f"Regret at the end, mean and range of {seeds} seeds; less is better", size=14, weight="bold")
    drawing.line(16, 38, 44, 38, GREY, 1.5, "8 4")
    drawing.text(50, 42, "best slate that ignores the customer")
    names = sorted(names, key=lambda n: sum(curves[w][n]["mean"][-1] for w in WORLDS))
    for index, world in enumerate(WORLDS):
        start, here = left + index * (column + gap), curves[world]
        at = lambda percent: start + column * min(percent, 125) / 125
        drawing.text(start, TOP - 14, world, weight="bold")
        for percent in range(0, 126, 25):
            drawing.line(at(percent), TOP, at(percent), bottom, INK if percent == 0 else PALE)
            drawing.text(at(percent), bottom + 16, f"{percent}", "middle", 11)
        best = here[BEST_FOR_ALL]["mean"][-1]
        drawing.line(at(best), TOP, at(best), bottom, GREY, 1.5, "8 4")
        for i, name in enumerate(names):
            y, one = TOP + row * (i + 0.5), here[name]
            drawing.line(at(one["low"][-1]), y, at(one["high"][-1]), y, BLUE, 2)
            drawing.dot(at(one["mean"][-1]), y, BLUE)
    for i, name in enumerate(names):
        drawing.text(left - 12, TOP + row * (i + 0.5) + 4, name, "end")
    drawing.text(left + (WIDTH - left - 20) / 2, bottom + 38, "percent of what random slates lose", "middle", 11)
    drawing.save(path)


def main(curves_file, directory):
    curves, directory = read(pathlib.Path(curves_file)), pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    names = [name for name in curves[WORLDS[0]] if name not in (RANDOM, BEST_FOR_ALL)]
    for name in names:
        draw_algorithm(curves, name, directory / f"regret-{name}.svg")
    draw_overview(curves, names, directory / "regret.svg")


if __name__ == "__main__":
    main(*sys.argv[1:])
