"""The one clock: every change to anything dated takes its number here and leaves a line in the audit trail."""
