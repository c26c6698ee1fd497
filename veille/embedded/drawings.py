"""The pictures of the sample, drawn by the machine that shows them: no binary file in the project.

All are drawn twice as large as they come out, which smooths every edge. The built-in font knows no
accented letter, so the words in them have none.
"""

import io
import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SCALE = 2
WIDTH = 1200
PAPER, INK, SOFT, RULE, ACCENT, PALE = "#fbf8f3", "#1f2430", "#6b6f79", "#e6dfd3", "#b4432f", "#e3b7a8"


def draw(name: str) -> io.BytesIO:
    """Give the PNG of that name. Raises `KeyError`."""
    picture = DRAWINGS[name]()
    picture = picture.resize((picture.width // SCALE, picture.height // SCALE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    picture.save(file, "PNG")
    file.seek(0)
    return file


class _Chart:
    """A sheet with margins, a value axis from 0 to `top` and a line for each `step`."""

    left, right, over, under = 130, 60, 110, 110

    def __init__(self, *, height: int, top: float, step: float, unit: str) -> None:
        self.height, self.top = height, top
        self.picture = Image.new("RGB", (WIDTH * SCALE, height * SCALE), PAPER)
        self.pen = ImageDraw.Draw(self.picture)
        for number in range(int(top / step) + 1):
            value = number * step
            y = self.y(value)
            self.line([(self.left, y), (WIDTH - self.right, y)], RULE if number else SOFT, 2)
            self.word(f"{value:g}", (self.left - 24, y), 26, SOFT, "rm")
        self.word(unit, (self.left - 24, 44), 26, SOFT, "lm")

    def y(self, value: float) -> float:
        room = self.height - self.over - self.under
        return self.over + room * (1 - value / self.top)

    def line(self, points: list[tuple[float, float]], colour: str, width: int) -> None:
        self.pen.line([_scaled(point) for point in points], colour, width * SCALE, joint="curve")

    def word(self, text: str, at: tuple[float, float], size: int, colour: str, anchor: str) -> None:
        self.pen.text(_scaled(at), text, colour, ImageFont.load_default(size * SCALE), anchor=anchor)

    def bar(self, x: float, width: float, value: float, colour: str) -> None:
        box = (*_scaled((x, self.y(value))), *_scaled((x + width, self.y(0))))
        self.pen.rounded_rectangle(box, 8 * SCALE, colour, corners=(True, True, False, False))
        self.word(f"{value:g}", (x + width / 2, self.y(value) - 20), 26, INK, "mm")

    def dot(self, at: tuple[float, float], radius: float, colour: str) -> None:
        self.pen.circle(_scaled(at), radius * SCALE, colour)


def threads() -> Image.Image:
    """How long a computation takes with and without Python's global lock, by number of threads."""
    chart = _Chart(height=640, top=50, step=10, unit="secondes")
    for place, (count, locked, free) in enumerate([(1, 41, 46), (2, 40, 24), (4, 41, 13), (8, 40, 8)]):
        x = 200 + place * 245
        chart.bar(x, 86, locked, PALE)
        chart.bar(x + 94, 86, free, ACCENT)
        chart.word(f"{count} fil" + "s" * (count > 1), (x + 90, chart.y(0) + 38), 28, INK, "mm")
    for x, colour, label in ((760, PALE, "avec GIL"), (960, ACCENT, "sans GIL")):
        chart.dot((x, 44), 13, colour)
        chart.word(label, (x + 26, 44), 28, INK, "lm")
    return chart.picture


def weight() -> Image.Image:
    """The weight of a page, week by week."""
    chart = _Chart(height=600, top=4, step=1, unit="Mo")
    values = [3.4, 2.5, 2.1, 1.7, 1.4, 0.9, 0.7, 0.55, 0.5]
    points = [(180 + week * 115.0, chart.y(value)) for week, value in enumerate(values)]
    ground = [_scaled(point) for point in [(points[0][0], chart.y(0)), *points, (points[-1][0], chart.y(0))]]
    chart.pen.polygon(ground, "#f6e6df")
    chart.line([(chart.left, chart.y(0)), (WIDTH - chart.right, chart.y(0))], SOFT, 2)
    chart.line(points, ACCENT, 6)
    for week, (point, value) in enumerate(zip(points, values, strict=True)):
        chart.dot(point, 11, ACCENT)
        chart.dot(point, 5, PAPER)
        if week in (0, len(values) - 1):
            chart.word(f"{value:g} Mo".replace(".", ","), (point[0] + 6, point[1] - 40), 34, INK, "mm")
        chart.word("avant" if week == 0 else f"S{week}", (point[0], chart.y(0) + 38), 26, SOFT, "mm")
    return chart.picture


def lighthouse() -> Image.Image:
    """A lighthouse over a calm sea at nightfall."""
    width, height, horizon = WIDTH * SCALE, 600 * SCALE, 430 * SCALE
    lamp = (860 * SCALE, 176 * SCALE)
    night = _gradient(width, height, "#1c2340", "#e08a6d", until=horizon)
    pen = ImageDraw.Draw(night)
    chance = Random(12)  # noqa: S311 - stars
    for _star in range(90):
        x, y = chance.randrange(width), int(chance.random() ** 1.6 * horizon * 0.8)
        radius = chance.choice([1.0, 1.5, 2.5]) * SCALE / 2
        pen.circle((x, y), radius, "#f3e9dc")
    pen.circle(_scaled((230, 70)), 40 * SCALE, "#f6ecd6")
    pen.circle(_scaled((252, 60)), 37 * SCALE, "#1d2341")
    pen.rectangle((0, horizon, width, height), "#26304f")

    beam = Image.new("L", night.size)
    for end in ((-200, 110), (-200, 380)), ((1500, 120), (1500, 270)):
        ImageDraw.Draw(beam).polygon([lamp, *(_scaled(point) for point in end)], 120)
    night.paste("#ffe9b8", mask=beam.filter(ImageFilter.GaussianBlur(14 * SCALE)))

    for row in range(1, 13):
        y, half = horizon + int(row**1.45 * 4.4 * SCALE), (330 - row * 16) * SCALE
        for _glint in range(7):
            x = lamp[0] + chance.randint(-half, half)
            pen.line(
                (x, y, x + chance.randint(30, 120) * SCALE, y), "#e9b78f" if row % 3 else "#5a6488", SCALE * 2
            )
    pen.chord(_box(620, 396, 1140, 528), 180, 360, "#171c30")
    pen.chord(_box(740, 378, 990, 500), 180, 360, "#171c30")

    tower = [(826, 412), (838, 214), (882, 214), (894, 412)]
    pen.polygon([_scaled(point) for point in tower], "#f6efe4")
    for share in (0.14, 0.5, 0.84):
        upper, lower = 214 + 198 * share, 214 + 198 * (share + 0.13)
        edges = [_edge(tower, y) for y in (upper, lower)]
        (a, b), (c, d) = edges
        pen.polygon([_scaled(p) for p in ((a, upper), (b, upper), (d, lower), (c, lower))], ACCENT)
    pen.rectangle(_box(828, 202, 892, 216), INK)
    pen.rounded_rectangle(_box(840, 154, 880, 202), 6 * SCALE, "#ffe3a1")
    pen.line([_scaled((860, 154)), _scaled((860, 202))], INK, 3 * SCALE)
    pen.polygon([_scaled(p) for p in ((832, 156), (860, 124), (888, 156))], ACCENT)
    pen.circle(_scaled((860, 121)), 5 * SCALE, ACCENT)
    glow = Image.new("L", night.size)
    ImageDraw.Draw(glow).circle(lamp, 46 * SCALE, 190)
    night.paste("#fff3cf", mask=glow.filter(ImageFilter.GaussianBlur(20 * SCALE)))
    return night


def _gradient(width: int, height: int, top: str, bottom: str, *, until: int) -> Image.Image:
    """Night above, dusk at the horizon."""
    share = Image.new("L", (1, height))
    for y in range(height):
        share.putpixel((0, y), round(255 * math.pow(min(y / until, 1), 2.2)))
    sheet = Image.new("RGB", (width, height), top)
    sheet.paste(bottom, mask=share.resize((width, height)))
    return sheet


def _edge(tower: list[tuple[int, int]], y: float) -> tuple[float, float]:
    """Where the tower's left and right sides are at a height."""
    (left, bottom), (left_top, top), (right_top, _top), (right, _bottom) = tower
    share = (y - top) / (bottom - top)
    return left_top + (left - left_top) * share, right_top + (right - right_top) * share


def _scaled(point: tuple[float, float]) -> tuple[float, float]:
    return point[0] * SCALE, point[1] * SCALE


def _box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    return (*_scaled((left, top)), *_scaled((right, bottom)))


DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    "phare.png": lighthouse,
    "fils.png": threads,
    "poids.png": weight,
}
