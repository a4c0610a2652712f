"""Published files in small, as several tests read them."""

RELEASED = """NAME: three
TYPE: MTVRPTWR
DIMENSION: 3
VEHICLES: 1
CAPACITY: 10
SERVICE_TIME: 5
NODE_COORD_SECTION
1	0	0
2	1	1
3	-3	4
DEMAND_SECTION
1	0
2	10
3	6
TIME_WINDOW_SECTION
1	0	100
2	0	50
3	0	60
RELEASE_TIME_SECTION
1	0
2	4
3	20
DEPOT_SECTION
1
EOF
"""
"""One vehicle that cannot serve both customers at once: two trips, 2 x 14 and 2 x 50 tenths."""
