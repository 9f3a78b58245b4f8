import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

import type { ApiError } from "./api.ts";
import { useFocusAfterMove } from "./route.ts";

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

/** Text as it is; of anything else nothing is shown. */
export function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** What was typed into a field of the form that is sent. */
export function typedIn(event: SubmitEvent, name: string): string {
  return toText(new FormData(event.currentTarget as HTMLFormElement).get(name)).trim();
}

/** What is wrong, where it is seen and read out. That the server is away is said above every page. */
export function Problem({ error }: { readonly error: ApiError | null }) {
  return error === null || error.status === 0 ? null : (
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

/** A page's head, to which the focus goes when the page is opened, unless something else of it is meant. */
export function Heading({
  children,
  isTarget = true,
}: {
  readonly children: ComponentChildren;
  readonly isTarget?: boolean;
}) {
  const element = useRef<HTMLHeadingElement>(null);
  useFocusAfterMove(element, isTarget);
  return (
    <h1 ref={element} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** What is too wide for a small screen moves within its own box, by keyboard too. */
export function Wide({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div class="overflow-auto" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
