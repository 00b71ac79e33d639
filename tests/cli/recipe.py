"""A recipe of one data set."""

RECIPE = """
root = "data"
[[dataset]]
name = "revenue"
kind = "metric"
analysis = "Revenue"
from = "2017-11-01"
"""
