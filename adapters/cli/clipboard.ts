import type { ResultRecord } from "../../src/contract.ts";

/** What `--copy` puts on the clipboard. */
export type CopyWhat = "both" | "score";

/**
 * One line a result that spreadsheets take: the score as the formula `=2/94`, after the indicator for `both`.
 * A result without a score has an empty cell, so that the lines stay beside the person's own.
 */
export function toClipboardText(
  records: readonly Pick<ResultRecord, "indicator" | "score">[],
  what: CopyWhat,
): string {
  const lines = records
    .filter((record) => record.indicator !== null)
    .map(({ indicator, score }) => {
      const formula = score === null ? "" : `=${score}`;
      return what === "both" ? `${indicator}\t${formula}` : formula;
    });
  return `${lines.join("\n")}\n`;
}

/** Puts text on the desktop's clipboard; false where there is none, as on a server. */
export async function copyToClipboard(text: string): Promise<boolean> {
  const { default: clipboard } = await import("clipboardy");
  return clipboard.write(text).then(
    () => true,
    () => false,
  );
}
