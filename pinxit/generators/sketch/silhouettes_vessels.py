"""What sails and flies with people in it."""

from __future__ import annotations

from pinxit.generators.sketch.silhouettes_subject import Habitat, subject

VESSELS = (
    subject(
        "sailboat sailboats boat boats yacht dinghy",
        Habitat.WATER,
        1.9,
        "#c94a3c",
        0.88,
        """
        wood s 2.2,1.4 0,14 -1,106
        turn 0,20 3
        body.cloth c -3,102! -20,74 -34,46 -38,28! -20,25 -4,24!
        > light.flat s 2,2 -40,44 -2,42 + s 2,2 -40,62 -2,60 + s 2,2 -40,80 -2,78
        body.cloth c 3,98! 20,66 32,44 38,28! 22,25 4,26!
        > light.flat s 5,5 0,36 44,35
        accent.cloth c -1,106! 7,107 14,104! 7,102 -1,101!
        turn
        wood s 2,2 -40,24 0,23
        dark.wood c -46,20! -20,17 20,17 50,22! 44,8 34,0 -32,0 -40,8
        > white.flat s 2.4,2.4 -50,17 0,13.6 54,18
        > deep.flat r -60,-2 120,4
        """,
    ),
    subject(
        "ship ships steamship steamer ferry liner cruise freighter",
        Habitat.WATER,
        2.8,
        "#33506e",
        1.70,
        """
        iron s 1,0.8 -40,50 -40,92 + s 1,0.8 56,36 56,84
        ink.flat s 0.4,0.4 -40,91 0,84 + s 0.4,0.4 56,83 0,90
        red r -22,58 13,30 + r 2,58 13,30
        > ink r -30,80 60,10
        > white.flat r -30,74 60,3
        white r -54,46 86,14
        > #c9d0d8.flat r -54,46 86,1.4
        white r -64,34 112,13
        > #c9d0d8.flat r -64,34 112,1.4
        white c 14,60! 34,60! 30,70 14,70!
        glass r 17,62 13,5
        glass g -58,38.4 4.6,5 9,1 10,0
        glass g -49,50 4.6,5 7,1 10,0
        body c -80,34! -40,31 40,31 84,40! 76,18 66,0 -64,0 -74,12
        > red.flat r -90,-2 190,9
        > white.flat s 2,2 -90,29 0,26 90,33
        glass g -62,17 3,3 11,1 11.4,0
        gold.flat s 1.6,1.6 66,22 66,14 + s 1.4,1.4 62,15 70,15
        """,
    ),
    subject(
        "galleon galleons frigate caravel",
        Habitat.WATER,
        3.0,
        "#8a5a36",
        1.22,
        """
        wood s 2,1.2 -34,24 -34,96 + s 2.4,1.4 2,22 2,112 + s 2,1.2 36,24 36,92 + s 2,1 46,30 74,46
        ink.flat s 0.5,0.5 2,110 70,45 + s 0.5,0.5 2,110 -52,36
        cream.cloth c -48,86! -34,88 -20,86! -18,74 -20,64! -34,61 -48,64! -45,74
          + c -52,60! -34,62 -16,60! -13,48 -16,38! -34,35 -52,38! -48,48
        cream.cloth c -16,98! 2,100 18,98! 21,86 18,76! 2,73 -16,76! -12,86
          + c -20,72! 2,74 22,72! 26,58 22,44! 2,40 -20,44! -15,58
        cream.cloth c 24,82! 36,84 48,82! 51,72 48,62! 36,59 24,62! 27,72
          + c 22,58! 36,60 50,58! 53,48 50,38! 36,35 22,38! 25,48
        > red.flat o 36,48 5,5
        cream.cloth c 44,78! 58,60 72,46! 54,44
        red.cloth c 2,113 12,111 20,112! 18,107! 10,106 2,107 + c -34,97 -26,95 -19,96! -20,92! -27,91 -34,92
        body.wood c -66,50! -46,46 -40,32 30,28 40,38 54,40! 48,20 36,2 -40,2 -54,14
        > dark.flat s 2,2 -70,42 -46,36 -36,24 30,20 60,30
        > gold.flat s 1.2,1.2 -70,46 -46,40 -38,28 30,24 60,34
        glass g -59,35 6,7 2,1 9,0
        glass g -34,13 5,5 7,1 10,0
        """,
    ),
    subject(
        "canoe canoes rowboat rowboats kayak gondola raft",
        Habitat.WATER,
        0.55,
        "#a8643a",
        4.05,
        """
        dark c -88,38! -50,24 50,24 88,38! 50,30 -50,30
        wood.wood r -30,22 12,5 + r 20,22 12,5
        wood s 2.4,2.4 -10,40 26,8
        body.wood c -90,40! -60,24 0,19 60,24 90,40! 76,14 56,0 -56,0 -76,14
        > light.flat s 3,3 -94,38 -60,23 0,18 60,23 94,38
        """,
    ),
    subject(
        "rocket rockets missile shuttle spacecraft",
        Habitat.SKY,
        3.0,
        "#d2453d",
        0.40,
        """
        flame.flat c -9,18 -13,4 -6,-8 -4,-18! 0,-8 3,-22! 6,-8 13,4 9,18
        glow c -6,18 -8,6 -1,-8! 7,6 6,18
        dark c= 10,44 22,32 27,14! 16,18 8,22
        iron.metal m 0,22 8,22! 10,15! 0,15
        body.metal m 0,112! 7,100 14,76 14,46 9,21! 0,21
        > dark m 0,114 14,112 20,90 0,88
        > white.flat r -20,40 40,3 + r -20,84 40,4
        > white.flat r -20,26 40,6
        steel o 0,74 7,7
        glass o 0,74 5.2,5.2
        steel o 0,54 4.6,4.6
        glass o 0,54 3.2,3.2
        dark m 0,44 2.6,36 2.6,14 0,12
        """,
    ),
    subject(
        "airplane airplanes plane planes aeroplane jet aircraft",
        Habitat.SKY,
        1.6,
        "#dfe5ea",
        2.49,
        """
        #9fb0c0 c -6,40 24,44 46,62! 40,64 18,58 -12,46
        #5f86b0 c -84,36 -98,66! -84,68 -62,42
        body.metal c -92,36 -70,45 -20,48 50,48 78,42 90,33 84,25 60,21 -10,20 -60,26
        > #5f86b0.flat c -100,28 -60,30 20,27 90,28 90,24 20,23 -60,26
        > dark.flat c -100,20 -60,26 -10,22 60,22 92,30 60,16 -60,16
        #37475c c 68,43! 79,40! 85,35! 72,36!
        glass g -50,36.6 4.4,5.4 13,1 8.6,0
        steel.metal c 6,4 10,12 28,13 32,8 30,2 14,0
        steel c -6,34 20,32 28,26 4,6 -26,-8 -38,-9! -22,12
        > white.flat s 1,0.6 22,30 -36,-8
        #5f86b0 c -88,34 -66,36 -82,22 -104,18!
        """,
    ),
    subject(
        "helicopter helicopters chopper drone drones",
        Habitat.SKY,
        1.2,
        "#3d7f9c",
        2.14,
        """
        iron s 2.4,2.4 2,70 2,84
        turn 2,84 4
        iron c -70,86 0,82 74,86 74,88 0,86 -70,88
        turn
        body c -18,58 -70,56 -94,62 -94,68 -16,68
        dark c -88,60 -102,84! -92,84 -80,66
        turn -96,70 40
        iron s 2,2 -96,56 -96,84
        turn
        body c -30,52 -22,68 2,74 30,70 52,54 56,38 44,26 0,22 -24,32
        > dark.flat c -40,34 0,30 60,36 50,20 -10,16 -40,20
        > light.flat s 2,2 -40,46 0,42 64,44
        glass c 14,44! 14,66! 32,64 46,52 50,42! + c -14,46! -10,62! 8,66! 8,45!
        > white.flat p 18,44 23,44 32,68 27,68
        iron s 2.4,2.4 -8,24 -12,10 + s 2.4,2.4 28,24 32,10 + s 3.4,3.4 -34,8 46,8 54,14
        """,
    ),
    subject(
        "balloon balloons airship zeppelin blimp",
        Habitat.SKY,
        3.0,
        "#d2503c",
        0.70,
        """
        wood.flat s 0.7,0.7 -14,32 -6,14 + s 0.7,0.7 14,32 6,14 + s 0.6,0.6 -6,31 -3,14 + s 0.6,0.6 6,31 3,14
        body m 0,110 22,105 37,88 38,68 26,46 14,31! 0,30
        > pale c -12,32 -26,50 -34,76 -24,100 -8,112 -17,96 -21,74 -14,50 -6,30
          + c 12,32 26,50 34,76 24,100 8,112 17,96 21,74 14,50 6,30 + c -1,30 -6,60 -6,90 0,112 6,90 6,60 1,30
        > accent.flat s 6,6 -44,70 0,64 44,70
        glow c -3,24 -4,29 0,34! 4,29 3,24
        #a8743e.tile c -8,14! 8,14! 6.6,0 -6.6,0
        #7a4f2c s 2.4,2.4 -8,13.6 8,13.6
        """,
    ),
    subject(
        "ufo ufos spaceship spaceships starship saucer alien aliens",
        Habitat.SKY,
        1.3,
        "#8fa3b8",
        2.23,
        """
        glass c -26,38 -24,58 0,70 24,58 26,38
        #76b865 c -9,40 -10,52 0,60 10,52 9,40
        ink.flat o= 4,51 2.2,3.4 24
        > white.flat p -18,46 -14,46 -8,64 -12,62
        dark.metal c -30,16 -16,4 16,4 30,16 0,20
        glow o 0,7 12,2.6
        body.metal c -76,26 -50,38 0,44 50,38 76,26 50,14 0,9 -50,14
        > light.flat s 2,2 -80,27 0,34 80,27
        glow o -56,24 4,3.4 + o -30,19.6 4,3.4 + o 0,18 4,3.4 + o 30,19.6 4,3.4 + o 56,24 4,3.4
        """,
    ),
    subject(
        "submarine submarines sub",
        Habitat.WATER,
        1.2,
        "#e0b030",
        1.88,
        """
        iron s 2.6,2.6 6,64 6,84 16,84
        glass o 17,84 2.6,3
        turn -78,30 30
        iron.metal c -78,30 -86,50 -80,52 + c -78,30 -86,10 -80,8
        turn
        dark p -78,34 -58,38 -58,22 -78,26
        dark c -58,50 -76,58! -72,40 + c -58,12 -76,2! -72,22
        body c -18,50! -12,70 18,70 24,50!
        > dark.flat r -20,64 50,3
        body c -68,30 -50,50 0,58 46,54 70,40 72,26 54,10 0,3 -48,10
        > dark.flat c -80,20 0,14 80,22 60,0 -60,0
        > light.flat s 2,2 -80,40 0,44 80,40
        steel o -24,32 9,9 + o 4,32 9,9 + o 32,32 9,9
        glass o -24,32 6.4,6.4
        glass o 4,32 6.4,6.4
        glass o 32,32 6.4,6.4
        glow o 70,33 3.6,6
        """,
    ),
)
