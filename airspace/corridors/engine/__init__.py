"""Exact shortest paths among obstacles, at national scale: array in, array out.

::

    meshes      obstacles -> a triangulation of everything, which tells free space from obstacles
    tangents    mesh -> the tangent graph: which corners see each other along a taut piece
    stands      pads -> what each of them sees; the graph is not touched
    searches    one pair (A*), one to all, all to all; lengths and lines
    kernels     the inner loops, compiled by Numba
    warming     compiling ahead, and telling of it

Coordinates are whole millimetres of a frame, int64. Turns are worked out in whole numbers from input points only,
so they are exact for maps up to 1,500 km across; nothing is ever decided by a tolerance.

A shortest path bends only at convex corners and only around them, so a piece that belongs to one leaves a corner
inside one of two narrow wedges, each as wide as the corner's turning angle. Only those are swept, triangle by
triangle; a piece is kept when it is tangent at its other end too.
"""
