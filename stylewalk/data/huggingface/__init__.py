"""Data sets in the formats of the Hugging Face hub: read row by row, no further than needed.

The library ``datasets`` reads them in any layout (Parquet, folders of images, tar files, what
``save_to_disk`` wrote) and runs no code out of them; what a data set may have opened at all is
decided in :mod:`stylewalk.data.huggingface.inside`. Pictures are never decoded here: their bytes
go into one zip file as they are, and a table beside it says what they are, so that from there on
the study is one of the source ``table``.
"""
