"""The view that maps an outcome over two parameters."""
