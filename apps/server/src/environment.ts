import { fileURLToPath } from 'node:url';
import { CLIENT_DEV_PORT, DEFAULT_SERVER_PORT } from '@digda/protocol';
import * as v from 'valibot';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const DEFAULT_CLIENT_ORIGIN = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${CLIENT_DEV_PORT}`).join(',');

/** Relative to the source, so that the working directory does not matter. */
const DEFAULT_DATABASE_URL = `sqlite:${fileURLToPath(new URL('../../../.data/digda.sqlite', import.meta.url))}`;
const DATABASE_HELP = 'expected sqlite:<path of a file> or postgres://<user>@<host>/<database>';

const REDIS_HELP = 'expected redis://<host>:<port>, or rediss:// for an encrypted connection';

const ORIGIN_HELP = 'expected origins separated by commas, such as https://chat.example.com';

const ADMIN_TOKEN_HELP = 'expected 32 to 128 letters, digits or -._~, as openssl rand -hex 32 makes them';

const METRICS_TOKEN_HELP = 'expected at least 16 characters without spaces';

function wholeNumber(usual: number, least: number, most: number) {
	const help = `expected a whole number from ${least} to ${most}`;
	return v.pipe(
		v.optional(v.string(), String(usual)),
		v.regex(/^\d{1,7}$/, help),
		v.transform(Number),
		v.minValue(least, help),
		v.maxValue(most, help)
	);
}

const DATABASE = /^(sqlite:|postgres(ql)?:\/\/)./;

/** Every variable that the server reads: its parser, its default and the help for a wrong value. */
const Environment = v.object({
	PORT: wholeNumber(DEFAULT_SERVER_PORT, 0, 65_535),
	/** Undefined means all interfaces. */
	HOST: v.optional(v.string()),
	CLIENT_ORIGIN: v.pipe(
		v.optional(v.string(), DEFAULT_CLIENT_ORIGIN),
		v.transform((list) => list.split(',').map((origin) => origin.trim())),
		v.array(v.pipe(v.string(), v.check(isOrigin, ORIGIN_HELP), v.transform(toOrigin)))
	),
	/** Where the log of the rooms is kept. */
	DATABASE_URL: v.pipe(v.optional(v.string(), DEFAULT_DATABASE_URL), v.regex(DATABASE, DATABASE_HELP)),
	/** Connects several nodes on one PostgreSQL, which send each other hints. */
	REDIS_URL: v.optional(
		v.pipe(
			v.string(),
			v.regex(/^rediss?:\/\/./, REDIS_HELP),
			v.check((url) => URL.canParse(url), REDIS_HELP)
		)
	),
	/** The number of proxies in front of the server. `X-Forwarded-For` is trusted only above 0. */
	TRUST_PROXY: wholeNumber(0, 0, 10),
	/** The most open connections, in total and from one address. */
	MAX_CONNECTIONS: wholeNumber(10_000, 1, 1_000_000),
	MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(500, 1, 1_000_000),
	RATE_LIMITS: v.pipe(
		v.optional(v.picklist(['on', 'off'], 'expected on or off'), 'on'),
		v.transform((value) => value === 'on')
	),
	/**
	 * Free disk space in megabytes. Below it the server rejects new guests, below half of it messages too. 0 disables
	 * the check.
	 */
	MIN_FREE_MB: wholeNumber(512, 0, 1_000_000),
	/** Days after which messages are emptied. Unset keeps messages permanently. */
	RETENTION_DAYS: v.optional(wholeNumber(1, 1, 36_500)),
	/** The bearer token for `/metrics`. Without it, only programs on this machine may read them. */
	METRICS_TOKEN: v.optional(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{16,}$/, METRICS_TOKEN_HELP))),
	/** The operator's token, whose bearer may delete any message and close any room. */
	ADMIN_TOKEN: v.optional(v.pipe(v.string(), v.regex(/^[\w.~-]{32,128}$/, ADMIN_TOKEN_HELP))),
	LOG_LEVEL: v.optional(v.picklist(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`), 'info'),
	/** With `development`, another server serves the page. */
	NODE_ENV: v.optional(v.string())
});
export type Environment = v.InferOutput<typeof Environment>;

/** Lists the wrong variables and the accepted values in one line. */
export class EnvironmentError extends Error {}

/**
 * Parses the environment; an empty variable counts as unset.
 * @throws {EnvironmentError} when a variable has a value that is not accepted
 */
export function parseEnvironment(variables: Record<string, string | undefined>): Environment {
	const set = Object.fromEntries(
		Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== '')
	);
	const result = v.safeParse(Environment, set, { abortPipeEarly: true });
	if (result.success) return result.output;

	// Each variable gets one message, even if several of its parts are wrong.
	const messages = new Map(result.issues.map((issue) => [String(issue.path?.[0].key), issue.message]));
	const show = (name: string) => {
		if (name.endsWith('_TOKEN')) return 'wrong';
		const value = set[name] ?? '';
		// The rest of the URL may contain a password.
		return JSON.stringify(name.endsWith('_URL') ? value.replace(/(?<=:).*/s, '…') : value);
	};
	throw new EnvironmentError([...messages].map(([name, help]) => `${name} is ${show(name)}: ${help}`).join('; '));
}

/** A scheme, a host and an optional port. Browsers send nothing more, so anything else would never match. */
const ORIGIN = /^https?:\/\/[^/?#@*\\\s]+\/?$/i;

function isOrigin(value: string): boolean {
	return ORIGIN.test(value) && URL.canParse(value);
}

function toOrigin(value: string): string {
	return new URL(value).origin;
}
