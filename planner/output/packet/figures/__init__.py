"""Maps and profiles of a packet, drawn as SVG without styles of its own: presentation attributes only.

So nothing of them needs leave from the page's policy, and every renderer draws the same.
"""
