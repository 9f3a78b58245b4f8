import { loadWriter } from "./report/xlsx-writer.ts";

/** Loads what a short command of a terminal does without, and the first request of a chat would wait for. */
export async function preload(): Promise<void> {
  await Promise.all([loadWriter(), import("./report/xlsx.ts"), import("./lookup/virustotal.ts")]);
}
