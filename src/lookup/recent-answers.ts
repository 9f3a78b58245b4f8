import type { Answer, Clock } from "../model.ts";

type Answered = Extract<Answer, { outcome: "answered" }>;

/** The answers of the last moments, for those who looked at what is known just before them. */
export interface RecentAnswers {
  keep(name: string, answer: Answered): void;
  /** What was found since the asker looked, as cached; null when nothing was, or too long ago. */
  since(name: string, knownAt: number): Answer | null;
}

/** Remembers each for `keptMs`, and until the next one after that. */
export function createRecentAnswers(clock: Clock, keptMs: number): RecentAnswers {
  // In the order in which they came.
  const answers = new Map<string, { readonly answer: Answered; readonly at: number }>();
  return {
    keep(name, answer) {
      const now = clock.now();
      answers.delete(name);
      answers.set(name, { answer, at: now });
      for (const [old, { at }] of answers) {
        if (at > now - keptMs) return;
        answers.delete(old);
      }
    },
    since(name, knownAt) {
      const recent = answers.get(name);
      return recent === undefined || recent.at < knownAt ? null : { ...recent.answer, cached: true };
    },
  };
}
