/** A way in which Slack reaches us. */
export interface Line {
  /** Resolves when it stands. Rejects with an Error to be shown when it cannot come about. */
  start(): Promise<void>;
  /** Ends it; may be called at any time and more than once. */
  stop(): Promise<void>;
}
