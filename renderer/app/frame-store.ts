import { create } from 'zustand';

/** The dialogs that belong to the frame; one at a time. */
export type FrameDialog = 'palette' | 'shortcuts' | 'coverage' | 'network' | 'open' | 'cancel';

interface FrameState {
  readonly dialog: FrameDialog | undefined;
  open: (dialog: FrameDialog) => void;
  close: () => void;
}

export const useFrame = create<FrameState>((set) => ({
  dialog: undefined,
  open: (dialog) => set({ dialog }),
  close: () => set({ dialog: undefined }),
}));
