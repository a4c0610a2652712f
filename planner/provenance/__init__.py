"""Where a plan comes from, and whether it is still what it was.

::

    places       the first byte in which two files differ, with line, column and field
    companions   review.json and map.html beside a plan.json: whether they are of that plan
    records      whether a record is whole: its digest, and every byte of it
    inputs       which files a plan was made from have changed since
    again        planning anew with the same options and seed
    verifying    all of it, as one value
"""
