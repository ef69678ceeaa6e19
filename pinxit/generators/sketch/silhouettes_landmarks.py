"""What people have built to be looked at, and to cross water."""

from __future__ import annotations

from pinxit.generators.sketch.silhouettes_subject import Habitat, subject

LANDMARKS = (
    subject(
        "temple temples parthenon acropolis",
        Habitat.GROUND,
        3.2,
        "#e8dcc4",
        1.60,
        """
        stone.stone r -76,0 152,5
        stone.stone r -72,5 144,5
        dark r -60,10 120,50
        deep.flat r -9,10 18,38
        body.cloth g -66,12 10,46 7,1 20.4,0
        > dark.flat g -63,12 0.9,46 7,1 20.4,0 + g -59.6,12 0.9,46 7,1 20.4,0
        light g -68,10 14,3.4 7,1 20.4,0 + g -68,56 14,4 7,1 20.4,0
        body r -72,60 144,9
        > dark.flat g -68,62 3,5 20,1 7,0
        body p -78,69 78,69 0,98
        > dark p -60,72 60,72 0,93
        gold o 0,79 6,6 + f 0,79 12 6,10 1
        light s 3,3 -78,69.4 0,98 + s 3,3 78,69.4 0,98
        """,
    ),
    subject(
        "pagoda pagodas shrine dojo",
        Habitat.GROUND,
        4.2,
        "#b5453a",
        0.90,
        """
        stone.stone p -42,0 42,0 38,7 -38,7
        body r -28,7 56,18
        #e9d9b8 r -24,9 12,14 + r 12,9 12,14
        glass r -22.4,10.4 4,11 + r -17,10.4 4,11 + r 13.6,10.4 4,11 + r 19,10.4 4,11
        #5a3d2c.wood r -8,7 16,16
        slate.tile m 0,38 20,36 30,29 48,27! 46,22 26,23 0,24
        body r -21,35 42,14
        glass r -16,37.4 6,9 + r -3,37.4 6,9 + r 10,37.4 6,9
        slate.tile m 0,61 16,59 24,53 39,51! 37,46 20,47 0,48
        body r -15,58 30,12
        glass r -10,60 5,8 + r -2.5,60 5,8 + r 5,60 5,8
        slate.tile m 0,92 4,86 12,78 19,73 30,71! 28,66 14,67 0,68
        gold.metal s 2,0.8 0,88 0,106
        gold.metal f 0,93 2 0,4 0.9 + f 0,97 2 0,3 0.9
        """,
    ),
    subject(
        "bridge bridges viaduct aqueduct",
        Habitat.GROUND,
        1.9,
        "#b3a08a",
        3.59,
        """
        dark.stone m 0,42 40,38 80,26 100,18 100,6 0,6 - o -46,2 22,22 - o 0,2 21,29 - o 46,2 22,22
        body.stone m 0,40 40,36 80,24 104,15 104,0! 80,0! 70,0! 70,6 60,20 47,25 34,21 25,8 25,0! 21,0! 21,10 14,26 0,32
        > light.flat s 1.6,1.6 -24,0 -30,16 -46,25 -62,16 -72,0 + s 1.6,1.6 24,0 30,16 46,25 62,16 72,0
          + s 1.6,1.6 -21,4 -14,26 0,32 14,26 21,4
        light.stone c -104,14 -80,23 -40,35 0,39 40,35 80,23 104,14 104,21 80,30 40,42 0,46 -40,42 -80,30 -104,21
        iron s 1,1 -50,39 -50,54 + s 1,1 50,39 50,54
        glow o -50,56 2.4,3 + o 50,56 2.4,3
        """,
    ),
    subject(
        "pyramid pyramids ziggurat",
        Habitat.GROUND,
        5.0,
        "#dcb878",
        1.83,
        """
        light.stone p 44,4 78,4 66,46
        dark.stone p 78,4 92,9 66,46
        body.stone p -80,0 26,0 -12,94
        dark.stone p 26,0 62,9 -12,94
        """,
    ),
    subject(
        "mosque mosques minaret taj",
        Habitat.GROUND,
        4.4,
        "#efe6d4",
        1.14,
        """
        body r= 56,0 9,74
        body r= 54,44 13,3.4 + r= 54,70 13,3.4
        #4f8f9a.metal c= 55,74! 66,74! 64,82 60.5,90! 57,82
        gold.flat s= 0.8,0.6 60.5,88 60.5,96
        body m 0,46 44,46! 44,0! 0,0
        > dark.flat r -50,42 100,2
        #4f8f9a.metal c= 20,46! 40,46! 42,54 36,60 30,66! 24,60 18,54
        body m 0,58 22,58! 22,46! 0,46
        #4f8f9a.metal m 0,104! 6,94 20,86 28,74 26,62 20,58! 0,58
        > #7fbcc2.flat s 1.2,0.6 0,58 0,100 + s 1.2,0.6 -10,58 -14,76 -3,96 + s 1.2,0.6 10,58 14,76 3,96
        gold.metal s 1.2,0.8 0,102 0,114
        gold.metal o 0,115 3,3 - o 1.2,115.6 2.6,2.6
        dark m 0,38! 6,33 11,25 11,0! 0,0
        deep m 0,32! 5,28 7.4,21 7.4,0! 0,0
        glass c= 21,8! 28,8! 28,22 24.5,28! 21,22 + c= 32,8! 39,8! 39,22 35.5,28! 32,22
        glass c= 59,20! 62,20! 62,27 60.5,30! 59,27
        """,
    ),
    subject(
        "fountain fountains",
        Habitat.GROUND,
        1.6,
        "#b9b2a6",
        1.14,
        """
        #9ed0ea s 2,1 0,82 -8,100 -20,96 -26,64 + s 2,1 0,82 8,100 20,96 26,64 + s 1.6,1 0,82 -4,98 -10,94 -13,66
          + s 1.6,1 0,82 4,98 10,94 13,66
        #9ed0ea s 1.6,1 -22,56 -34,54 -42,24 + s 1.6,1 22,56 34,54 42,24
        body.stone m 0,78 5,76 4,60 0,58
        body.stone m 0,62 26,62! 22,54 6,50 0,50
        > #7fb8da r -30,60 60,2
        body.stone m 0,52 5,50 7,20 0,18
        body.stone m 0,24 56,24! 52,8 44,0! 0,0
        > #7fb8da o 0,24 54,3
        light m 0,26 58,26! 58,21! 0,21
        > #8fc6e2 o 0,25 54,2.2
        """,
    ),
    subject(
        "torii gate gates arch archway gateway portal",
        Habitat.GROUND,
        2.6,
        "#cf4a34",
        1.18,
        """
        stone r= 30,0 14,5
        body p= 33,5 41,5 38,80 32,80
        ink r= 32,5 10,6
        body r -48,58 96,7
        body r -4,64 8,16
        gold.flat r -3,66 6,10
        body m 0,82 50,84! 52,78! 0,75
        ink m 0,90 40,92 58,99! 57,90 40,84 0,82
        """,
    ),
)
