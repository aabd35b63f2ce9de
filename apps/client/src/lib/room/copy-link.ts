import type { Room } from '@digda/sync';
import { copyText } from '#lib/ui/copy-text.ts';
import { permalinkTo } from './permalink.ts';

/** Copies the link to a message. @returns whether it succeeded */
export async function copyLink({ id, timeline }: Room, seq: number): Promise<boolean> {
	return await copyText(permalinkTo(id, seq, timeline.epoch ?? ''));
}
