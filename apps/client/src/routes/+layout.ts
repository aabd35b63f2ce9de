// A prerendered page would show no chat, so the pages are empty until the script runs.
export const ssr = false;
