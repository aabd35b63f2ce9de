import { Client } from 'pg';
import { NUMBERS } from '@digda/server/store/postgres/numbers.ts';

/** Runs a function with a connection of its own to a database. */
export async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
	const client = new Client({ connectionString: url, types: NUMBERS });
	// Queries on a broken connection fail by themselves.
	client.on('error', () => undefined);
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}
