"""Days of sorties to measure solvers on, what other solvers make of them, and a judge of all."""
