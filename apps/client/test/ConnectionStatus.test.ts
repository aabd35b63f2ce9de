import { flushSync } from 'svelte';
import { expect, onTestFinished, test, vi } from 'vitest';
import { BACK_MS, PROBLEM_DELAY_MS, ConnectionStatus } from '#lib/connection/ConnectionStatus.svelte.ts';
import { ReactiveValue } from '#lib/socket/ReactiveValue.ts';
import { mount } from './support/watch.svelte.ts';

interface Values {
	transport?: string | undefined;
	error?: Error | undefined;
	roundTripMs?: number | undefined;
	caughtUp?: number | undefined;
}

const CONNECTED = { transport: 'websocket', error: undefined };
const LOST = { transport: undefined, error: new Error('transport close') };
const REJECTED = { transport: undefined, error: Object.assign(new Error('not you'), { data: undefined }) };

/** Creates a connection whose state the test controls, with a stopped clock. */
function startState() {
	vi.useFakeTimers();
	onTestFinished(() => void vi.useRealTimers());
	const values: Values = {};
	const observers = new Set<() => void>();
	const valueOf = <Name extends keyof Values>(name: Name) =>
		new ReactiveValue(
			() => values[name],
			(observer) => {
				observers.add(observer);
				return () => observers.delete(observer);
			}
		);
	const line = { transport: valueOf('transport'), error: valueOf('error'), roundTripMs: valueOf('roundTripMs') };
	const caughtUp = valueOf('caughtUp');
	const { value: state, stop } = mount(
		() =>
			new ConnectionStatus(
				() => line,
				() => caughtUp.current
			)
	);
	flushSync();
	onTestFinished(stop);

	return {
		state,
		stop,
		become: (next: Values) => {
			Object.assign(values, next);
			for (const observer of observers) observer();
			flushSync();
		},
		wait: (ms: number) => {
			vi.advanceTimersByTime(ms);
			flushSync();
		}
	};
}

test('the status is connecting until the first connection', () => {
	const { state, become, wait } = startState();
	wait(PROBLEM_DELAY_MS);
	expect(state.current).toBe('connecting');
	become(CONNECTED);
	expect(state.current).toBe('connected');
	expect(state.transport).toBe('websocket');
});

test('an interruption of less than a second is not shown', () => {
	const { state, become, wait } = startState();
	become({ ...CONNECTED, roundTripMs: 12 });
	become({ ...LOST, roundTripMs: undefined });
	wait(PROBLEM_DELAY_MS - 1);
	const seen = () => [state.current, state.transport, state.roundTripMs];
	expect(seen()).toEqual(['connected', 'websocket', 12]);
	become(CONNECTED);
	expect(seen()).toEqual(['connected', 'websocket', 12]);
	wait(BACK_MS);
	expect(seen()).toEqual(['connected', 'websocket', 12]);
});

test('after a second without a connection the status is reconnecting, and then back for a while', () => {
	const { state, become, wait } = startState();
	become(CONNECTED);
	become(LOST);
	wait(PROBLEM_DELAY_MS / 2);
	become({ error: new Error('websocket error') });
	wait(PROBLEM_DELAY_MS / 2);
	expect(state.current).toBe('reconnecting');
	expect(state.error?.message).toBe('websocket error');

	become(CONNECTED);
	expect(state.current).toBe('back');
	expect(state.error).toBeUndefined();
	wait(BACK_MS - 1);
	expect(state.current).toBe('back');
	wait(1);
	expect(state.current).toBe('connected');
});

test('an unreachable server is shown before the first connection, too', () => {
	const { state, become, wait } = startState();
	become(LOST);
	expect(state.current).toBe('connecting');
	wait(PROBLEM_DELAY_MS);
	expect(state.current).toBe('reconnecting');
});

test('a connection that ends during the status back is shown after a second', () => {
	const { state, become, wait } = startState();
	become(CONNECTED);
	become(LOST);
	wait(PROBLEM_DELAY_MS);
	become(CONNECTED);
	become(LOST);
	expect(state.current).toBe('back');
	wait(PROBLEM_DELAY_MS);
	expect(state.current).toBe('reconnecting');
});

test('missed messages show the status back, also after a short interruption, and for the full time', () => {
	const { state, become, wait } = startState();
	become({ ...CONNECTED, caughtUp: 3 });
	expect(state.current).toBe('connected'); // `back` needs an earlier problem

	become({ ...LOST, caughtUp: 0 });
	become(CONNECTED);
	expect(state.current).toBe('connected');
	become({ caughtUp: 3 });
	expect(state.current).toBe('back');
	wait(BACK_MS - 1);
	become({ caughtUp: 4 });
	wait(BACK_MS - 1);
	expect(state.current).toBe('back');
	wait(1);
	expect(state.current).toBe('connected');
});

test('a rejection is not an outage, and becomes an outage when the server stops', () => {
	const { state, become, wait } = startState();
	become(REJECTED);
	expect(state.current).toBe('connecting');
	wait(PROBLEM_DELAY_MS);
	expect(state.current).toBe('rejected');
	become(LOST);
	expect(state.current).toBe('reconnecting');
	become(CONNECTED);
	expect(state.current).toBe('back');
});

test('polling is shown when it lasts, and not before an upgrade to WebSocket', () => {
	const { state, become, wait } = startState();
	become({ transport: 'polling' });
	expect(state.current).toBe('connected');
	wait(PROBLEM_DELAY_MS - 1);
	become(CONNECTED);
	wait(PROBLEM_DELAY_MS);
	expect(state.current).toBe('connected');

	become({ transport: 'polling' });
	wait(PROBLEM_DELAY_MS);
	expect(state.current).toBe('polling');
	become(CONNECTED);
	expect(state.current).toBe('connected');
});

test('a destroyed status leaves no timer', () => {
	const { become, wait, stop } = startState();
	become(CONNECTED);
	become(LOST);
	wait(PROBLEM_DELAY_MS);
	become(CONNECTED);
	become(LOST);
	expect(vi.getTimerCount()).toBe(2);
	stop();
	expect(vi.getTimerCount()).toBe(0);
});
