"""What a sheet calls its columns: where its header is, and which column of the contract each header means.

By dictionary, never by likeness; likeness only makes suggestions. The words themselves are data (contracts); what
stands below the header is read in tables.
"""
