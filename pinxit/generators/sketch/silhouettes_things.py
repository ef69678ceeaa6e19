"""Things of the house and the table."""

from __future__ import annotations

from pinxit.generators.sketch.silhouettes_subject import Habitat, subject

THINGS = (
    subject(
        "cup cups mug mugs coffee tea cappuccino",
        Habitat.INDOOR,
        0.25,
        "#4f8fa8",
        1.04,
        """
        white s 2.4,0.6 -12,74 -18,84 -8,92 -14,102 + s 2.4,0.6 6,74 0,85 10,93 4,104
        pale m 0,10 34,9 52,5 52,2 30,0 0,-1
        body o 40,42 17,19 - o 39,42 10,12
        body m 0,72 38,72! 36,40 26,14 18,8 0,7
        > light.flat s 2.4,2.4 -40,56 0,52 40,56
        light o 0,72 38,6
        #5a3826.flat o 0,71.6 33,4.4
        > #9a6a44.flat o -6,71 14,1.6
        """,
    ),
    subject(
        "teapot teapots kettle",
        Habitat.INDOOR,
        0.35,
        "#c66a8a",
        1.55,
        """
        dark c -34,62 -62,66 -66,40 -42,22 -36,28 -54,40 -52,56 -36,54
        dark c 34,28 50,34 54,56 66,70! 74,66! 64,48 58,26 34,18
        body m 0,76 22,74 42,58 44,36 32,12 18,4 0,4
        > pale f 0,38 6 3,15 5
        > gold o 0,38 4,4
        dark m 0,6 20,5 22,0! 0,0!
        light m 0,82 16,80 25,72! 0,69!
        body o 0,86 6,6
        """,
    ),
    subject(
        "book books novel",
        Habitat.INDOOR,
        0.3,
        "#a23c44",
        1.33,
        """
        dark c -70,-36! 62,-36! 62,-14! -70,-14! -76,-25
        > gold.flat g -58,-38 4,26 2,1 98,0
        cream r 50,-33 14,16
        body c -58,-14! 70,-14! 70,10! -58,10! -64,-2
        > accent.flat g -46,-16 5,30 2,1 84,0
        cream r 58,-11 14,18
        body c 0,6 -40,14 -76,6! -76,64! -40,74 0,64 40,74 76,64! 76,6! 40,14
        cream c 0,10 -36,20 -71,13! -71,68! -36,78 0,68!
        cream c 0,10 36,20 71,13! 71,68! 36,78 0,68!
        > #b9a888.flat s 1.4,1.4 10,62 36,70 62,65 + s 1.4,1.4 10,54 36,62 62,57 + s 1.4,1.4 10,46 36,54 62,49
          + s 1.4,1.4 10,38 36,46 62,41 + s 1.4,1.4 10,30 36,38 50,36
        #b9a888.flat s 1.2,1.2 -62,65 -36,70 -10,62 + s 1.2,1.2 -62,57 -36,62 -10,54 + s 1.2,1.2 -62,49 -36,54 -10,46
          + s 1.2,1.2 -62,41 -36,46 -10,38 + s 1.2,1.2 -62,33 -36,38 -10,30
        accent p 20,66 27,68 27,22 23.4,28 20,21
        """,
    ),
    subject(
        "lamp lamps",
        Habitat.INDOOR,
        0.6,
        "#d8a04a",
        0.67,
        """
        glow m 0,50 24,50! 20,46 0,44
        gold.metal s 3,3 0,6 0,56
        gold.metal o 0,22 6,8 + o 0,34 3.6,3.6
        gold.metal m 0,9 14,7 20,0! 0,0!
        lit.cloth m 0,101 18,100! 34,54! 0,50
        > light.flat s 2.4,2.4 -40,57 0,53.4 40,57 + s 2,2 -20,98 0,97 20,98
        """,
    ),
    subject(
        "lantern lanterns streetlamp torch",
        Habitat.ANY,
        0.6,
        "#40444e",
        0.55,
        """
        body.metal s 2,2 -8,88 -8,100 0,104 8,100 8,88
        glow c -18,20! 18,20! 21,66! -21,66!
        flame.flat c -5,28 0,24 5,28 5,38 0,52! -5,38
        glow.flat c -2.6,28 0,26 2.6,28 2.4,35 0,42! -2.4,35
        body.metal s= 3,3 18,18 21,68 + s 2.4,2.4 -20,44 20,44
        body.metal m 0,96 6,90 12,80 27,68! 25,63! 0,63
        body.metal m 0,20 21,20! 25,10! 20,6! 0,6!
        """,
    ),
    subject(
        "candle candles",
        Habitat.INDOOR,
        0.3,
        "#ece0c4",
        0.62,
        """
        flame c -6,78 0,71 6,78 7,86 0,104! -7,86
        glow c -3.4,78 0,74 3.4,78 3.4,84 0,93! -3.4,84
        ink s 1.4,1 0,66 0.6,76
        gold.metal o 26,14 9,9 - o 26,14 5,5
        gold.metal m 0,14 24,13 30,7 22,0! 0,0!
        body c -13,8! 13,8! 13,66 8,69 2,67 -6,69 -13,66
        > light.flat s 4,2 -9,70 -9,54 -9,44 + s 4,2 6,70 6,60 6,52
        gold.metal m 0,18 16,17 17,9! 0,8!
        """,
    ),
    subject(
        "chair chairs armchair throne seat",
        Habitat.INDOOR,
        0.65,
        "#b5523f",
        0.83,
        """
        wood s= 5,3.4 26,14 29,0
        body.cloth m 0,100 24,97 32,82 30,44! 0,40
        > dark.flat o 0,78 1.6,1.6 + o= 14,84 1.6,1.6 + o= 14,66 1.6,1.6 + o 0,60 1.6,1.6
        dark.cloth c -26,12! 26,12! 26,34 -26,34
        light.cloth m 0,48 24,46 27,38 24,32 0,31
        body.cloth c= 24,10! 40,10! 42,44 38,53 29,52 24,44
        """,
    ),
    subject(
        "table tables desk",
        Habitat.INDOOR,
        0.5,
        "#9a683e",
        2.23,
        """
        dark.wood p= 44,8 51,8 54,62 46,62
        body.wood p= 60,0 68,0 70,62 60,62
        dark.wood r -72,52 144,12
        > gold.flat o 0,58 2.4,2
        body.wood c -86,64! 86,64! 76,78! -76,78!
        light.wood r -87,60 174,5
        """,
    ),
    subject(
        "vase vases pot jar urn",
        Habitat.INDOOR,
        0.5,
        "#4c78ac",
        0.53,
        """
        leaf s 1.6,1.6 -2,54 -10,72 -16,86 + s 1.6,1.6 0,54 2,80 3,94 + s 1.6,1.6 2,54 12,70 20,80
        leaf c -6,64 -18,64 -26,72! -14,74 + c 6,66 18,62 27,66! 14,72
        rose f -17,88 7 1,9 3.4 + f 21,83 7 1,8.4 3.2
        #f1d0a0 f 3,97 7 1,10 3.8
        gold o -17,88 2.8,2.8 + o 3,97 3.2,3.2 + o 21,83 2.6,2.6
        body m 0,60 12,60! 10,52 13,46 26,34 26,18 16,3 0,0
        > light.flat s 2,2 -30,35 0,31 30,35 + s 2,2 -30,16 0,12 30,16
        > pale f -8,23 4 0,5 2 45 + f 8,23 4 0,5 2 45
        """,
    ),
    subject(
        "clock clocks watch",
        Habitat.INDOOR,
        0.3,
        "#c24a44",
        0.85,
        """
        steel.metal s= 5,4 22,14 32,0
        body.metal c= 8,84 18,96 34,92 42,76 30,72
        steel.metal s 3,3 0,84 0,94
        steel.metal o 0,95 6,3.6
        body.metal o 0,44 43,43
        cream o 0,44 34,34
        > ink.flat f 0,44 12 28,32 1.2 + f 0,44 4 25,32 1.6
        ink.flat s 3,2 0,44 -14,54 + s 2.4,1.4 0,44 14,66
        red.flat s 1,0.6 -4,50 16,22
        ink.flat o 0,44 3,3
        """,
    ),
    subject(
        "umbrella umbrellas parasol",
        Habitat.ANY,
        0.9,
        "#c9444a",
        1.02,
        """
        wood s 2.6,2.6 0,92 0,14 6,4 14,6 16,14
        turn 0,60 4
        dark c -50,50! -38,56 -26,50! -12,56 0,50! 12,56 26,50! 38,56 50,50! 40,66 0,70 -40,66
        body.cloth c -52,50! -44,76 -22,92 0,97 22,92 44,76 52,50! 39,57 26,50! 13,57 0,50! -13,57 -26,50! -39,57
        > light c -26,48 -20,76 0,98 -6,80 0,48 -13,56 + c 26,48 40,70 0,99 50,80 60,48
        steel s 1.6,1 0,94 0,103
        """,
    ),
    subject(
        "bottle bottles potion flask",
        Habitat.INDOOR,
        0.35,
        "#3f7a56",
        0.33,
        """
        body m 0,100 5.6,100! 5.6,78 8,68 15,58 16,46 16,4 12,0 0,0
        > pale.flat s 2.4,1.2 -11,54 -12,30 -11,8
        > dark.flat c 4,100 12,60 9,30 10,0 30,0 30,100
        red m 0,102 6.4,102! 6.4,82! 0,82
        cream m 0,44 16.4,44! 16.4,16! 0,16
        > accent.flat r -20,38 40,2 + r -20,20 40,2 + o 0,30 5,5
        """,
    ),
    subject(
        "bed beds",
        Habitat.INDOOR,
        0.8,
        "#5f7fae",
        1.79,
        """
        wood.wood c -76,0! -68,0! -68,76 -70,84 -76,84
        wood.wood r 68,0 8,46
        wood.wood r -72,12 144,14
        white.cloth c -70,26 -70,40 60,42 70,38 70,26
        white.cloth c -68,42 -66,58 -44,60 -30,54 -32,42
        body.cloth c -34,22! -36,50 -20,54 40,52 68,46 70,20! 40,17 0,20
        > pale.cloth c -40,20 -40,60 -24,58 -24,18
        > dark.flat s 1,0.6 0,54 6,30 2,18 + s 1,0.6 34,54 38,34 36,18
        """,
    ),
    subject(
        "bench benches",
        Habitat.GROUND,
        0.55,
        "#9a6a44",
        1.91,
        """
        iron s= 5,4 56,44 60,84
        iron s= 5,4 58,40 62,0 + s= 4,4 44,38 42,4
        body.wood r -78,72 156,9 + r -78,58 156,9
        light.wood c -80,44! 80,44! 84,36! -84,36!
        dark.wood r -84,33 168,4
        """,
    ),
    subject(
        "camera cameras",
        Habitat.INDOOR,
        0.2,
        "#4a4d58",
        1.33,
        """
        steel.metal r -40,74 16,6
        glow o 40,80 5,4
        steel.metal c -24,72! 24,72! 18,90! -18,90!
        glass r -10,77 20,8
        steel.metal c -60,72! 60,72! 60,80 56,80 -56,80 -60,80
        body.plain c -60,4 -56,0 56,0 60,4 60,72! -60,72!
        > dark.flat r -70,60 140,3
        steel.metal o 4,34 32,32
        ink o 4,34 26,26
        #3b5578 o 4,34 18,18
        > #7fa0cc.flat o -2,42 7,5 30
        ink o 4,34 7,7
        white.flat o 0,40 2.4,2
        red.flat o -48,64 3,3
        """,
    ),
    subject(
        "teddy doll dolls plush",
        Habitat.INDOOR,
        0.3,
        "#b88550",
        0.83,
        """
        body.fur o= 22,90 9,9
        > light o= 22,90 5,5
        body.fur o= 30,44 9,15 40
        body.fur m 0,58 20,52 27,32 20,10 0,6
        > light.fur o 0,30 15,18
        body.fur o= 26,10 13,12
        > light o= 28,9 7,7
        body.fur m 0,98 22,94 30,76 22,58 0,54
        light.fur o 0,66 12,9
        ink.flat c -4.4,71 4.4,71 0,65! + o= 11,78 2.6,3
        white.flat o 12,79.4 1,1 + o -10,79.4 1,1
        ink.flat s= 1,0.7 0,66 0,62 5,60.4
        red c= 0,52 12,58 15,51 12,45
        red o 0,51.6 3.4,3.4
        """,
    ),
)
