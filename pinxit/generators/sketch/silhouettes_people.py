"""People, from near and from afar."""

from __future__ import annotations

from pinxit.generators.sketch.silhouettes_subject import Habitat, subject

FACE = """
    skin r -3,72 6,10
    > #b98262.flat o 0,79 7,4
    skin o= 8.4,87 1.8,2.6
    skin o 0,88 8.4,9.8
    > rose.flat o= 5.2,84.6 1.8,1.2
    ink.flat o= 3.2,88 1,1.4
    ink.flat s= 0.6,0.4 0,82.6 2,83 3,84 + s= 0.8,0.4 1.9,91.6 4.9,91.6
"""
TROUSERS = """
    ink o= 6.6,2.6 6,2.9
    #48526a.cloth s= 9.5,7.4 5,46 6,26 6,4
"""

PEOPLE = (
    subject(
        "person people human humans figure figures traveller travellers traveler hiker hikers wanderer",
        Habitat.ANY,
        1.0,
        "#c8553d",
        0.44,
        f"""
        {TROUSERS}
        dark.cloth c -14,72 -22,66 -21,48 -12,46
        turn -12,69 7
        body.cloth s 7.4,6 -12,69 -18,56 -15,44
        skin o -14.6,41 3,3.4
        turn 12,69 7
        body.cloth s 7.4,6 12,69 18,56 17,44
        skin o 17,41 3,3.4
        turn
        body.cloth m 0,77 8,76 15,71 14,56 13,44 0,42
        > dark.flat s 1,1 0,78 0,40
        > light.flat s 2.4,2.4 -8,78 -9,62 -11,52 + s 2.4,2.4 8,78 9,62 11,52
        turn 0,76 4
        {FACE}
        hair.fur c -9,88 -11,96 -4,102 6,101 10,95 9,88! 6,94 0,95 -6,94!
        turn
        accent.cloth s 5,4.4 -6,76 0,74 6,76
        """,
    ),
    subject(
        "woman women lady ladies wife mother female",
        Habitat.ANY,
        0.97,
        "#b5405e",
        0.40,
        f"""
        hair.fur c -10,92 -14,76 -12,62 0,60 12,62 14,76 10,92
        skin s= 4.4,3.4 4,24 4,6
        dark o= 4.6,2.4 4.2,2.6
        turn -10,69 8
        skin s 4.6,3.6 -9,70 -17,58 -19,46 -17,42
        turn 10,69 8
        skin s 4.6,3.6 9,70 16,59 10,50 8,47
        turn
        body.cloth m 0,72 6,76! 11,70 8,58 8,52 15,34 19,15 0,12
        > dark.cloth s 2.6,2.6 -9,54 0,53 9,54
        > light.flat s 1.4,1.4 -20,17 0,14 20,17
        turn 0,76 4
        {FACE}
        hair.fur c -9,84 -12,94 -6,102 4,102 12,95 9.5,82! 8,90 3,95 -4,94 -8,88!
        red.flat o 0,82.8 1.9,0.8
        """,
    ),
    subject(
        "man men gentleman guy husband father male",
        Habitat.ANY,
        1.03,
        "#3f5f8a",
        0.44,
        f"""
        ink o= 6.6,2.6 6,2.9
        #3c4050.cloth s= 10,8 5,46 6,26 6,4
        turn -13,70 6
        body.cloth s 8.4,6.4 -13,70 -19,57 -17,43
        skin o -17,40 3.2,3.6
        turn 13,70 6
        body.cloth s 8.4,6.4 13,70 19,57 18,43
        skin o 18,40 3.2,3.6
        turn
        body.cloth m 0,78 9,77 17,71 15,56 13,42 0,40
        > white m 0,80 6,80 0,58
        > accent c -1.6,74 1.6,74 2.4,62 0,58 -2.4,62
        > dark.flat s= 1,1 7,79 0.6,58 + s 1,1 0,58 0,38
        > gold.flat o 2.6,53 0.8,0.8 + o 2.6,48 0.8,0.8
        turn 0,76 4
        {FACE}
        hair.fur c -8.8,87 -7,80 0,76.6 7,80 8.8,87! 6,84 0,85 -6,84!
        rose.flat s 0.9,0.9 -1.8,82 1.8,82
        hair.fur c -9,89 -10,97 -3,102 6,102 10,96 9,89! 6,95 0,95.5 -6,95!
        """,
    ),
    subject(
        "child children kid kids girl girls boy boys toddler",
        Habitat.ANY,
        0.66,
        "#e0a437",
        0.61,
        """
        ink o= 7,3 7,3.4
        #4f6a8f.cloth s= 11,9 6,38 7,5
        turn -12,58 9
        body.cloth s 8,7 -12,58 -22,48 -26,38
        skin o -27,35 4,4
        turn 12,58 9
        body.cloth s 8,7 12,58 22,52 27,60
        skin o 28.4,62.4 4,4
        turn
        body.cloth m 0,66 9,65 15,58 16,44 15,32 0,31
        > pale.flat s 4,4 -20,50 0,48 20,50 + s 4,4 -20,39 0,37 20,39
        turn 0,64 5
        skin o= 16,80 3,4.4
        skin o 0,81 16,16
        > rose.flat o= 10,75 3.4,2.4
        ink.flat o= 6,81 1.9,2.6
        white.flat o= 6.7,82.2 0.7,0.7
        ink.flat s= 1,0.7 0,72.4 3,73 5,75
        hair.fur c -16,80 -19,92 -8,102 6,103 18,94 16,80! 13,88 6,92 -2,89 -10,92 -14,88!
        """,
    ),
    subject(
        "portrait portraits face faces headshot selfie",
        Habitat.INDOOR,
        0.8,
        "#3e7a74",
        0.83,
        """
        hair.fur c -26,72 -34,48 -34,24 -26,8 0,4 26,8 34,24 34,48 26,74 14,92 -10,94
        skin s 20,22 0,40 0,22
        > #b07a5c.flat o 0,36 16,9
        body.cloth m 0,18 8,17 13,24! 28,20 39,10 41,0! 0,0!
        > dark.flat s 3,3 -14,26 0,15 14,26
        > light.flat s= 1.4,1 30,0 28,12
        skin o= 22.4,59 3.4,6
        skin m 0,90 14,87 21.6,72 21,58 15,42 7,34 0,32
        > rose.flat o= 12.6,50 5,3.4
        white o= 8.8,61.4 5,3.1
        > #6b5a3c.flat o= 8.6,61.4 2.9,3.1
        > ink.flat o= 8.6,61.4 1.4,1.6
        > white.flat o 9.6,62.6 0.8,0.8 + o -7.6,62.6 0.8,0.8
        ink.flat s= 1.2,0.7 3.8,61.6 6.4,64.6 11,64.6 14.4,61.6
        hair.flat s= 2.2,1 3.6,68.6 9,71 15,68.4
        #c98c6c.flat s 1.2,1.6 2,62 3.2,54 2.8,51.4 + s 1.6,1.2 2.8,51.2 -1.8,50.8
        #b5524c.flat c -7,43.6 -2.4,46 0,45.2 2.4,46 7,43.6 0,39.6
        #8a3a3a.flat s 0.7,0.7 -7,43.6 0,43 7,43.6
        hair.fur c -21,58 -27,74 -18,92 0,99 18,94 28,76 22,56! 20,72 10,84 -2,86 -14,80 -19,70!
        > #7a523a.flat s 1.2,0.5 -2,98 10,92 20,80 24,66 + s 1.2,0.5 -4,97 -16,90 -22,78
        gold.flat o= 23,49.6 1.6,2.6
        """,
    ),
    subject(
        "dancer dancers ballerina ballet",
        Habitat.ANY,
        1.05,
        "#e58aa6",
        0.60,
        """
        turn 0,48 6
        skin s 6,3.4 3,48 16,40 27,47 12,33 4,30
        dark s 3.4,1.6 5,30.4 -1,28
        turn
        skin s 6.4,3.4 -1,48 -2,26 -2,8
        dark s 3.6,1.8 -2,9 -2,0
        turn 0,70 4
        skin s 4.4,3 -7,70 -19,80 -16,96 -5,105
        skin s 4.4,3 7,70 19,80 16,96 5,105
        turn
        light.cloth c -32,44 -20,52 0,54 20,52 32,45 24,39 10,36 0,38 -12,36 -26,38
        body.cloth c -28,47 -12,55 0,56 12,55 28,48 18,44 0,47 -18,43
        body.cloth m 0,70 4,71 8,73! 8,62 6,53 0,51
        skin r -2.4,70 4.8,8
        turn 0,76 6
        hair.fur o 0,97 4,3.6
        skin o 0,86 7,8.4
        > rose.flat o= 4.4,83 1.5,1
        hair.fur c -7.4,86 -8,93 0,97 8,93 7.4,86! 4,92 -4,92!
        ink.flat s= 0.8,0.5 1.4,85.8 2.8,85 4.4,86
        red.flat o 0,81.2 1.5,0.7
        """,
    ),
    subject(
        "king kings emperor monarch",
        Habitat.ANY,
        1.08,
        "#8c2f3f",
        0.55,
        """
        body.cloth m 0,74 14,72 22,50 27,4 0,0
        > white.fur s 6,6 -32,5 0,1.6 32,5
        > ink.flat o -18,5 0.8,1.4 + o -9,3 0.8,1.4 + o 0,2.6 0.8,1.4 + o 9,3 0.8,1.4 + o 18,5 0.8,1.4
        #3d4a7a.cloth m 0,72 8,70 9,50 11,10 0,8
        > gold.flat s 1.6,1.6 0,72 0,6 + s 2,2 -14,12 0,10 14,12
        gold s 3,3 -9.6,49 0,47.6 9.6,49
        turn 16,62 5
        gold.metal s 2,2 27,34 27,72
        gold.metal o 27,75 4,4
        body.cloth s 9,7 13,68 22,58 26,52
        skin o 27,50 3.4,3.4
        turn -13,66 5
        body.cloth s 9,7 -13,68 -20,56 -15,46
        skin o -14,44 3.4,3.4
        turn
        white.fur c -15,74 -8,70 0,68 8,70 15,74 12,79 0,75 -12,79
        turn 0,76 4
        skin o 0,86 8.6,9.6
        #8a7058.fur c -8.6,86 -9,74 0,68 9,74 8.6,86! 5,81 0,82 -5,81!
        rose.flat o 0,79.4 2.2,0.9
        ink.flat o= 3.2,87 1,1.3
        #8a7058.flat s= 1.2,0.8 1.6,90 5,90.6
        #8a7058.fur c -9,86 -11,93 11,93 9,86! 7,92 -7,92!
        gold.metal p -9.6,92 -12,106 -5.6,99 0,108 5.6,99 12,106 9.6,92
        > red.flat o 0,95.6 1.4,1.6
        > blue.flat o= 5.6,95.4 1.2,1.3
        """,
    ),
    subject(
        "princess princesses queen queens empress bride",
        Habitat.ANY,
        1.0,
        "#d178a8",
        0.64,
        """
        #d9b25c.fur c -9,92 -15,76 -15,56 0,52 15,56 15,76 9,92
        turn -9,70 7
        skin s 4.4,3.4 -8,70 -17,59 -20,48
        turn 9,70 7
        skin s 4.4,3.4 8,70 17,59 20,48
        turn
        body.cloth m 0,52 8,52 20,38 31,14 34,2! 20,0 0,-1
        > light.cloth c -8,54 8,54 14,20 12,-4 -12,-4 -14,20
        > dark.flat s 1.6,0.8 -10,50 -18,24 -22,0 + s 1.6,0.8 10,50 18,24 22,0
        > gold.flat s 1.8,1.8 -38,5 -18,2 0,1.4 18,2 38,5
        dark.cloth m 0,70 4.6,72 8,71! 8,60 7,50 0,47!
        > gold.flat s 1,1 0,72 0,46
        body o= 9.6,69 4.6,4.6
        skin r -2.6,70 5.2,9
        gold.flat s 0.9,0.9 -4,73 0,71.4 4,73
        turn 0,76 5
        skin o 0,86.6 8,9.2
        > rose.flat o= 5,83 1.8,1.2
        ink.flat o= 3.2,86.6 1.1,1.6
        red.flat o 0,81.2 1.8,0.8
        #d9b25c.fur c -8,80 -11,92 -4,99 6,99 12,92 8.6,80! 8,88 2,94 -4,93 -7.6,87!
        gold.metal p -6.6,95.6 -8,104 -3.6,100 0,106 3.6,100 8,104 6.6,95.6
        > red.flat o 0,98 1.1,1.2
        """,
    ),
    subject(
        "angel angels fairy fairies",
        Habitat.ANY,
        1.0,
        "#f0e6cf",
        0.93,
        f"""
        turn -4,64 7
        white.fur c -3,66 -16,88 -36,100 -50,96! -46,86 -50,78! -44,70 -46,62! -38,56 -36,48! -22,48 -4,56
        > #c9d2e2.flat s 1.4,0.6 -6,62 -26,70 -48,90 + s 1.4,0.6 -8,58 -26,60 -46,72 + s 1.4,0.6 -8,56 -24,52 -40,54
        turn 4,64 7
        white.fur c 3,66 16,88 36,100 50,96! 46,86 50,78! 44,70 46,62! 38,56 36,48! 22,48 4,56
        > #c9d2e2.flat s 1.4,0.6 6,62 26,70 48,90 + s 1.4,0.6 8,58 26,60 46,72 + s 1.4,0.6 8,56 24,52 40,54
        turn
        skin s= 3.6,2.6 4,14 4,2
        body.cloth m 0,76 9,73 10,60 9,52 18,28 20,10 0,7
        > dark.flat s 1.4,0.8 -3,48 -8,26 -10,6 + s 1.4,0.8 4,48 8,26 12,6
        gold s 2,2 -9.4,53 0,52 9.4,53
        turn 0,62 4
        body.cloth c= 8,73 14,68 13,56 4,56
        skin s= 4,3.4 12,57 2,61 0,65
        turn 0,76 4
        #e0bd6a.fur c -10,90 -12,74 0,72 12,74 10,90
        {FACE}
        #e0bd6a.fur c -9,84 -11,94 -4,100 4,100 11,94 9,84! 7,92 0,95 -7,92!
        glow o 0,106 9,2.4 - o 0,106 6.8,1.2
        """,
    ),
)
