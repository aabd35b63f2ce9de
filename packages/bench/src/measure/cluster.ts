import { PostgresServer } from '@digda/testkit/engines/PostgresServer.ts';
import { RedisServer } from '@digda/testkit/engines/RedisServer.ts';
import type { AcrossJob } from '../load/send-across.ts';
import { LoadProcess } from '../load/LoadProcess.ts';
import { digda, type Rival } from '../rivals.ts';
import type { Finding } from '../results/findings.ts';
import { ServerUnderTest } from '../servers/ServerUnderTest.ts';

/** The engines of several nodes, with an empty database for each measurement. */
export class Engines {
	readonly #postgres: PostgresServer;
	readonly #redis: RedisServer;

	private constructor(postgres: PostgresServer, redis: RedisServer) {
		this.#postgres = postgres;
		this.#redis = redis;
	}

	static async start(): Promise<Engines> {
		return new Engines(await PostgresServer.start(), await RedisServer.start());
	}

	/** Makes a node on an empty database. */
	async node(): Promise<Rival> {
		const url = await this.#postgres.createDatabase();
		const environment = (directory: string) => ({
			...digda.environment?.(directory),
			...{ DATABASE_URL: url, REDIS_URL: this.#redis.url }
		});
		return { ...digda, environment };
	}

	async stop(): Promise<void> {
		await this.#redis.stop();
		await this.#postgres.stop();
	}
}

/** Measures the cost of a delivery on the node of its sender, and on another one. The load is on both. */
export async function measureAcross(rival: Rival, job: Omit<AcrossJob, 'ports'>): Promise<Finding[]> {
	const load = new LoadProcess('sendAcross');
	const servers = [await ServerUnderTest.start(rival), await ServerUnderTest.start(rival)] as const;
	try {
		load.begin({ ...job, ports: [servers[0].port, servers[1].port] });
		await load.reached('begun');
		const before = await Promise.all(servers.map((server) => server.read()));
		load.goOn();
		await load.reached('counted');
		const after = await Promise.all(servers.map((server) => server.read()));
		load.goOn();
		const { near, far } = await load.ended();
		return [near, far].map(({ deliveries, p50Ms, p99Ms }, index) => ({
			workload: 'two nodes, 10 + 10 in each room',
			subject: index === 0 ? 'same node' : 'other node',
			primary: 'p50Ms',
			figures: {
				...{ p50Ms, p99Ms },
				cpuUsPerDelivery: (1_000 * ((after[index]?.cpuMs ?? 0) - (before[index]?.cpuMs ?? 0))) / deliveries,
				deliveriesPerSecond: (1_000 * deliveries) / job.measureMs
			}
		}));
	} finally {
		load.stop();
		await Promise.all(servers.map((server) => server.stop()));
	}
}
