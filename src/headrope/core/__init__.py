"""Pure arithmetic of the cycle: values in, values out; no Django, no files, no clock."""
