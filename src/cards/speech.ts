/** How people of a platform ask for something. */
export interface Speech {
  /** A request and what it takes, such as `why <ip>` or `<anything>`, as it is typed there. */
  readonly write: (request: string) => string;
  /** What else is to be known of asking in a thread: a sentence with a space before it. */
  readonly inThreads: string;
}

/** One command with words behind it, which the platform does not take in threads. */
export const ONE_COMMAND: Speech = {
  write: (request) => `/vtip ${request}`,
  inThreads: " In a thread, mention me: commands do not work there.",
};
