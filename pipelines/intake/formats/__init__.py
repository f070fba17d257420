"""Files to grids of cells: workbooks old and new, text tables, Parquet, each within its limits.

What a file is, is said by its content, never by its name. Nothing here knows what a column means (headers) or what a
row is (tables).
"""
