"""Faces for the people of the sample, drawn: none is anybody's."""

import io
from random import Random

from PIL import Image, ImageDraw

SIDE = 640
GROUNDS = ["#e3b7a8", "#b9cdc4", "#c9c2e0", "#e7d3a1"]
SKINS = ["#f0cfb8", "#c99a77", "#8d5f43", "#e2b596"]
HAIRS = ["#2f2622", "#6b4226", "#b98b4e", "#8b8b8b"]
CLOTHES = ["#b4432f", "#2f5d62", "#41436a", "#5b7a3d"]


def portrait(name: str) -> io.BytesIO:
    """Give the PNG of a face; the same for the same name."""
    die = Random(name)  # noqa: S311 - a drawing
    picture = Image.new("RGB", (SIDE, SIDE), die.choice(GROUNDS))
    pen = ImageDraw.Draw(picture)
    skin, hair = die.choice(SKINS), die.choice(HAIRS)
    long_hair = die.random() < 0.5
    pen.ellipse((180, 120, 460, 430 + 90 * long_hair), hair)
    pen.ellipse((90, 470, 550, 900), die.choice(CLOTHES))
    pen.rounded_rectangle((270, 380, 370, 530), 40, skin)
    pen.ellipse((205, 160, 435, 460), skin)
    pen.pieslice((192, 110, 448, 370), 180, 360, hair)
    for left in (262, 362):
        pen.ellipse((left, 300, left + 22, 326), "#1f2430")
    pen.arc((270, 340, 370, 410), 25, 155, "#1f2430", 7)
    out = io.BytesIO()
    picture.save(out, "PNG")
    out.seek(0)
    return out
