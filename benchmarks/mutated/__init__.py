"""Small faults put into the modules that safety hangs on, one at a time, and whether a test sees each of them.

``changes`` makes the mutants of a module, ``subjects`` tells the modules and their tests, ``trials`` runs tests in
forks of a process that has imported everything, ``measuring`` tells which test runs which line and which branches none
takes, ``records`` keeps what came of it and what people judged of it, ``report`` prints it.
"""
