import { TypeOverrides, types } from 'pg';

/** Integers of 8 bytes are numbers: a `seq` or a time in milliseconds is far below 2^53. */
export const NUMBERS = new TypeOverrides();
NUMBERS.setTypeParser(types.builtins.INT8, Number);
