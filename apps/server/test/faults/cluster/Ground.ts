import { PostgresServer } from '@digda/testkit/engines/PostgresServer.ts';
import { RedisServer } from '@digda/testkit/engines/RedisServer.ts';

/** The engines that nodes share. Worlds use them one after the other, as they may kill any of them. */
export interface Ground {
	postgres: PostgresServer;
	redis: RedisServer;
}

export async function openGround(): Promise<Ground> {
	const postgres = await PostgresServer.start();
	try {
		return { postgres, redis: await RedisServer.start() };
	} catch (error) {
		await postgres.stop();
		throw error;
	}
}

/** Ends the engines for good. */
export async function closeGround({ postgres, redis }: Ground): Promise<void> {
	await Promise.all([postgres.stop(), redis.stop()]);
}
