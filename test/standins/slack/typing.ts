/** Text as Slack sends it on when a person typed it: escaped, with what looks like a link made one. */
export function asTyped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(LINKED, (found) => {
      if (/^https?:/i.test(found)) return `<${found}>`;
      return found.includes("@") ? `<mailto:${found}|${found}>` : `<http://${found}|${found}>`;
    });
}

/** Top-level domains that tests write; Slack knows all of them, and so makes a link of `setup.py` too. */
const TOP = "com|net|org|info|biz|io|co|dev|app|ru|cn|de|uk|br|py|sh|zip|xyz|top|example|test";

/** Addresses of pages, mail addresses, and bare names of hosts. */
const LINKED = new RegExp(
  String.raw`\bhttps?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]]` +
    String.raw`|(?<![\w.@/-])[\w.+-]+@(?:[\w-]+\.)+(?:${TOP})\b` +
    String.raw`|(?<![\w.@/[\]-])(?:[a-z0-9-]+\.)+(?:${TOP})\b(?!\.?[\w@[(-])(?:\/[^\s<>|]*)?`,
  "gi",
);
