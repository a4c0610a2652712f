"""The top floor: what people look at. Every file made here is a view of the record and can be made again from it."""
