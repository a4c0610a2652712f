"""Who flies what, when, and does it hold up: jobs become plans, and plans are reviewed.

The straight pipe, in four lines::

    scenario = planner.read_scenario("examples/luohu")
    plan = planner.plan(scenario.job, scenario.sky)
    review = planner.check(plan, scenario.sky, scenario.job)
    page = planner.draw(plan, scenario.sky, scenario.job, review, basemap=scenario.basemap)

OR-Tools and Folium are loaded when first used.
"""

from planner.comparing import Comparison, compare
from planner.drawing import Shown, draw, show
from planner.errors import OrdersUnserved, PlannerError, SolverFailed, UnknownOrder
from planner.explaining import Explanation, explain
from planner.formats.plans import read_plan, write_plan
from planner.formats.reviews import read_review, write_review
from planner.formats.scenario import lint, read_job, read_scenario
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Evening, Job, Policy
from planner.model.orders import Consignment, Order
from planner.model.plans import CorridorChoice, Leg, Plan, Reason, Sortie, Unserved, Waypoint
from planner.model.powers import MassPower, Multirotor, PowerTable, Quadplane
from planner.model.reviews import Finding, Review, Verdict
from planner.model.scenarios import Scenario
from planner.model.weather import Weather, WindGrid
from planner.physics.energy import EnergyModel, OwnModel
from planner.planning import check, plan, solve
from planner.solving.enquiries import enquire
from planner.solving.repairs import repaired
from planner.solving.solvers import NO_BOUND, Proposal, SolveOptions, Solver, Watch
from planner.solving.tables import Tables, cost_tables

__all__ = [
    "NO_BOUND",
    "Comparison",
    "Consignment",
    "CorridorChoice",
    "Drone",
    "DroneType",
    "EnergyModel",
    "Evening",
    "Explanation",
    "Finding",
    "Job",
    "Leg",
    "MassPower",
    "Multirotor",
    "Order",
    "OrdersUnserved",
    "OwnModel",
    "Plan",
    "PlannerError",
    "Policy",
    "PowerTable",
    "Proposal",
    "Quadplane",
    "Reason",
    "Review",
    "Scenario",
    "Shown",
    "SolveOptions",
    "Solver",
    "SolverFailed",
    "Sortie",
    "Tables",
    "UnknownOrder",
    "Unserved",
    "Verdict",
    "Watch",
    "Waypoint",
    "Weather",
    "WindGrid",
    "check",
    "compare",
    "cost_tables",
    "draw",
    "enquire",
    "explain",
    "lint",
    "plan",
    "read_job",
    "read_plan",
    "read_review",
    "read_scenario",
    "repaired",
    "show",
    "solve",
    "write_plan",
    "write_review",
]
