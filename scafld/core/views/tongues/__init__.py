"""What other tools are told of a task, each in its own format: findings, test results, an attestation, a page.

    from scafld.core.views.tongues.junit import junit_of

    junit_of(overview, task)

Every module is a pure function from what is on record to a text. What a reviewer, a command or a contract said is data
in it: it can add no element, no row, no link.
"""
