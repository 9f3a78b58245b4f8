import type { Summary, VerdictRule } from "../model.ts";

/** What a report says about the scan as a whole. Times in ms since 1970. */
export interface ReportHead {
  readonly scanId: string;
  /** Where the input came from, such as a file's name. */
  readonly source: string;
  /** The columns of the input that were read; empty when it had none. */
  readonly columns: readonly string[];
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly rule: VerdictRule;
  /** True marks every sheet as invented data. */
  readonly demo: boolean;
  /** Findings in the text, repeats counted. */
  readonly pieces: number;
  readonly cancelled: boolean;
  readonly summary: Summary;
}
