"""Files that other systems load, one module per format; each can be read back and checked."""
