import type { ComponentChildren } from "preact";

import type { ApiError } from "./api.ts";

/** A number with its thousands parted. */
export function toCount(count: number): string {
  return count.toLocaleString("en-US");
}

const two = (part: number) => String(part).padStart(2, "0");

/** `2026-11-22 08:04`, in the time of whoever looks. */
export function toLocalTime(iso: string | number | null): string {
  if (iso === null) return "";
  const date = new Date(iso);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `3 d`, `5 h`, `12 min`: how long ago or ahead. */
export function toSpan(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${toCount(Math.round(minutes / 1440))} d`;
}

/** What is wrong, where it is seen and read out. */
export function Problem({ error }: { readonly error: ApiError | null }) {
  return error === null ? null : (
    <p class="problem" role="alert">
      {error.message}
    </p>
  );
}

/** A verdict, by word and not by colour alone. */
export function Verdict({ status, score }: { readonly status: string; readonly score?: string | null }) {
  return (
    <span class={`verdict ${status}`}>
      {status}
      {score ? ` ${score}` : ""}
    </span>
  );
}

/** A page's head. */
export function Heading({ children }: { readonly children: ComponentChildren }) {
  return <h1 tabIndex={-1}>{children}</h1>;
}
