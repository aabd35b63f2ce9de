import { TypeOverrides, types } from 'pg';

/** Reads 8-byte integers as numbers: every `seq` and time in milliseconds is far below 2^53. */
export const NUMBERS = new TypeOverrides();
NUMBERS.setTypeParser(types.builtins.INT8, Number);
