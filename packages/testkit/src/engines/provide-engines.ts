import type { TestProject } from 'vitest/node';
import { missingEngines } from './engines.ts';
import { PostgresServer } from './PostgresServer.ts';
import { RedisServer } from './RedisServer.ts';

/** Starts the engines of a cluster once for all test files, where this machine has them. */
export default async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
	if (missingEngines().length > 0) return undefined;
	const postgres = await PostgresServer.start();
	const redis = await RedisServer.start();
	provide('engines', { postgres: postgres.url, redis: redis.url });
	return async () => {
		await redis.stop();
		await postgres.stop();
	};
}
