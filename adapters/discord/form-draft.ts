import { createHash } from "node:crypto";

import { LIMITS } from "./limits.ts";

/**
 * What is ticked of a form's options: a hash of which options these are, then a sign for every six of them. It travels
 * in a custom id while the form is filled in, so that nothing of it has to be kept.
 */
export type Draft = string;

/** An id that carries a draft, and the action by which the form is asked for again. */
export interface Carrier {
  readonly action: string;
  readonly draft: Draft;
}

/** How far a person is with a form. */
export interface Filling {
  readonly draft: Draft;
  readonly step:
    | { readonly kind: "page"; readonly page: number }
    /** The menus are done, and the rest is to be asked for. */
    | { readonly kind: "fill" }
    /** All is filled in; `values` is what the window asked for. */
    | { readonly kind: "sent"; readonly values: Readonly<Record<string, readonly string[]>> };
}

const CARRIER = /^fill:(.+):([\w-]+)$/s;
const PAGE = /^page:(\d+)$/;
const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const TICKS_OF_SIGN = 6;
/** 24 bits: that other options have the same hash is as good as impossible. */
const HASH_SIGNS = 4;

export function toCarrierId({ action, draft }: Carrier): string {
  return `fill:${action}:${draft}`;
}

export function toCarrier(customId: string): Carrier | null {
  const [, action = "", draft = ""] = CARRIER.exec(customId) ?? [];
  return draft === "" ? null : { action, draft };
}

export function toPageId(page: number): string {
  return `page:${page}`;
}

/** What a button below the menus is pressed for; null for any other button. */
export function toStep(customId: string): Filling["step"] | null {
  const page = PAGE.exec(customId)?.[1];
  if (page !== undefined) return { kind: "page", page: Number(page) };
  return toCarrier(customId) === null ? null : { kind: "fill" };
}

/** How many options a draft holds in the id that carries it. */
export function mostTicks(action: string): number {
  const room = LIMITS.customId - toCarrierId({ action, draft: "" }).length - HASH_SIGNS;
  return Math.max(0, room) * TICKS_OF_SIGN;
}

/** `names` tell the options apart from any others, in their order. */
export function toDraft(names: readonly string[], ticks: readonly boolean[]): Draft {
  return toHash(names) + toSigns(ticks);
}

/** Whether each option is ticked; null for a draft of other options. */
export function toTicks(draft: Draft, names: readonly string[]): readonly boolean[] | null {
  if (!draft.startsWith(toHash(names))) return null;
  const all = readTicks(draft);
  return names.map((_, at) => all[at] ?? false);
}

/** The draft with other ticks from the option at `from` on. */
export function withTicks(draft: Draft, from: number, ticks: readonly boolean[]): Draft {
  const before = readTicks(draft);
  return draft.slice(0, HASH_SIGNS) + toSigns(before.map((isTicked, at) => ticks[at - from] ?? isTicked));
}

export function countTicks(draft: Draft): number {
  return readTicks(draft).filter(Boolean).length;
}

function toHash(names: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(names)).digest("base64url").slice(0, HASH_SIGNS);
}

function toSigns(ticks: readonly boolean[]): string {
  const count = Math.ceil(ticks.length / TICKS_OF_SIGN);
  return Array.from({ length: count }, (_, sign) => {
    const six = ticks.slice(sign * TICKS_OF_SIGN, (sign + 1) * TICKS_OF_SIGN);
    return SIGNS[six.reduce((sum, isTicked, bit) => sum + (isTicked ? 2 ** bit : 0), 0)];
  }).join("");
}

function readTicks(draft: Draft): readonly boolean[] {
  return Array.from(draft.slice(HASH_SIGNS), (sign) => SIGNS.indexOf(sign)).flatMap((six) =>
    Array.from({ length: TICKS_OF_SIGN }, (_, bit) => Math.floor(six / 2 ** bit) % 2 === 1),
  );
}
