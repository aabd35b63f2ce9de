import { blog } from './blog.ts';
import { digda } from './digda.ts';
import { plain } from './plain.ts';

export const DIALECTS = { blog, digda, plain };
export type DialectName = keyof typeof DIALECTS;
