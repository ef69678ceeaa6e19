"""What drives with people in it."""

from __future__ import annotations

from pinxit.generators.sketch.silhouettes_subject import Habitat, subject


def wheel(x: float, y: float, radius: float) -> str:
    """Return a wheel about a point, in the language of drawings."""
    hub, rim = radius * 0.62, radius * 0.5
    return f"""
    tyre o {x},{y} {radius},{radius}
    steel.metal o {x},{y} {hub},{hub}
    > iron.flat f {x},{y} 5 {radius * 0.12},{rim} {radius * 0.09}
    iron.flat o {x},{y} {radius * 0.16},{radius * 0.16}
    """


VEHICLES = (
    subject(
        "car cars automobile taxi sedan convertible",
        Habitat.GROUND,
        0.85,
        "#c8402f",
        2.23,
        f"""
        deep c -70,14 -60,10 60,10 72,16 60,24 -60,24
        body c -46,40 -38,60 -24,70 8,70 24,62 38,42 10,36
        glass c -38,44! -33,57 -24,64 -10,65! -10,44! + c -5,44! -5,65! 7,65 18,58 29,44!
        > white.flat p -34,44 -30,44 -20,66 -24,66 + p 6,44 10,44 18,66 14,66
        body c -76,20 -78,38 -70,44 -46,46 38,45 62,41 76,34 78,20 74,13 -72,13 - o -44,14 18,18 - o 46,14 18,18
        > light.flat s 1.4,1 -80,36 -40,39 40,39 80,32
        > dark.flat r -80,12 160,8
        > deep.flat s 0.7,0.7 -7,46 -8,18 + s 0.7,0.7 26,45 24,22 + s 0.7,0.7 -38,45 -30,34 + s 1.4,1.4 -3,38 2,38
        glow o 73,32 3.4,4.4
        red o -76,34 2.6,4.4
        steel r 66,13 14,5 + r -80,13 14,5
        {wheel(-44, 14, 14)}
        {wheel(46, 14, 14)}
        """,
    ),
    subject(
        "truck trucks lorry van vans",
        Habitat.GROUND,
        1.3,
        "#3f78a8",
        1.91,
        f"""
        iron r -74,12 140,8
        pale r -76,20 92,62
        > body.flat r -80,34 100,12
        > dark.flat g -72,20 0.7,62 10,1 9,0
        body c 20,18! 20,70 26,76 46,76 56,66 64,46 74,42 78,34 78,18!
        glass c 28,48! 28,68! 44,69 52,60 57,48!
        > white.flat p 32,46 37,46 45,70 40,70
        > dark.flat s 0.8,0.8 26,46 26,20
        > dark.flat s 1.6,1.6 30,40 36,40
        glow o 76,30 3,4
        steel r 70,14 11,6
        {wheel(-52, 12, 12)}
        {wheel(-24, 12, 12)}
        {wheel(52, 12, 12)}
        """,
    ),
    subject(
        "bus buses coach minibus",
        Habitat.GROUND,
        1.5,
        "#e0a030",
        2.20,
        f"""
        body c -78,14! -80,62 -72,72 66,72 76,64 80,40 80,14!
        > pale.flat r -90,60 180,14
        > dark.flat r -90,26 180,3 + r -90,10 180,8
        glass g -72,38 17,19 6,1 20,0 + c 52,38! 52,57! 70,57 74,50 76,38!
        > white.flat g -70,38 3,19 6,1 20,0
        slate r 50,17 15,40
        glass r 52,20 5,35 + r 58.4,20 5,35
        glow o 77,26 2.6,3.6
        red o -78,28 1.8,4
        iron r 70,11 12,5 + r -82,11 12,5
        {wheel(-48, 12, 12)}
        {wheel(34, 12, 12)}
        """,
    ),
    subject(
        "train trains locomotive tram",
        Habitat.GROUND,
        1.5,
        "#3f6b50",
        3.00,
        f"""
        iron r -128,3 248,3
        dark r -126,16 60,44
        roof r -130,58 68,6
        > roof.flat r -130,58 68,2
        glass g -121,34 11,16 4,1 13.4,0
        gold.flat r -126,26 60,2
        iron r -68,16 10,5
        ink r -58,12 160,10
        body r -56,20 40,46
        glass r -48,40 11,16 + r -33,40 11,16
        gold.flat r -56,30 40,2
        roof c -62,64! -60,72 -34,75 -12,71 -10,64!
        body.metal c -18,24 -18,52 -14,56 84,56 92,50 92,28 86,24
        > gold.flat r 6,22 2.4,40 + r 34,22 2.4,40 + r 62,22 2.4,40
        dark.metal o 88,40 9,16
        gold.metal c 8,55! 24,55! 23,64 16,69 9,64 + c 38,55! 50,55! 49,62 44,66 39,62
        ink c 66,54! 78,54! 76,70 83,82! 61,82! 68,70
        gold r 60,80 24,3.4
        glow o 92,50 3.6,4
        red p 88,20 104,20 118,3 92,3
        > gold.flat g 92,2 1.2,20 6,1 4.4,0
        {wheel(-112, 9, 9)}
        {wheel(-82, 9, 9)}
        {wheel(-38, 13, 13)}
        {wheel(-6, 13, 13)}
        {wheel(26, 13, 13)}
        {wheel(56, 9, 9)}
        {wheel(78, 9, 9)}
        steel.metal s 3,3 -38,12 26,12
        """,
    ),
    subject(
        "bicycle bicycles bike bikes cyclist",
        Habitat.GROUND,
        0.95,
        "#3f8a86",
        1.69,
        """
        tyre o -48,28 28,28 - o -48,28 24.6,24.6
        tyre o 48,28 28,28 - o 48,28 24.6,24.6
        steel.flat s 0.6,0.6 -72,28 -24,28 + s 0.6,0.6 -48,4 -48,52 + s 0.6,0.6 -65,11 -31,45 + s 0.6,0.6 -65,45 -31,11
          + s 0.6,0.6 24,28 72,28 + s 0.6,0.6 48,4 48,52 + s 0.6,0.6 31,11 65,45 + s 0.6,0.6 31,45 65,11
        iron o -48,28 3.4,3.4 + o 48,28 3.4,3.4
        iron.flat s 1.2,1.2 -48,31 -6,33 + s 1.2,1.2 -48,25 -6,21
        body s 3.4,3.4 -48,28 -6,27 + s 3.4,3.4 -6,27 -22,72 + s 3.4,3.4 -48,28 -18,60 + s 3.6,3.6 -18,61 32,66
          + s 3.6,3.6 -6,27 34,60 + s 3.6,3 30,76 38,50 48,28
        iron o -6,27 6.4,6.4
        steel s 2,2 -6,27 2,12 + s 3,3 -3,11 8,11
        #6b4a38 c -36,78 -34,72 -20,74 -10,74 -6,77 -14,79 -26,79
        steel s 2.6,2.6 30,74 28,84 20,88
        #6b4a38 s 3.6,3.6 20,88 14,86
        glow o 37,76 3,3
        """,
    ),
    subject(
        "motorcycle motorcycles motorbike scooter moped",
        Habitat.GROUND,
        0.9,
        "#b53a3a",
        1.68,
        f"""
        {wheel(-46, 22, 22)}
        {wheel(48, 22, 22)}
        steel.metal s 4,4 24,76 34,56 48,22
        iron.metal s 5,4 -8,22 -24,20 -60,14 -66,16
        iron.metal c -18,18 -20,38 6,42 16,30 10,16
        > steel.flat s 1.6,1.6 -16,26 14,26 + s 1.6,1.6 -16,31 14,31 + s 1.6,1.6 -16,36 12,36
        body c -74,40 -66,50 -44,50 -24,46 -22,40 -44,46 -62,42
        ink c -60,56 -50,50 -20,48 -6,54 -14,59 -36,56 -54,60
        body c -10,46 -14,58 2,68 22,68 28,60 18,48
        > light.flat s 2,1 -10,56 6,62 24,62
        body c 30,42 40,50 60,48 68,38 62,44 44,44
        steel s 3,3 24,74 20,82 8,84
        ink s 4,4 10,84 4,83
        steel.metal o 32,70 6,6
        glow o 34.4,70 3.8,4.8
        """,
    ),
    subject(
        "tractor tractors digger excavator",
        Habitat.GROUND,
        1.3,
        "#cc3f34",
        1.33,
        f"""
        iron r -30,18 84,10
        body c 0,30! 0,58! 44,56 58,52 60,30!
        > dark.flat g 36,34 2,14 5,1 4.4,0
        > gold.flat r 0,30 70,3
        ink s 3,3 36,56 36,82
        ink s 3.6,3.6 36,80 38,86
        glass p -40,54 -34,86 -4,86 2,54
        ink.flat s 3,3 -42,50 -34,86 + s 3,3 -4,86 4,50 + s 3,3 -20,86 -20,54
        body c -46,84 -42,92 2,92 6,84
        glow o 60,46 2.4,4
        body c -62,44 -54,62 -36,66 -16,60 -8,44 -16,50 -36,56 -54,50
        {wheel(-36, 27, 27)}
        {wheel(46, 16, 16)}
        """,
    ),
)
