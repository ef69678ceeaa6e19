"""Houses and towers, and what people live and work in."""

from __future__ import annotations

from pinxit.generators.sketch.silhouettes_subject import Habitat, subject

BUILDINGS = (
    subject(
        "house houses home cottage cottages villa farmhouse mansion",
        Habitat.GROUND,
        2.6,
        "#e2cda4",
        1.14,
        """
        #8d5a48.brick r 22,66 10,30
        slate r 20,94 14,4
        body.plain p -46,0 46,0 46,52 -46,52
        > dark.plain r -50,0 100,5
        dark p -28,52 28,52 0,92
        body p -26,50 26,50 0,86
        roof.tile p -56,46 -40,84 40,84 56,46
        body p -20,44 20,44 20,60 0,80 -20,60
        roof.flat s 5,5 -24,56 0,82 + s 5,5 0,82 24,56
        white r -8,54 16,15
        glass r -6.6,55.4 6,5.6 + r 0.6,55.4 6,5.6 + r -6.6,62 6,5.6 + r 0.6,62 6,5.6
        white r -38,18 20,22 + r 18,18 20,22
        glass r -36,20 7.4,8.4 + r -27.4,20 7.4,8.4 + r -36,29.6 7.4,8.4 + r -27.4,29.6 7.4,8.4 + r 20,20 7.4,8.4
          + r 28.6,20 7.4,8.4 + r 20,29.6 7.4,8.4 + r 28.6,29.6 7.4,8.4
        wood r -40,14 24,4 + r 16,14 24,4
        rose.leaf r -39,17 22,3 + r 17,17 22,3
        white r -10,0 20,35
        #7a4a34.wood r -8,0 16,33
        glass r -5,22 10,8
        gold.flat o 5,15 1.4,1.4
        stone r -13,0 26,3
        """,
    ),
    subject(
        "castle castles fortress palace citadel",
        Habitat.GROUND,
        6.0,
        "#b9ae9f",
        0.89,
        """
        dark.stone r -22,30 44,46 + r -22,74 8,8 + r -8,74 8,8 + r 6,74 8,8 + r 16,74 6,8
        dark.stone r -10,60 20,46
        roof.tile p -14,104 14,104 0,134
        gold.flat s 0.8,0.8 0,130 0,146
        red.cloth c 0,146 8,144 15,145! 14,139! 7,138 0,139
        glass c -3,86! 3,86! 3,93 0,96 -3,93
        glass r -16,56 5,10 + r 11,56 5,10 + r -2.6,64 5.2,10
        body.stone r -50,0 100,40 + r -50,38 8,9 + r -36,38 8,9 + r -22,38 8,9 + r -8,38 8,9 + r 6,38 8,9 + r 20,38 8,9
          + r 34,38 8,9 + r 44,38 6,9
        body.stone r -62,0 24,66 + r -65,62 30,8 + r -65,70 6,6 + r -53,70 6,6 + r -41,70 6,6
        body.stone r 38,0 24,66 + r 35,62 30,8 + r 35,70 6,6 + r 47,70 6,6 + r 59,70 6,6
        roof.tile p -64,72 -36,72 -50,106 + p 36,72 64,72 50,106
        gold.flat s 0.8,0.8 -50,104 -50,118 + s 0.8,0.8 50,104 50,118
        red.cloth c -50,118 -43,116 -37,117! -38,112! -43,111 -50,112 + c 50,118 57,116 63,117! 62,112! 57,111 50,112
        glass c= 47.4,44! 52.6,44! 52.6,53 50,56 47.4,53
        glass c= 47.8,20! 52.2,20! 52.2,28 50,31 47.8,28
        glass c= 24,20! 28,20! 28,27 26,30 24,27
        dark.stone m 0,36 11,33 16,22 16,0! 0,0!
        #5a3d2c.wood m 0,30 8,28 11.6,20 11.6,0! 0,0!
        > iron.flat g -12,0 1,32 6,1 4.6,0 + g -12,6 24,1 1,4 0,6
        """,
    ),
    subject(
        "lighthouse lighthouses beacon",
        Habitat.GROUND,
        4.5,
        "#c8413a",
        0.52,
        """
        stone.stone c -26,0! 26,0! 20,9 8,12 -10,12 -22,8
        white.plain r 10,6 14,14
        roof.tile p 7,20 27,20 22,28 10,28
        glass r 14,9 5,6
        white.plain p -14,6 14,6 8.6,76 -8.6,76
        > body p -20,6 20,6 20,19 -20,19 + r -20,32 40,13 + r -20,58 40,12
        #6b4a38 c -4,7! 4,7! 4,15 0,18 -4,15
        glass r -2,36 4,6 + r -1.8,50 3.6,5.4 + r -1.6,64 3.2,5
        iron r -12,76 24,3
        iron.flat s 0.7,0.7 -11.6,83 11.6,83 + g -11.6,78 0.7,5 8,1 3.2,0
        glow r -6,79 12,11
        iron.flat g -6.4,79 0.9,11 4,1 4,0
        body.metal c -9,90! 9,90! 6,96 0,99 -6,96
        gold o 0,100.6 1.5,1.7
        """,
    ),
    subject(
        "tower towers turret",
        Habitat.GROUND,
        4.8,
        "#aea394",
        0.28,
        """
        body.stone p -17,0 17,0 13,66 -13,66
        body.stone p -13,64 13,64 17,70 17,76 -17,76 -17,70
        body.stone r -17,75 6,6 + r -6,75 5,6 + r 2,75 5,6 + r 11,75 6,6
        roof.tile p -17,80 17,80 0,110
        gold.flat s 0.7,0.7 0,108 0,120
        accent.cloth c 0,120 7,118 13,119! 12,114! 7,113 0,114
        #5a3d2c.wood m 0,18 4.6,16 6,10 6,0! 0,0!
        glass c -2.6,28! 2.6,28! 2.6,35 0,38 -2.6,35 + c -2.4,50! 2.4,50! 2.4,57 0,60 -2.4,57
        """,
    ),
    subject(
        "church churches chapel cathedral monastery",
        Habitat.GROUND,
        4.4,
        "#ddd3c0",
        0.75,
        """
        body.stone r -8,0 58,34
        roof.tile p -10,32 54,32 46,58 -10,58
        glass c 6,8! 13,8! 13,22 9.5,27 6,22 + c 20,8! 27,8! 27,22 23.5,27 20,22 + c 34,8! 41,8! 41,22 37.5,27 34,22
        body.stone r -36,0 32,64
        dark.flat r -38,44 36,2.4 + r -38,63 36,3
        roof.tile p -39,65 -1,65 -20,112
        gold.flat s 1.4,1.4 -20,110 -20,124 + s 1.4,1.4 -24,119 -16,119
        #5a3d2c.wood c -28,0! -12,0! -12,14 -20,22 -28,14
        glass o -20,36 5.4,5.4
        > stone.flat f -20,36 6 0,6 0.5
        glass c -27,49! -22,49! -22,57 -24.5,60 -27,57 + c -18,49! -13,49! -13,57 -15.5,60 -18,57
        """,
    ),
    subject(
        "skyscraper skyscrapers building buildings highrise apartment",
        Habitat.GROUND,
        9.0,
        "#7f96ad",
        0.35,
        """
        dark r 2,0 21,70
        > dark.flat r 2,66 21,4
        glass g 4.4,6 3,3.6 5,10 3.8,6
        iron s 1.2,0.6 -4,104 -4,128
        body r -14,92 20,12
        glass g -11.6,95 3,6 4,1 4.1,0
        body r -22,0 34,94
        > light.flat r -22,91 34,3
        glass g -19.6,12 4,3.6 5,13 6.2,6
        slate.flat r -22,0 34,8
        glow r -10,0 10,6.4
        slate.flat r -5.4,0 0.8,6.4
        """,
    ),
    subject(
        "windmill windmills mill",
        Habitat.GROUND,
        3.6,
        "#e6dac2",
        0.81,
        """
        body.brick p -20,0 20,0 13,62 -13,62
        > dark.flat r -30,0 60,4
        #6b4a38.wood c -6,0! 6,0! 6,13 0,17 -6,13
        glass r -3,28 6,8 + r -2.6,46 5.2,7
        wood r -17,24 34,2.4
        roof.tile c -16,60! 16,60! 13,70 0,79 -13,70
        turn 0,66 22
        wood s 2.4,1.4 0,66 30,100 + s 2.4,1.4 0,66 -34,96 + s 2.4,1.4 0,66 -30,32 + s 2.4,1.4 0,66 34,36
        white.cloth p 7,72 14,66 37,92 30,99 + p -6,73 -12,66 -41,89 -34,96 + p -7,60 -14,66 -37,40 -30,33
          + p 6,59 12,66 41,43 34,36
        > wood.flat s 0.8,0.8 10,69 34,96 + s 0.8,0.8 -9,70 -38,93 + s 0.8,0.8 -10,63 -34,36 + s 0.8,0.8 9,62 38,39
          + s 0.8,0.8 14,80 22,73 + s 0.8,0.8 22,89 30,82 + s 0.8,0.8 -16,81 -22,73 + s 0.8,0.8 -26,90 -32,81
          + s 0.8,0.8 -14,52 -22,59 + s 0.8,0.8 -22,43 -30,50 + s 0.8,0.8 16,51 22,59 + s 0.8,0.8 26,42 32,51
        iron o 0,66 3.4,3.4
        """,
    ),
    subject(
        "cabin cabins hut huts shack lodge chalet shed",
        Habitat.GROUND,
        2.2,
        "#8e6240",
        1.38,
        """
        stone.stone r 24,50 13,38
        slate r 22,86 17,4
        body.wood r -44,4 88,44
        body.wood p -50,44 50,44 0,82
        stone.stone r -48,0 96,7
        > dark.flat r -48,6 96,1
        #6e4630.wood p -62,38 -56,34 0,76 56,34 62,38 2,90 -2,90
        white r -36,18 20,18 + r 16,18 20,18
        glass r -34.4,19.6 8,7 + r -25.6,19.6 8,7 + r -34.4,27.4 8,7 + r -25.6,27.4 8,7 + r 17.6,19.6 8,7
          + r 26.4,19.6 8,7 + r 17.6,27.4 8,7 + r 26.4,27.4 8,7
        dark.wood r -9,2 18,34
        gold.flat o 5.4,18 1.3,1.3
        white o 0,56 7,7
        glass o 0,56 5.4,5.4
        stone r -13,0 26,3
        """,
    ),
    subject(
        "tent tents camp teepee tipi yurt",
        Habitat.GROUND,
        1.2,
        "#d98a3d",
        1.50,
        """
        dark.cloth p 5,90 60,0 86,9 30,84
        wood s 2.4,1.6 -2,84 6,98 + s 2.4,1.6 10,84 0,98
        body.cloth c -62,0! 62,0! 30,40 5,90! -26,40
        > light.flat s 3,3 -66,12 66,12
        #3a2c2c c -20,0! 22,0! 12,36 4,74! -8,36
        glow c -10,0! 14,0! 8,22 3,40! -4,20
        light.cloth c -20,0! -32,0! -14,36 4,76! -10,36
        light.cloth c 22,0! 34,0! 18,36 4,76! 13,36
        """,
    ),
    subject(
        "barn barns stable",
        Habitat.GROUND,
        3.0,
        "#a83c32",
        1.38,
        """
        #b8b4b0.brick r 44,0 22,66
        slate c 42,66! 68,66! 64,76 55,80 46,76
        body.wood p -50,0 44,0 44,46 32,68 -3,84 -38,68 -50,46
        slate.tile p -58,42 -52,42 -40,66 -3,82 34,66 46,42 52,42 39,72 -3,91 -45,72
        white r -23,0 40,38
        dark.wood r -20,0 34,35
        > white.flat s 2,2 -20,0 -3,35 + s 2,2 -3,0 -20,35 + s 2,2 -3,0 14,35 + s 2,2 14,0 -3,35 + s 2.4,2.4 -3,0 -3,36
        white r -11,50 16,18
        glass r -9.4,51.6 6,7 + r -2.6,51.6 6,7 + r -9.4,59.4 6,7 + r -2.6,59.4 6,7
        """,
    ),
    subject(
        "igloo igloos",
        Habitat.GROUND,
        1.3,
        "#dfeaf4",
        1.85,
        """
        body.brick m 0,76 30,70 54,46 60,16 60,0! 0,0!
        body.brick c 26,0! 78,0! 78,22 66,36 46,38 32,26
        #33476a c 44,0! 72,0! 72,18 64,28 52,28 44,18
        glow c 48,0! 64,0! 62,12 56,16 50,10
        white c -66,0 -50,-3 0,-4 60,-3 84,0 60,3 0,4 -50,3
        """,
    ),
)
