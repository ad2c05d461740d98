/** Lets other work of the process run: timers, signals, a page that wants to be drawn. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
