"""Where one can fly: from closed zones to a network of clear straight corridors."""
