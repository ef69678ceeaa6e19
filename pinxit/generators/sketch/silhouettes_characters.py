"""Heroes, helpers and haunters of the tales."""

from __future__ import annotations

from pinxit.generators.sketch.silhouettes_subject import Habitat, subject

CHARACTERS = (
    subject(
        "knight knights warrior warriors soldier soldiers paladin hero",
        Habitat.GROUND,
        1.08,
        "#b03a36",
        0.64,
        """
        steel.metal s= 9,7 6,44 7,26 7,5
        iron.metal o= 8,2.8 6.6,3
        steel.metal o= 7,25 4.6,4.6
        turn 17,66 6
        steel.metal s 3,1.4 31,52 31,88 31,96
        gold.metal s 3,3 25,50 37,50 + s 2.4,2.4 31,50 31,42
        steel.metal s 7.6,6.4 15,67 23,56 30,46
        iron o 31,46 3.6,3.6
        turn
        body.cloth m 0,74 12,72 15,62 12,48 16,26! 0,24
        > gold.flat s 1.8,1.8 -18,28 0,26 18,28
        > gold c 0,68 4,60 10,58 4,54 0,44 -4,54 -10,58 -4,60
        wood s 3.2,3.2 -14,48 0,46.6 14,48
        steel.metal o= 15,69 6.6,6
        turn -17,64 5
        steel.metal s 7.6,6.4 -15,67 -21,56 -18,48
        body.metal c -31,66! -20,69 -9,66! -9,48 -20,34! -31,48
        > gold.flat p -21.6,70 -18.4,70 -18.4,30 -21.6,30 + p -34,57 -6,57 -6,53.6 -34,53.6
        turn 0,76 4
        body.fur c 0,98 -6,108 -18,108 -22,98 -14,100 -6,94
        steel.metal m 0,100 8,98 10.4,90 9.6,78 6,74 0,73
        > iron.flat p -8,88 8,88 8,85.4 -8,85.4 + r -0.8,74 1.6,14
        > ink.flat r= 3,77 0.8,5 + r= 5,77 0.8,5
        > gold.flat s 1.4,1.4 0,101 0,88
        """,
    ),
    subject(
        "astronaut astronauts cosmonaut spaceman",
        Habitat.ANY,
        1.02,
        "#eeeae2",
        0.69,
        """
        grey r -19,44 38,34
        iron o= 9.6,3.6 8,4
        turn -10,40 5
        body.cloth s 15,12 -8,42 -11,26 -10,7
        > dark.flat s 2,2 -22,16 0,15 + s 2,2 -22,29 0,28
        turn 10,40 5
        body.cloth s 15,12 8,42 11,26 10,7
        > dark.flat s 2,2 0,15 22,16 + s 2,2 0,28 22,29
        turn -15,66 8
        body.cloth s 12,10 -14,67 -25,56 -27,44
        iron o -27.6,40 5,5
        turn 15,66 10
        body.cloth s 12,10 14,67 27,68 31,80
        iron o 32,84.4 5,5
        turn
        body.cloth m 0,75 12,74 18,66 17,48 13,36 0,34
        > steel r -9,50 18,13
        > red.flat o -5,58 1.6,1.6
        > glow.flat o 0,58 1.6,1.6
        > blue.flat o 5,58 1.6,1.6 + r -6,52.6 12,2.4
        > #e58a3a.flat s 2.4,2.4 -20,70 -10,72 + s 2.4,2.4 20,70 10,72
        turn 0,76 5
        body o 0,86 16.4,15
        #31435c.metal c -11.6,86 -9,95 0,97.4 9,95 11.6,86 8,77.6 0,76 -8,77.6
        > #7fa9cf c -14,88 -12,100 6,100 2,94 -6,92 -8,84
        > white.flat o -5,92 2.6,1.2 30
        """,
    ),
    subject(
        "wizard wizards mage sorcerer magician druid merlin gandalf",
        Habitat.GROUND,
        1.15,
        "#4b4a98",
        0.51,
        """
        turn 17,50 4
        wood s 2.4,2.8 28,2 27,50 29,92
        wood s 3,1.6 29,90 35,96 32,104 25,102
        glow o 29,97 3.6,3.8
        turn
        dark.cloth c 8,66 22,62 30,50 24,42 14,48
        body.cloth m 0,72 11,70 16,58 17,36 24,4 0,0
        > dark.flat s 1.6,1 -4,40 -7,18 -12,0 + s 1.6,1 7,40 9,18 14,0 + s 1.2,1 0,30 0,0
        > gold.flat s 2.6,2.6 -30,5 0,1.6 30,5
        > gold f -11,18 5 0,2.4 0.8 18 + f 8,28 5 0,2 0.7 18 + f 14,12 5 0,2.4 0.8 18
        wood s 3,3 -15,45 0,43 16,45
        turn -12,66 7
        body.cloth c -10,70 -18,64 -27,44 -17,38 -8,56
        skin o -22,40 3.4,3.6
        turn
        body.cloth c 10,70 19,66 32,50 25,42 13,52
        skin o 28,46 3.6,3.6
        turn 0,74 4
        skin o 0,80 8.6,10
        white.fur c -8,79 -10,64 -5,50 0,42! 5,50 10,64 8,79 0,75
        white.fur c -0.4,76.4 -6,76 -10,71 -4,73 0,75 4,73 10,71 6,76
        ink.flat o= 3.4,80.6 1,1.3
        white.flat s= 1.6,0.8 1.6,83.6 6.4,84.4
        body.cloth c -22,84 -8,82 8,82 22,84 8,89 -8,89
        body.cloth c -10.6,86 -6,100 -2,114 -8,124! 2,119 7,104 10.6,86 0,84
        > gold.cloth s 3.4,3.4 -12,88 0,86 12,88
        > gold f -1,100 5 0,2.4 0.8 18
        """,
    ),
    subject(
        "witch witches sorceress",
        Habitat.ANY,
        1.05,
        "#5c3f78",
        0.52,
        """
        turn 16,50 5
        wood s 2.2,2.2 34,92 22,40 16,10
        straw.fur c 19,22 12,21 4,4 12,1 22,2 25,16
        turn
        #c0552e.fur c -9,86 -15,70 -12,58 12,58 15,70 9,86
        ink c= 2,6 4,0 14,0 9,5
        body.cloth m 0,71 8,69 9,54 20,22 26,7! 20,9 14,5! 8,8 0,5
        > dark.flat s 1.4,0.8 -2,48 -8,26 -10,6 + s 1.4,0.8 4,48 8,26 12,6
        accent s 2.6,2.6 -9,53 0,52 9,53
        turn -8,66 8
        body.cloth c -7,69 -14,63 -27,48 -19,42 -7,56
        skin o -24,44 2.8,3
        turn
        body.cloth c 7,69 14,64 28,58 24,49 8,58
        skin o 26,54 3,3
        turn 0,74 5
        skin o 0,80 8,9.4
        ink.flat o= 3.2,80.4 1,1.5
        ink.flat s= 0.6,0.4 0,75.4 2.4,75.8 3.6,77
        rose.flat o= 5,77.4 1.6,1.1
        #c0552e.fur c -9,78 -9,88 0,91 9,88 9,78! 5,86 0,87 -5,86!
        body.cloth c -24,86 0,81.6 24,86 8,91 -8,91
        body.cloth c -11,87 -6,100 0,112 12,118! 7,106 11,87 0,85
        > #d8873a.cloth s 4,4 -13,90 0,88 13,90
        gold.metal p -2.6,86 2.6,86 2.6,91 -2.6,91 - p -1.2,87.4 1.2,87.4 1.2,89.6 -1.2,89.6
        """,
    ),
    subject(
        "robot robots android mech cyborg",
        Habitat.ANY,
        1.0,
        "#7fa3b4",
        0.67,
        """
        iron.metal s= 6,6 9,34 9,8
        dark.metal r= 4.6,14 9,8 + r= 4.6,26 9,7
        body.metal m 2,0! 18,0! 17,6 12,9 4,9
        turn -18,62 10
        iron.metal s 5,5 -18,62 -28,52 -28,40
        body.metal o -19,62 6.4,6.4
        dark.metal r -32.6,40 9,11
        steel.metal c -33,40 -23,40 -21,34 -24,28! -25,34 -31,34 -32,28! -35,34
        turn 18,62 10
        iron.metal s 5,5 18,62 29,66 31,78
        body.metal o 19,62 6.4,6.4
        dark.metal r 26,68 9.4,11
        steel.metal c 26,79 36,79 38,85 35,91! 34,85 28,85 27,91! 24,85
        turn
        body.metal c -18,68 -14,71 14,71 18,68 16,38 12,33 -12,33 -16,38
        > dark.flat p -11,64 11,64 10,46 -10,46
        > pale.flat o -6,58 3.4,3.4
        glow o 5,59 2.6,2.6
        red.flat o -6,58 2.2,2.2
        > white.flat g -8,49 2.4,3 5,1 3.4,0
        iron r -4,70 8,6
        turn 0,75 5
        iron s 1.6,1.6 0,98 0,106
        glow o 0,107 2.6,2.6
        dark.metal r= 16,80 5,10
        body.metal c -17,95 -12,98.4 12,98.4 17,95 17,80 13,75 -13,75 -17,80
        > deep.flat c -13,92 13,92 13,84 -13,84
        glow o= 6,88 3,3
        iron.flat g -8,77.6 3,3 5,1 3.4,0
        """,
    ),
    subject(
        "samurai ninja ronin shinobi",
        Habitat.GROUND,
        1.05,
        "#7a2f36",
        0.67,
        """
        turn 14,62 5
        steel.metal s 2,0.8 24,54 38,72 46,96
        gold.metal s 2.6,2.6 20.6,55 26.6,51
        ink s 2.4,2.4 22.6,52.6 17,45
        turn
        #3a3c48.cloth s= 14,9 7,44 11,24 12,6
        ink o= 13,2.6 6.6,2.9
        iron.tile s= 8,7 12,20 12.4,7
        body.tile m 2,46! 16,46! 19,27! 4,25!
        body.tile m 0,75 10,74 14,68 13,56 12,44 0,43
        > gold.flat s 1.2,1.2 -16,64 0,63 16,64 + s 1.2,1.2 -16,55 0,54 16,55
        gold.cloth s 3.4,3.4 -12.6,46 0,45 12.6,46
        turn -13,66 6
        #3a3c48.cloth s 8,6 -13,68 -22,57 -16,47
        body.tile c -8,74! -18,73 -26,57! -15,56
        skin o -15,45 3.2,3.2
        turn
        #3a3c48.cloth s 8,6 13,68 23,60 19,50
        body.tile c 8,74! 18,73 26,57! 15,56
        skin o 18.6,49 3.4,3.4
        turn 0,76 4
        skin o 0,84 8,8.6
        #33353f.cloth c -8.4,84 -7,75 0,73 7,75 8.4,84 0,81
        ink.flat s= 1.2,0.8 2,85 5.4,86
        body.tile m 0,92 9,90 15,80! 12,79 8.6,87 0,88
        body.metal m 0,102 8,99 11,90 0,88
        gold.metal c= 1,93! 8,98 13,108! 5,102 0,97!
        """,
    ),
    subject(
        "pirate pirates captain buccaneer",
        Habitat.ANY,
        1.03,
        "#8e3a34",
        0.57,
        """
        wood s 4,3 6,26 6.6,0
        ink c -13,0 -2,0 -2,22 -10,22
        #5a5f70.cloth s 10,9 -5,44 -6,18 + s 10,9 5,44 6.4,22
        turn 15,66 6
        steel.metal c 25,47! 36,60 36,86! 32,64 22,50!
        gold.metal o 24,47 4,3.4 20
        body.cloth s 9,8 13,68 22,60 24,50
        skin o 24,47 3.2,3.2
        turn -13,66 6
        body.cloth s 9,8 -13,68 -21,56 -15,46
        skin o -13,44.6 3.2,3.2
        turn
        body.cloth m 0,76 8,76 16,71 14,52 18,28! 4,30! 0,40
        > white m 0,80 5,80 5,50 0,48
        > gold.flat s= 1.4,1.4 7,78 6,30 + o= 9.6,60 1,1 + o= 9.6,54 1,1
        ink s 3.6,3.6 -14,47 0,45.6 14,47
        gold.metal r -2.6,43.6 5.2,4.4
        turn 0,76 5
        skin o 0,85 8.4,9.4
        hair.fur c -8.4,85 -8,76 0,71 8,76 8.4,85! 4,80.6 -4,80.6!
        rose.flat s 1,1 -1.6,79 1.6,79
        ink.flat o 3.4,86 2.6,2.4 + s 0.9,0.9 -8,91 3,87 9,85 + o -3.2,86 1,1.3
        ink.cloth c -19,90 -12,100 0,106 12,100 19,90! 8,94 0,95 -8,94 -19,90!
        > gold.flat s 1.2,1.2 -20,91 -8,95 0,96 8,95 20,91
        white.flat o 0,101 2.2,2 + r -1.2,98 2.4,2 + s 0.8,0.8 -4,97 4,99.6
        """,
    ),
    subject(
        "mermaid mermaids siren",
        Habitat.WATER,
        0.9,
        "#3e9a94",
        0.64,
        """
        turn 10,40 5
        light.scale c 22,8 34,14 46,12! 42,4 46,-8! 34,-8 24,2
        body.scale c -10,50 10,50 12,36 20,20 28,8 24,2 10,8 -4,22 -11,38
        turn
        #b5502e.fur c -9,92 -17,76 -18,54 -8,44 4,54 12,60 14,76 9,92
        turn -9,70 8
        skin s 4.6,3.4 -8,70 -18,60 -22,48
        turn 9,70 8
        skin s 4.6,3.4 8,70 18,62 24,72
        turn
        skin m 0,74 9,72 8,60 9,50 0,44
        dark.scale o= 4.2,64 4,3.6
        body.scale c -10.4,50 0,53 10.4,50 9,44 -9,44
        skin r -2.6,70 5.2,9
        turn 0,76 5
        skin o 0,86.6 8,9.2
        > rose.flat o= 5,83 1.8,1.2
        ink.flat o= 3.2,86.6 1.1,1.6
        red.flat o 0,81.2 1.8,0.8
        #b5502e.fur c -8,80 -11,92 -4,99 6,99 12,92 8.6,80! 8,88 2,94 -4,93 -7.6,87!
        orange f 8,95 5 0,3.4 1.3 18
        """,
    ),
    subject(
        "ghost ghosts spirit phantom spectre",
        Habitat.ANY,
        0.95,
        "#e6ecf2",
        0.80,
        """
        turn -18,56 10
        body s 9,6 -16,54 -30,50 -36,60
        turn 18,56 10
        body s 9,6 16,54 30,50 36,60
        turn
        body c 0,98 18,92 25,72 26,40 34,8! 22,14 14,2! 4,12 -6,0! -14,11 -26,4! -26,40 -25,72 -18,92
        > dark.flat s 2,0.6 -12,30 -16,10 + s 2,0.6 2,30 2,14 + s 2,0.6 14,32 20,14
        ink.flat o= 8,74 3.8,5.4 + o 0,60 3.6,5
        white.flat o 9.4,76 1.2,1.5 + o -6.6,76 1.2,1.5
        > rose o= 15,66 3,2
        """,
    ),
)
