"""Who may see what: sign-in, roles, what of an edition a reader's queries can reach, the log of accesses.

Here: settings (`access.yml`), the gate before the pages, the reader of a session, rights at the connection. Not here: a
figure, a page. Without settings the dashboards are for one machine, and whoever sits there may read the files anyway.
"""
