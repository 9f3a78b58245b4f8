/** Where a test that ends the process at a step leaves its hook: it is loaded before the program (`node --import`). */
const HOOK = Symbol.for("vtip.step");

/** Marks a point between two effects. Does nothing, except in tests of what a crash at just this point loses. */
export function step(name: string): void {
  const hook = (globalThis as { [HOOK]?: (name: string) => void })[HOOK];
  hook?.(name);
}
