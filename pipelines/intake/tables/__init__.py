"""A grid with its header to rows under the contract's columns.

What each row is, what stands around the table and speaks for all of it, and what a cell says beside its own column.
Values stay text exactly as delivered: reading them is cleaning's part.
"""
