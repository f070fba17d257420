"""Links any flat table whose columns a model file names: other columns, other languages than a county's.

Here belong model files of the kind `table`, their comparisons by kind of column (name, text, date, code), blocking by
keys, weights estimated on the table itself, and grouping by average linkage. Not here: Chinese names, ID numbers,
registers, households, vetoes and ids over time, which are the county engine's (the package above).
"""

from pipelines.matching.tables.link import TableLinkage, link_table
from pipelines.matching.tables.spec import TableModel, is_table_model, load_table_model

__all__ = ["TableLinkage", "TableModel", "is_table_model", "link_table", "load_table_model"]
