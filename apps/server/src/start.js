// Keeps compiled code for the next start, which then takes half the time. Threads use the environment variable. This
// file is JavaScript because compiling it from TypeScript would take longer than the cache saves.
import { enableCompileCache, getCompileCacheDir } from 'node:module';

enableCompileCache();
process.env.NODE_COMPILE_CACHE ??= getCompileCacheDir() ?? '';
await import('./index.ts');
