import { defineEnvVars } from '@sveltejs/kit/env';

export const variables = defineEnvVars({
	/** Where the sockets are; empty means the page's own origin. */
	PUBLIC_SERVER_URL: {
		public: true,
		static: true,
		schema: (value) => (value === undefined || value === '' ? '' : new URL(value).origin)
	}
});
