// Nothing of a chat is to be seen without a connection; the pages are empty until the script runs.
export const ssr = false;
