import { defineEnvVars } from '@sveltejs/kit/env';
import { parsePublicServerUrl } from './public-server-url.ts';

export const variables = defineEnvVars({
	/** Where the sockets are; empty means the page's own origin. */
	PUBLIC_SERVER_URL: {
		public: true,
		static: true,
		schema: parsePublicServerUrl
	}
});
