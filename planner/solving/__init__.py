"""Who flies what: tables of flights, exact sorties, OR-Tools models, and true reasons why not."""
