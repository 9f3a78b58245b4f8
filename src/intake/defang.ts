import type { Indicator } from "../model.ts";

const SCHEMES: Readonly<Record<string, string>> = { "http:": "hxxp:", "https:": "hxxps:", "ftp:": "fxp:" };

/**
 * Writes an indicator so that no program makes a link of it: `1[.]2[.]3[.]4`, `hxxps://evil[.]com/x`,
 * `2001[:]db8[:][:]1`. For people to read; `extract` gives the same indicator back. Hashes stay as they are.
 */
export function defang({ kind, value }: Indicator): string {
  switch (kind) {
    case "ip":
    case "domain":
      return breakUp(value);
    case "url":
      return defangUrl(value);
    case "hash":
      return value;
  }
}

function defangUrl(url: string): string {
  const [, scheme = "", host = "", rest = ""] = url.match(/^([a-z]+:)\/\/([^/?#]*)(.*)$/s) ?? [];
  if (scheme === "") return breakUp(url);
  const name = host.startsWith("[") ? `[${breakUp(host.slice(1, -1))}]` : breakUp(host, ".");
  return `${SCHEMES[scheme] ?? scheme}//${name}${rest}`;
}

function breakUp(text: string, signs = ".:"): string {
  return text.replaceAll(/[.:]/g, (sign) => (signs.includes(sign) ? `[${sign}]` : sign));
}
