/** Gives way: the rest of the event loop has its turn before this goes on. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
