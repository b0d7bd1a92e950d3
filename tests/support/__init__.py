"""What several test modules share; no test module imports another one (`tests/test_house.py` holds this)."""
