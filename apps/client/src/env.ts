import { defineEnvVars } from '@sveltejs/kit/env';
import { parsePublicServerUrl } from './public-server-url.ts';

export const variables = defineEnvVars({
	/** The origin of the server; empty for the origin of the page. */
	PUBLIC_SERVER_URL: {
		public: true,
		static: true,
		schema: parsePublicServerUrl
	}
});
