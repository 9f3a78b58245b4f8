/** What a person asks for in chat by the first word of a command, a mention or a direct message. */
export type RequestWords =
  | { readonly kind: "help" | "quota" | "blocklist" | "scans" }
  | { readonly kind: "plan" | "why" | "unblock" | "cancel"; readonly rest: string }
  | { readonly kind: "scan"; readonly text: string };

/** Reads the first word; anything that is no request is text to be scanned. */
export function toRequest(text: string): RequestWords {
  const [, word = "", rest = ""] = /^\s*(\S+)\s*([^]*)$/u.exec(text) ?? [];
  const kind = word.toLowerCase();
  switch (kind) {
    case "help":
    case "quota":
    case "blocklist":
    case "scans":
      return { kind };
    case "plan":
    case "why":
    case "unblock":
    case "cancel":
      return { kind, rest: rest.trim() };
    default:
      return { kind: "scan", text };
  }
}
