import { expect, it } from "vitest";

import { defang } from "../../src/intake/defang.ts";
import type { Indicator } from "../../src/model.ts";

const cases: readonly (readonly [Indicator, string])[] = [
  [{ kind: "ip", value: "1.2.3.4" }, "1[.]2[.]3[.]4"],
  [{ kind: "ip", value: "2001:db8::1" }, "2001[:]db8[:][:]1"],
  [{ kind: "domain", value: "www.evil.com" }, "www[.]evil[.]com"],
  [{ kind: "url", value: "https://evil.com:8443/a.b?c=d.e" }, "hxxps://evil[.]com:8443/a.b?c=d.e"],
  [{ kind: "url", value: "http://1.2.3.4/" }, "hxxp://1[.]2[.]3[.]4/"],
  [{ kind: "url", value: "http://[2606:4700::1]/" }, "hxxp://[2606[:]4700[:][:]1]/"],
  [{ kind: "url", value: "ftp://evil.com/" }, "fxp://evil[.]com/"],
  [{ kind: "hash", value: "68b329da9893e34099c7d8ad5cb9c940" }, "68b329da9893e34099c7d8ad5cb9c940"],
];

it.each(cases)("writes %o so that nothing makes a link of it", (indicator, expected) => {
  expect(defang(indicator)).toBe(expected);
});
