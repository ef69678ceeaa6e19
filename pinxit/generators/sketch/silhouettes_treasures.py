"""Instruments, treasures and what stands for itself."""

from __future__ import annotations

from pinxit.generators.sketch.silhouettes_subject import Habitat, subject

TREASURES = (
    subject(
        "guitar guitars ukulele",
        Habitat.INDOOR,
        0.7,
        "#c27a38",
        0.42,
        """
        #4a3326 p -4,92 4,92 5,106 -5,106
        steel.flat o= 6,95 1.6,1.4 + o= 6.4,99 1.6,1.4 + o= 6.6,103 1.6,1.4
        body m 0,54 9,54 15,47 12,38 15,31 22,18 18,4 0,0
        > dark.flat m 0,54 9,54 15,47 12,38 15,31 22,18 18,4 0,0
          - m 0,52.6 8.4,52.6 13.6,47 10.8,38 13.6,31 20.4,18 17,5.2 0,1.6
        #4a3326 o 0,35 6,6
        > #241812.flat o 0,35 4.6,4.6
        #5c4030 r -2.6,40 5.2,54
        > straw.flat g -3,46 6,0.5 1,11 0,4.2
        #4a3326 r -8,14 16,3.4
        cream.flat s 0.4,0.4 -1.6,15 -1.6,100 + s 0.4,0.4 -0.5,15 -0.5,102 + s 0.4,0.4 0.5,15 0.5,102
          + s 0.4,0.4 1.6,15 1.6,100
        """,
    ),
    subject(
        "piano pianos",
        Habitat.INDOOR,
        0.95,
        "#38343e",
        1.26,
        """
        body.plain r -54,8 108,82
        > dark.flat r -46,54 92,26
        light r -58,88 116,7
        cream p -18,62 0,60 0,80 -18,82 + p 18,62 0,60 0,80 18,82
        > ink.flat g -15,65 12,0.8 1,4 0,4 + g 3,65 12,0.8 1,4 0,4
        body p= 46,0 54,0 54,40 48,40
        body r -60,36 120,7
        white r -54,43 108,8
        > #b9b2a6.flat g -54,43 0.7,8 18,1 6,0
        ink.flat g -50,46 3,5 2,1 6,0 + g -32,46 3,5 3,1 6,0 + g -8,46 3,5 2,1 6,0 + g 10,46 3,5 3,1 6,0
          + g 34,46 3,5 2,1 6,0
        gold.metal s= 2.4,2.4 4,8 5,2
        """,
    ),
    subject(
        "violin violins cello fiddle",
        Habitat.INDOOR,
        0.55,
        "#a4552c",
        0.37,
        """
        #3a2a24 s 4,3 0,88 1,96 6,101 9,97 6,95
        #3a2a24.flat s 2,1 -6,95 6,95 + s 2,1 -6,91 6,91
        body m 0,60 8,60 13,53 12,46! 8,40 9,33 14,29! 17,18 14,5 0,0
        > dark.flat s= 1.2,1.2 6,42 4.6,36 7,30 8,26 6,25
        #3a2a24 r -2.4,44 4.8,46
        #3a2a24 p -3,3 3,3 4.6,20 -4.6,20
        straw r -5.4,27 10.8,2
        cream.flat s 0.4,0.4 -1.4,18 -1.2,92 + s 0.4,0.4 -0.4,18 -0.4,92 + s 0.4,0.4 0.5,18 0.5,92
          + s 0.4,0.4 1.4,18 1.2,92
        wood s 1,1 19,4 21,96
        cream.flat s 0.7,0.7 17.4,8 19.6,92
        """,
    ),
    subject(
        "sword swords blade dagger katana excalibur",
        Habitat.ANY,
        0.8,
        "#a8b4c4",
        0.34,
        """
        body.metal m 0,101! 4.6,92! 4.6,26! 0,26
        > pale.flat p -5,26 -1,26 -1,101 -5,92
        > dark.flat s 1,0.6 0,26 0,84
        gold.metal c -15,26 -16,22 0,23 16,22 15,26 8,27 0,29 -8,27
        #6b3a34.tile r -2.4,8 4.8,16
        gold.metal o 0,6 4.4,4.4
        red o 0,6 2.2,2.2
        red o 0,25.4 2.2,2
        """,
    ),
    subject(
        "crystal crystals gem gems diamond jewel gemstone",
        Habitat.ANY,
        0.45,
        "#6fb4de",
        0.93,
        """
        dark p -34,10 -44,52 -34,66 -20,54 -16,8
        light p -34,10 -44,52 -34,66 -30,12
        dark p 14,8 22,48 36,58 46,42 38,6
        body p 14,8 22,48 36,58 30,8
        body p -16,4 -20,74 0,101 22,72 18,4
        light p -16,4 -20,74 0,101 -6,70 -4,4
        pale p 0,101 -6,70 8,68
        dark p 8,68 22,72 18,4 10,4
        stone.stone c -48,4 -30,15 0,11 28,15 48,4 20,-2 -24,-2
        white.flat f -10,82 4 0,6 0.9 + f 30,48 4 0,4 0.7
        """,
    ),
    subject(
        "crown crowns tiara",
        Habitat.ANY,
        0.25,
        "#e6b73e",
        1.37,
        """
        dark.metal c -44,24! -34,62! -18,36 0,70! 18,36 34,62! 44,24!
        body.metal c -48,16! -60,74! -30,44 -22,48 0,86! 22,48 30,44 60,74! 48,16! 0,8
        > light.flat s 3,3 -56,25 0,16 56,25
        body.metal c -50,20 0,11 50,20 50,8 0,-1 -50,8
        red o 0,6 5,5 + o 0,88 5,5
        blue o= 24,9 4,4 + o= 60,76 4.4,4.4
        leaf o= 41,13 3.4,3.6
        """,
    ),
    subject(
        "treasure chest chests loot",
        Habitat.ANY,
        0.45,
        "#8a5630",
        1.15,
        """
        dark.wood c -50,50! -54,84 -40,96 40,96 54,84 50,50!
        > deep c -46,50 -46,74 46,74 46,50
        gold.metal s 4,4 -52,50 -55,84 -41,95 41,95 55,84 52,50
        gold c -46,44 -36,60 -18,68 4,64 24,70 40,58 46,44
        > #b8862e.flat o -26,57 6,4 + o -6,60 6,4 + o 14,58 6,4 + o 30,56 6,4 + o -14,51 6,4 + o 6,50 6,4
        red o -12,66 5,5
        #6fb4de p 20,66 28,72 34,66 28,58
        body.wood r -52,0 104,46
        gold.metal r -54,42 108,6 + r -54,-1 108,5 + r -54,-1 6,48 + r 48,-1 6,48
        gold.metal c -9,50 9,50 9,30 0,24 -9,30
        ink.flat o 0,41 2.6,2.6 + p -1.4,40 1.4,40 2.4,32 -2.4,32
        """,
    ),
    subject(
        "hourglass sandglass",
        Habitat.INDOOR,
        0.35,
        "#9a6238",
        0.65,
        """
        glass c -22,90! 22,90! 21,72 4,50 21,28 22,10! -22,10! -21,28 -4,50 -21,72
        > white.flat s 2.4,1.4 -17,86 -14,68 -5,56
        #e6c07a c -17,74 0,71 17,74 3,53 0,51 -3,53
        #e6c07a s 1,1 0,52 0,24
        #e6c07a c -20,10! 20,10! 14,16 0,28 -14,16
        body.wood s= 3.4,3.4 26,8 26,92
        body.wood r -31,90 62,8 + r -31,2 62,8
        """,
    ),
    subject(
        "heart hearts valentine",
        Habitat.ANY,
        0.3,
        "#d63a54",
        1.15,
        """
        body c 0,0! 34,28 54,56 50,84 30,96 10,92 0,78! -10,92 -30,96 -50,84 -54,56 -34,28
        > light.flat o -30,76 9,13 -30
        """,
    ),
    subject(
        "skull skulls skeleton skeletons",
        Habitat.ANY,
        0.25,
        "#ece4d0",
        0.84,
        """
        dark m 0,28 20,30 22,14 16,2 0,0
        > deep.flat g -17,12 0.9,10 9,1 4.2,0
        body m 0,100 24,96 40,78 40,56 32,42 24,38! 22,24 14,20 0,20
        > dark.flat s= 1,0.5 30,84 24,78 27,72
        > deep.flat g -17,19 0.9,10 9,1 4.2,0
        #3a3030.flat o= 17,58 11,12 + c 0,46 5,34 0,36 -5,34
        """,
    ),
    subject(
        "gift gifts parcel",
        Habitat.INDOOR,
        0.3,
        "#c43f4c",
        0.94,
        """
        body.plain r -42,0 84,60
        accent r -8,0 16,60
        light r -47,56 94,18
        accent r -8,56 16,18
        accent c= 0,76 20,98 38,94 34,78 14,74
        > deep.flat c= 8,78 22,90 30,88 27,80
        accent c= 0,76 12,72 30,58! 18,58 2,70
        accent o 0,77 6,5.4
        """,
    ),
    subject(
        "key keys",
        Habitat.ANY,
        0.2,
        "#d9ac44",
        0.38,
        """
        body.metal o 0,82 19,19 - o 0,82 9,9
        body.metal r -4,2 8,64 + r 2,4 16,7 + r 2,17 13,7
        body.metal r -7,58 14,6
        > light.flat s 1.4,1.4 -2,4 -2,60
        """,
    ),
    subject(
        "hat hats cap fedora",
        Habitat.INDOOR,
        0.2,
        "#5f4a8a",
        1.64,
        """
        body c -70,14 -40,6 0,2 40,6 70,14 60,26 0,20 -60,26
        body.cloth c -38,18! -36,60 -26,84 0,78 26,84 36,60 38,18! 0,12
        accent c -39,18! 0,12 39,18! 38,34 0,28 -38,34
        body c -70,15 -40,10 0,8 40,10 70,15 46,4 0,-2 -46,4
        """,
    ),
    subject(
        "anchor anchors",
        Habitat.ANY,
        0.6,
        "#4d5a6e",
        0.93,
        """
        body.metal o 0,92 9,9 - o 0,92 4.6,4.6
        body.metal r -4,8 8,78 + r -22,70 44,7
          + c -44,34! -28,30! -32,26 -22,16 0,12 22,16 32,26 28,30! 44,34! 48,16! 40,18 22,3 0,-2 -22,3 -40,18 -48,16!
        > light.flat s 1.4,1.4 -1.6,12 -1.6,84
        """,
    ),
    subject(
        "snowman snowmen",
        Habitat.GROUND,
        0.9,
        "#f1f4f8",
        0.88,
        """
        bark s 2.4,1.4 -18,48 -40,62 -48,68 + s 1.6,1 -38,60 -46,58 + s 1.6,1 -37,60 -40,69
        bark s 2.4,1.4 18,48 38,58 47,66 + s 1.6,1 37,58 47,56 + s 1.6,1 36,57 38,67
        body o 0,20 29,21
        body o 0,50 21,18
        > ink.flat o 1,57 1.8,1.8 + o 1,49 1.8,1.8 + o 1,41 1.8,1.8
        turn 0,64 4
        body o 0,76 15.4,14.4
        ink.flat o= 5.4,79 1.9,2.2
        ink.flat o -7,71 1.1,1.1 + o -3.6,69 1.1,1.1 + o 0.4,68.4 1.1,1.1 + o 4.4,69 1.1,1.1 + o 7.6,71 1.1,1.1
        orange c 1,77.4 20,73.6! 1,72.6
        ink r -19,86 38,4 + r -12,88 24,20
        > red.flat r -14,90 28,5
        turn
        red.cloth c -16,66 0,60 16,66 17,60 0,55 -17,60
        red.cloth c 8,60 14,58 19,36 11,35
        > white.flat s 2,2 6,44 20,43 + s 2,2 6,51 20,50
        """,
    ),
    subject(
        "planet planets saturn jupiter exoplanet",
        Habitat.SKY,
        3.0,
        "#d99a5a",
        2.04,
        """
        straw c -88,38 -40,66 0,74 40,72 88,74 60,56 0,48 -40,40
        body o 0,54 44,44
        > light c -60,80 -20,74 20,78 60,72 60,82 0,90 -50,90
        > dark.plain c -60,62 -20,58 20,62 60,56 60,66 20,70 -20,66 -60,70
        > light c -60,44 -20,40 20,46 60,40 60,46 20,52 -20,47 -60,50
        > dark.plain c -60,28 -20,22 20,28 60,22 60,30 20,36 -20,30 -60,36
        > deep.flat o 16,40 6,3
        straw c -88,38 -84,26 -40,26 0,36 50,54 88,74 56,66 40,58 0,46 -46,36 -76,34
        > wood.flat s 1.2,1.2 -86,32 -40,31 0,41 60,62 88,72
        """,
    ),
    subject(
        "statue statues sculpture monument bust obelisk",
        Habitat.GROUND,
        1.7,
        "#b9b6ae",
        0.41,
        """
        stone.stone r -20,0 40,8 + r -16,8 32,14
        light r -19,21 38,4
        body.cloth m 0,72 9,71 11,58 12,40 14,25! 0,25
        > dark.flat s 1.2,0.8 -5,60 -7,40 -6,26 + s 1.2,0.8 3,62 6,40 5,26 + s 1.2,0.8 -10,66 2,54 9,46
        body s 6,5 -9,68 -15,56 -8,50
        body s 6,4.4 9,68 17,76 18,90
        body c 13,90 18,88 23,90 20,98 18,104! 15,97
        body r -2.6,70 5.2,8
        body m 0,92 6,89 6.6,82 4,76 0,75
        > dark.flat o= 2.6,83.6 1.2,0.9 + s 0.8,0.8 -1.6,78.6 1.6,78.6 + s 0.7,1 0,84 0.4,81
        dark m 0,94 7,91 7,85! 4,89 0,90
        """,
    ),
    subject(
        "ball balls football soccer basketball",
        Habitat.ANY,
        0.25,
        "#dd6a3a",
        1.00,
        """
        body o 0,50 49,49
        > pale c -60,66 -20,58 20,60 60,70 60,48 20,40 -20,38 -60,46
        > dark.flat s 1.6,1.6 -60,66 -20,58 20,60 60,70 + s 1.6,1.6 -60,46 -20,38 20,40 60,48
        > gold f 0,49 5 0,9 3.4 18
        """,
    ),
)
