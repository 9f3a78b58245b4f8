import * as fc from "fast-check";
import { expect } from "vitest";

import { defang } from "../../src/intake/defang.ts";
import { extract } from "../../src/intake/extract.ts";
import { isWritten } from "./derive.ts";
import { changed, fuzz, scrappy, scraps } from "./fuzz.ts";

const LETTER = `From: "A" <carol@phish-desk.net>
Nov 22 10:00:00 fw kernel: SRC=45.10.0.1 DST=10.0.0.5 PROTO=TCP SPT=443
see hxxps://alice:pw@evil[.]example-shop[.]com:8443/x?y=z#f, (1[.]2[.]3[.]4) and 2001:db8::17.
| 45.10.0.2 | bad.co.uk | d41d8cd98f00b204e9800998ecf8427e | [link](http://münchen.de/ä) |
`;

fuzz(
  "text: every piece stands where it says, and every indicator can be read in it",
  changed(fc.oneof(scrappy, fc.constant(LETTER), fc.string({ unit: "binary", maxLength: 200 })), scraps),
  (text) => {
    const pieces = extract(text);

    const seen = new Set<string>();
    let last = -1;
    for (const { input, offset, indicator, rejected, skipped, count } of pieces) {
      expect(text.slice(offset, offset + input.length)).toBe(input);
      expect(offset).toBeGreaterThanOrEqual(last);
      last = offset;
      expect((indicator === null) === (rejected !== null) && count > 0).toBe(true);
      if (indicator === null) continue;
      const key = `${indicator.kind} ${indicator.value}`;
      expect(seen.has(key), key).toBe(false);
      seen.add(key);
      expect(isWritten(indicator, input), `${key} in ${JSON.stringify(input)}`).toBe(true);
      // What goes into a firewall is what a firewall reads.
      if (indicator.kind === "ip") expect(indicator.value).toMatch(/^[\d.]+$|^[\da-f:.]+$/u);
      // Where a URL ends depends on what follows it.
      if (skipped === null && indicator.kind !== "url" && pieces.length < 20)
        expect(extract(defang(indicator))[0]?.indicator).toEqual(indicator);
    }
  },
);
