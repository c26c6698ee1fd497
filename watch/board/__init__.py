"""The board of an issue: who writes what. Subjects are changed by its functions alone.

Each checks the right, then the state, and notes who did it, in one transaction. They raise the errors of the
workflow, `NotAllowed` and `NotNow`, whose text can be shown to the person.
"""
