import { Client } from 'pg';
import { NUMBERS } from '@digda/server/store/postgres/numbers.ts';

/** Does something with a database on a connection of its own. */
export async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
	const client = new Client({ connectionString: url, types: NUMBERS });
	// What is asked on a connection that has broken fails.
	client.on('error', () => undefined);
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}
