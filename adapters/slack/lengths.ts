import { bytesOf } from "./inert.ts";
import { LIMITS } from "./limits.ts";
import type { RichElement } from "./rich-text.ts";

/** How much a block or its elements count, in bytes of UTF-8: all that is read, and where links lead. */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") return bytesOf(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + sizeOf(part), 0);
  if (typeof value !== "object" || value === null) return 0;
  const parts = Object.entries(value).filter(([key]) => key !== "type" && key !== "style");
  return parts.reduce<number>((sum, [, part]) => sum + sizeOf(part), LIMITS.elementBytes);
}

/** The first elements, `mostBytes` of them, with … for what is cut off. */
export function cutElements(elements: readonly RichElement[], mostBytes: number): readonly RichElement[] {
  let room = mostBytes;
  const kept: RichElement[] = [];
  for (const element of elements) {
    const size = sizeOf(element);
    if (size <= room) {
      kept.push(element);
      room -= size;
      continue;
    }
    if (element.type !== "text") return [...kept, { type: "text", text: "…" }];
    const rest = cutToBytes(element.text, room - LIMITS.elementBytes - ELLIPSIS_BYTES);
    return [...kept, { ...element, text: `${rest}…` }];
  }
  return kept;
}

const ELLIPSIS_BYTES = 3;

function cutToBytes(text: string, mostBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes > mostBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** The elements in runs of at most `mostBytes`; a long text is parted at the end of a line or between words. */
export function splitElements(
  elements: readonly RichElement[],
  mostBytes: number,
): readonly (readonly RichElement[])[] {
  const runs: RichElement[][] = [];
  let room = 0;
  for (const element of elements.flatMap((one) => splitElement(one, mostBytes))) {
    const size = sizeOf(element);
    if (size > room) {
      runs.push([]);
      room = mostBytes;
    }
    runs.at(-1)?.push(element);
    room -= size;
  }
  return runs;
}

function splitElement(element: RichElement, mostBytes: number): readonly RichElement[] {
  if (element.type !== "text" || sizeOf(element) <= mostBytes) return [element];
  const parts: RichElement[] = [];
  let rest = element.text;
  while (rest !== "") {
    const most = cutToBytes(rest, mostBytes - LIMITS.elementBytes);
    const end = most === rest ? rest.length : Math.max(most.lastIndexOf("\n"), most.lastIndexOf(" ")) + 1;
    const part = rest.slice(0, end === 0 ? most.length : end);
    parts.push({ ...element, text: part });
    rest = rest.slice(part.length);
  }
  return parts;
}
