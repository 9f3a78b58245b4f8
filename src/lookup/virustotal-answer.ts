import type { Facts, Indicator } from "../model.ts";
import { toRetryAfterMs } from "./retry-after.ts";
import { type Reply, toBodyText, toJson } from "./virustotal-body.ts";
import { remedyOf, VirusTotalError } from "./virustotal-error.ts";
import { toErrorBody, toFacts } from "./virustotal-schema.ts";
import { toPlainText } from "./virustotal-text.ts";

/**
 * What a reply says on the indicator; null when VirusTotal has no record of it.
 * @throws VirusTotalError for everything else, without `key` even where the reply repeats it.
 */
export function toAnswer(reply: Reply, indicator: Indicator, key: string, nowMs: number): Facts | null {
  const { status } = reply;
  if (status !== 200 && status !== 404) throw toStatusError(reply, key, nowMs);
  const body = toJson(toBodyText(reply), status);
  if (status === 404) {
    if (toErrorBody(body)?.code === "NotFoundError") return null;
    throw toStatusError(reply, key, nowMs);
  }
  const facts = toFacts(body, indicator);
  if (facts !== null) return facts;
  throw new VirusTotalError(`VirusTotal's answer is not one to this ${indicator.kind}.`, {
    status,
    code: "UnexpectedBody",
    remedy: "retry",
  });
}

/** The status decides. A body that can't be read takes away VirusTotal's code and message, and nothing else. */
function toStatusError(reply: Reply, key: string, nowMs: number): VirusTotalError {
  const { status, headers } = reply;
  const told = toTold(reply);
  const code = told === null || told.code.includes(key) ? `Http${status}` : told.code;
  const message = toPlainText(told?.message ?? "", key);
  return new VirusTotalError(
    `VirusTotal answered ${status} ${code}${message === null ? "" : `: ${message}`}`,
    {
      status,
      code,
      remedy: remedyOf(status),
      retryAfterMs: toRetryAfterMs(headers["retry-after"], nowMs),
    },
  );
}

function toTold(reply: Reply): ReturnType<typeof toErrorBody> {
  try {
    return toErrorBody(toJson(toBodyText(reply), reply.status));
  } catch {
    return null;
  }
}
