// What was compiled is kept for the next start, which takes half as long then; threads go by the variable. In JavaScript,
// because to compile this file would take longer than all that is kept.
import { enableCompileCache, getCompileCacheDir } from 'node:module';

enableCompileCache();
process.env.NODE_COMPILE_CACHE ??= getCompileCacheDir() ?? '';
await import('./index.ts');
