"""Pure numerical functions: arrays in, arrays out. No SQL, no files, no knowledge of any indicator."""
