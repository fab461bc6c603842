"""Files that leave the house: the bulletin, a township's worklist and its answers, the document of a validation.

Of the bulletin, `facts` asks, `wording` puts into words, `composition` orders text, tables and figures into one
document, and three writers (`as_docx`, `as_xlsx`, `as_pdf`) only set it. Not here: which rows or figures stand in a
file (`queries/`), a sum, or a page.
"""
