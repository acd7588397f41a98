"""Things like those of a category, but not wanted in it: the guide shows them, no library holds them. In metres."""

from meshes.builtin.outlines import arc, curve, ellipse
from meshes.builtin.shapes import bar, cylinder, lathe, sweep, torus
from meshes.builtin.solid import Solid, assemble


def forearm_crutch() -> Solid:
    """One tube, a hand grip that sticks out to the front, and a cuff for the forearm."""
    leg = bar((0, 0, 0.03), (0, 0, 0.74), 0.013, sides=18)
    upper = bar((0, 0, 0.72), (0, 0.07, 0.96), 0.013, sides=18)
    collar = cylinder(0.019, 0.05, segments=20, bevel=0.004).moved(z=0.44)
    grip = bar((0, 0.02, 0.735), (0, -0.125, 0.755), 0.018, 0.021, sides=18)
    around = arc(0.055, -150, 150, 24, (0.0, 0.0))
    path = [(x, 0.02 - y, 0.965) for y, x in around]
    cuff = sweep(path, ellipse(0.005, 0.032, 14), up=(0, 0, 1))
    foot = lathe([(0, 0), (0.03, 0), (0.031, 0.015), (0.02, 0.055), (0, 0.055)], segments=20)
    return assemble(assemble(leg, upper).painted("silver"), assemble(collar, grip, cuff, foot).painted("black"))


def speed_bag() -> Solid:
    """A small pear on a swivel below a round board."""
    side = curve([(0.004, 0.0), (0.075, 0.02), (0.105, 0.09), (0.085, 0.19), (0.035, 0.27), (0.02, 0.29)], 6)
    pear = lathe([(0.0, 0.0), *side, (0.0, 0.30)], segments=40)
    board = cylinder(0.3, 0.03, segments=56, bevel=0.006).moved(z=0.37)
    rod = cylinder(0.012, 0.08, segments=14).moved(z=0.325)
    ring = torus(0.3, 0.012, segments=56, sides=8).moved(z=0.355)
    return assemble(pear.painted("leather"), assemble(board, ring).painted("wood"), rod.painted("chrome"))


def standing_bag() -> Solid:
    """A bag on a post, with a heavy foot on the floor."""
    foot = lathe([(0, 0), (0.30, 0), (0.31, 0.03), (0.28, 0.22), (0.10, 0.34), (0, 0.34)], segments=48)
    post = cylinder(0.05, 0.4, segments=24).moved(z=0.48)
    bag = lathe([(0, 0.62), (0.14, 0.62), (0.165, 0.66), (0.165, 1.52), (0.14, 1.58), (0, 1.60)], segments=48)
    return assemble(foot.painted("dark"), post.painted("metal"), bag.painted("leather"))
