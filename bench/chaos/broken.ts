/** A promise that was not kept. */
export interface Broken {
  /** Which one, in short. */
  readonly promise: Promised;
  readonly what: string;
}

/** What is looked at after each round. */
export const PROMISES = {
  "it ends": "Everything that was asked for comes to its end.",
  "nothing lost": "Each request that was taken has a report, or its person was told why not.",
  "every input": "Each piece of input is in the report.",
  "same sums": "The sums agree in message, records, xlsx and JSON.",
  "true verdicts": "Each verdict is VirusTotal's.",
  "posted once": "Each message stands there once, and none without a scan.",
  "no repeats":
    "VirusTotal is asked about an indicator once, but for answers that did not come, were lost with a process, or got old.",
  limits: "No window, day or month of a key is over its limit.",
  "right list": "blacklist.txt has what was approved, not what was undone, and what people wrote.",
  "audit trail": "The audit trail is whole.",
  "ends in time": "The program ends within 10 s when it is asked to.",
  "no own ends": "The program ends only when it is ended.",
} as const;

export type Promised = keyof typeof PROMISES;
