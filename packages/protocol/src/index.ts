export * from './defaults.ts';
export * from './echo.ts';
export * from './limits.ts';
export * from './reply.ts';
export * from './text.ts';
