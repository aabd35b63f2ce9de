import type { Attachment } from 'svelte/attachments';

/** Opens a dialog as a modal one, and closes it on a tap on its backdrop. The content of the dialog is a descendant. */
export const modal: Attachment<HTMLDialogElement> = (dialog) => {
	const closeOnBackdrop = ({ target }: MouseEvent) => {
		if (target === dialog) dialog.close();
	};
	dialog.addEventListener('click', closeOnBackdrop);
	dialog.showModal();
	return () => dialog.removeEventListener('click', closeOnBackdrop);
};
