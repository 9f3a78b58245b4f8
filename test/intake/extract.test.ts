import { describe, expect, it } from "vitest";

import { extract } from "../../src/intake/extract.ts";

/** `value`, `value (skipped: reason)` or `! input: reason`, in order. */
function read(text: string): string[] {
  return extract(text).map(({ indicator, input, rejected, skipped }) => {
    if (indicator === null) return `! ${input}: ${rejected}`;
    return skipped === null ? indicator.value : `${indicator.value} (skipped: ${skipped})`;
  });
}

type Case = readonly [text: string, ...expected: string[]];

function check(cases: readonly Case[]): void {
  it.each(cases.map(([text, ...expected]) => ({ text, expected })))("$text", ({ text, expected }) => {
    expect(read(text)).toEqual(expected);
  });
}

const MD5 = "68b329da9893e34099c7d8ad5cb9c940";
const SHA1 = "adc83b19e793491b1c6ea0fd8b46cd9f32e592fc";
const SHA256 = "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b";

describe("addresses are found wherever they stand", () => {
  check([
    ["8.8.8.8", "8.8.8.8"],
    ["from 8.8.8.8, 9.9.9.9; and (1.1.1.1).", "8.8.8.8", "9.9.9.9", "1.1.1.1"],
    ["8.8.8.8:443", "8.8.8.8"],
    ["src=8.8.8.8 dst=9.9.9.9", "8.8.8.8", "9.9.9.9"],
    ['{"ip":"8.8.8.8"}', "8.8.8.8"],
    ["8.8.8.8/index.php?x=9.9.9.9", "8.8.8.8"],
    ["8.8.8.8:9090/setup[.]py", "8.8.8.8"],
    ["connect from /8.8.8.8:51234", "8.8.8.8"],
    ["\\\\8.8.8.8\\share\\evil.com", "8.8.8.8"],
    ["root@8.8.8.8:22", "8.8.8.8"],
    ["test@[192.168.0.1]", "192.168.0.1 (skipped: private address)"],
    ["8.8.8.8/32", "8.8.8.8"],
    ["- 8.8.8.8 - - [10/Oct/2023:13:55:36 +0000]", "8.8.8.8"],
    ["8.8.8.8->9.9.9.9", "8.8.8.8", "9.9.9.9"],
    ["1.2.3.4에서 접속", "1.2.3.4"],
    ["在1.2.3.4，5.6.7.8上", "1.2.3.4", "5.6.7.8"],
    ["2606:4700::1111", "2606:4700::1111"],
    ["2001:4860:4860:0000:0000:0000:0000:8888.", "2001:4860:4860::8888"],
    ["[2606:4700::1111]:443", "2606:4700::1111"],
    ["[IPv6:2A00:1450:4001::5]", "2a00:1450:4001::5"],
    ["2606:4700::1111/128", "2606:4700::1111"],
    ["::ffff:8.8.8.8", "8.8.8.8"],
    ["-2606:4700::1111", "2606:4700::1111"],
    ["fe80::1%eth0", "fe80::1 (skipped: link-local address)"],
  ]);
});

describe("addresses are read however they are defanged", () => {
  const forms = [
    "8[.]8[.]4[.]4",
    "8.8.4[.]4",
    "8(.)8(.)4(.)4",
    "8{.}8{.}4{.}4",
    "8[dot]8[DOT]4[dot]4",
    "8(dot)8(dot)4(dot)4",
    "8\\.8\\.4\\.4",
    "8[.8[.4[.4",
    "8.]8.]4.]4",
    "8].[8].[4].[4",
    "8[[.]]8[[.]]4[[.]]4",
    "8^.8^.4^.4",
    "8[,]8[,]4[,]4",
    "8[ . ]8[ . ]4[ . ]4",
    "8 [.] 8 [.] 4 [.] 4",
    "8 . 8 . 4 . 4",
    "8 dot 8 dot 4 dot 4",
    "8 DOT 8 DOT 4 DOT 4",
    "8。8。4。4",
    "８．８．４．４",
    "8｡8｡4｡4",
    "8.8.\u200b4.4",
    "\ufeff8.8.4.4",
    "8&#46;8&#46;4&#46;4",
    "hxxp://8.8.4.4",
    "`8[.]8[.]4[.]4`",
    "8[.]8[.]4[.]4:8080",
  ];
  it.each(forms)("%s", (form) => {
    expect(read(`the host ${form} answered`)).toContain("8.8.4.4");
    expect(read(form)).toContain("8.8.4.4");
  });
  check([
    ["2606[:]4700[:][:]1111", "2606:4700::1111"],
    ["8[.]8[.]8[.]8/24", "! 8[.]8[.]8[.]8/24: range of 256 addresses"],
  ]);
});

describe("names are found wherever they stand", () => {
  check([
    ["evil.com", "evil.com"],
    ["Evil.COM and eViL.com.", "evil.com"],
    ["see evil.com, bad.ru; (worse.top) and 'worst.xyz'.", "evil.com", "bad.ru", "worse.top", "worst.xyz"],
    ["evil.com:8443", "evil.com"],
    ["evil.com/path/setup.py?u=x.com", "evil.com"],
    ["evil[.]com/payload[.]zip", "evil.com"],
    ["host=evil.com&x=1", "evil.com"],
    ["münchen.de", "xn--mnchen-3ya.de"],
    ["名がドメイン[.]中国", "xn--v8jxj3d1dzdz08w.xn--fiqs8s"],
    ["www.219855.xn--80aswg", "www.219855.xn--80aswg"],
    ["evil.com에서", "evil.com"],
    ["аpple.com", "xn--pple-43d.com"],
    ["_dmarc.evil.com", "_dmarc.evil.com"],
    [
      "_evil.com_ and **bad.ru** and ~~worse.top~~ and ||worst.xyz||",
      "evil.com",
      "bad.ru",
      "worse.top",
      "worst.xyz",
    ],
    ["evil.github.io", "evil.github.io"],
    ["a.b.co.uk", "a.b.co.uk"],
    [".evil.com", "evil.com"],
    ["evil.com's", "evil.com"],
    ['{"a":"name\\nevil.com\\tbad.ru"}', "evil.com", "bad.ru"],
    ["aka.ms", "aka.ms"],
    ["ns1.evil.com. IN A 8.8.8.8", "ns1.evil.com", "8.8.8.8"],
    ["//evil.com/x.js", "evil.com"],
    ["\\\\evil.com@SSL\\DavWWWRoot\\x", "evil.com"],
    ["url=http%3A%2F%2Fevil.com%2Fx", "evil.com"],
    ["evil.com(8.8.8.8)", "evil.com", "8.8.8.8"],
    ["🔥evil.com", "evil.com"],
  ]);
});

describe("names are read however they are defanged", () => {
  const forms = [
    "evil[.]com",
    "evil(.)com",
    "evil{.}com",
    "evil[dot]com",
    "evil(DOT)com",
    "evil{dot}com",
    "evil [dot] com",
    "evil (.) com",
    "evil[.] com",
    "evil [.]com",
    "evil dot com",
    "evil DOT com",
    "evil . com",
    "evil\\.com",
    "evil\\u002ecom",
    "evil[.com",
    "evil.]com",
    "evil].[com",
    "evil[[.]]com",
    "evil[.[com",
    "evil].]com",
    "evil}.{com",
    "evil^.com",
    "evil。com",
    "ｅｖｉｌ．ｃｏｍ",
    "ev\u200bil.\u00adcom",
    "hxxp://evil.com",
    "bob AT evil DOT com",
    "bob (at) evil [.] com",
    "bob[at]evil[.]com",
    "bob[@]evil[.]com",
    "bob @ evil.com",
  ];
  it.each(forms)("%s", (form) => {
    expect(read(form)).toContain("evil.com");
    expect(read(`we saw ${form} today`)).toContain("evil.com");
    expect(read(`- ${form},`)).toContain("evil.com");
  });
  check([
    ["setup[.]py", "setup.py"],
    ["mail dot evil dot com", "mail.evil.com"],
    ["www[.[example[.[com", "www.example.com"],
    ["www].[example].[com", "www.example.com"],
    ["srv01[.]contoso[.]priv", "srv01.contoso.priv (skipped: no public suffix)"],
  ]);
});

describe("an e-mail address gives its domain", () => {
  check([
    ["bob@evil.com", "evil.com"],
    ["john.smith@evil.com", "evil.com"],
    ["<john.name@evil.com>", "evil.com"],
    ["mailto:bob@evil.com?subject=x", "evil.com"],
    ["from=bob+x@evil.com", "evil.com"],
    ["john.name+x@evil.com", "evil.com"],
    ["bob@readme.md", "readme.md"],
    ["silena[.]berillo(at)gmail[.]com", "gmail.com"],
    ["bob@srv01.contoso.priv", "srv01.contoso.priv (skipped: no public suffix)"],
    ["root@kali:~#", "kali (skipped: single label, not a public name)"],
    ["git@github.com:user/repo.git", "github.com"],
  ]);

  it("keeps the address as it was written", () => {
    const [piece] = extract("mail from Bob.X@evil[.]com today");

    expect(piece).toMatchObject({ input: "Bob.X@evil[.]com", offset: 10, from: "text" });
  });
});

describe("a URL gives itself and its host", () => {
  check([
    ["http://evil.com", "http://evil.com/", "evil.com"],
    ["HTTPS://Evil.COM:443/Path?q=1#f", "https://evil.com/Path?q=1#f", "evil.com"],
    ["hxxps[:]//evil[.]com/x", "https://evil.com/x", "evil.com"],
    ["hxxps[://]evil[.]com/test[.]html", "https://evil.com/test.html", "evil.com"],
    ["hXXp://evil.com/a", "http://evil.com/a", "evil.com"],
    ["h**p://evil.com/a", "http://evil.com/a", "evil.com"],
    ["xxxx://evil.com/a", "http://evil.com/a", "evil.com"],
    ["[http]://evil.com/a", "http://evil.com/a", "evil.com"],
    ["https]://evil.com/a", "https://evil.com/a", "evil.com"],
    ["http:\\\\evil.com/a", "http://evil.com/a", "evil.com"],
    ["http:\\/\\/evil.com\\/a", "http://evil.com/a", "evil.com"],
    ["http//evil.com/a", "http://evil.com/a", "evil.com"],
    ["http:///evil.com/a", "http://evil.com/a", "evil.com"],
    ["http://evil[.com/a", "http://evil.com/a", "evil.com"],
    ["http://[evil.com", "http://evil.com/", "evil.com"],
    ["http://evil.com[/]a[?]b=1", "http://evil.com/a?b=1", "evil.com"],
    ["http://user:pass@evil.com/x", "http://evil.com/x", "evil.com"],
    ["http://good.com@8.8.8.8/x", "http://8.8.8.8/x", "8.8.8.8"],
    ["http://8.8.8.8:8080/a", "http://8.8.8.8:8080/a", "8.8.8.8"],
    ["http://[2606:4700::1111]:80/a", "http://[2606:4700::1111]/a", "2606:4700::1111"],
    ["http://münchen.de/ü", "http://xn--mnchen-3ya.de/%C3%BC", "xn--mnchen-3ya.de"],
    ["ftp://evil.com/x", "ftp://evil.com/x", "evil.com"],
    ["http://evil.com/?u=http://other.com/x.py", "http://evil.com/?u=http://other.com/x.py", "evil.com"],
    ["http://setup.py/x", "http://setup.py/x", "setup.py"],
    [
      "http://intranet/x",
      "http://intranet/x (skipped: single label, not a public name)",
      "intranet (skipped: single label, not a public name)",
    ],
    [
      "http://10.0.0.1/x",
      "http://10.0.0.1/x (skipped: private address)",
      "10.0.0.1 (skipped: private address)",
    ],
    ["http://http://evil.com/x", "http://evil.com/x", "evil.com"],
    ["http:// evil.com/x", "evil.com"],
  ]);
});

describe("other schemes give their host alone", () => {
  check([
    ["tcp://evil[.]com:80/", "evil.com"],
    ["${jndi:ldap://evil.com/a}", "evil.com"],
    ["ssh://git@8.8.8.8:22/x", "8.8.8.8"],
    ["wss://evil.com/socket", "evil.com"],
    ["sftp://srv01/x", "srv01 (skipped: single label, not a public name)"],
    ["chrome://settings"],
    ["content://com.android.contacts/x"],
    ["file:///C:/evil.com"],
  ]);
});

describe("a URL ends where its author ended it", () => {
  const url = "http://evil.com/a.b/c";
  const forms = [
    `${url}.`,
    `(${url})`,
    `(see ${url}).`,
    `"${url}",`,
    `'${url}'`,
    `\`${url}\``,
    `<${url}>`,
    `<${url}|text>`,
    `[text](${url})`,
    `[${url}]`,
    `${url}[link text]`,
    `|${url}|`,
    `||${url}||`,
    `**${url}**`,
    `_${url}_`,
    `${url}, and`,
    `${url},8.8.8.8,bad`,
    `${url},False,False`,
    `1,${url},x.html`,
    `${url};9.9.9.9`,
    `${url}"`,
    `{"u":"${url}\\n"}`,
    `<a href=${url}>text</a>`,
    `${url}<br>`,
    `${url}…`,
    `${url}，然后`,
    `${url}\\\\bad.doc`,
    `url=${url}!`,
  ];
  it.each(forms)("%s", (form) => {
    expect(read(form).slice(0, 2)).toEqual([url, "evil.com"]);
  });
  check([
    ["http://evil.com/a_(b)", "http://evil.com/a_(b)", "evil.com"],
    ["(http://evil.com/a_(b))", "http://evil.com/a_(b)", "evil.com"],
    ["http://evil.com/?a[]=1&b[x]=2", "http://evil.com/?a[]=1&b[x]=2", "evil.com"],
    ["http://evil.com/?a=1&amp;b=2", "http://evil.com/?a=1&b=2", "evil.com"],
    ["http://evil.com/?ids=1,2,3", "http://evil.com/?ids=1,2,3", "evil.com"],
    ["http://evil.com/a,18,b-00.html", "http://evil.com/a,18,b-00.html", "evil.com"],
    ["http://evil.com/a;jsessionid=12", "http://evil.com/a;jsessionid=12", "evil.com"],
    ["http://evil.com/a,http://bad.ru/b", "http://evil.com/a", "evil.com", "http://bad.ru/b", "bad.ru"],
    ["http://evil.com/up/<VICTIM_ID>/x", "evil.com"],
    ["http://evil.com/up/&lt;VICTIM_ID&gt;", "evil.com"],
    ["http://evil.com/{id}/x", "evil.com"],
    ["http://evil.com:port/x", "evil.com"],
    ["http://<VICTIM>.evil.com/", "! evil.com: placeholder in the name"],
    ["http://cdn.<VICTIM>.com/", "! http://cdn.: placeholder in the host"],
  ]);
});

describe("hashes stand alone", () => {
  check([
    [MD5, MD5],
    [`\`${SHA1.toUpperCase()}\``, SHA1],
    [`SHA256: ${SHA256}.`, SHA256],
    [`md5=${MD5},sha256:${SHA256}`, MD5, SHA256],
    [`${SHA256} *file.exe`, SHA256],
    [`${SHA256}${SHA256}`, `! ${SHA256}${SHA256}: SHA-512, VirusTotal takes MD5, SHA-1 and SHA-256`],
    [`/files/${MD5}/x`],
    [`C:\\x\\${MD5}`],
    [`0x${MD5}`],
    [`x-${MD5}`],
    [`${MD5}.exe`],
    [`${MD5}g`],
    [`${MD5}==`],
    ["12345678901234567890123456789012"],
    [`{"ja3":{"hash":"${MD5}"}}`, `! ${MD5}: ja3, not the hash of a file`],
    [`imphash: ${MD5}`, `! ${MD5}: imphash, not the hash of a file`],
  ]);
});

describe("what looks like an address and is none is rejected with the reason", () => {
  check([
    ["256.1.1.1", "! 256.1.1.1: octet over 255"],
    ["1.2.3.4.5", "! 1.2.3.4.5: 5 numbers, an IPv4 address has four"],
    ["1.02.3.4", "! 1.02.3.4: octet with a leading zero"],
    ["010.1.1.1", "! 010.1.1.1: octet with a leading zero"],
    ["1.2.3.0/24", "! 1.2.3.0/24: range of 256 addresses"],
    ["0.0.0.0/0", "! 0.0.0.0/0: range of 4,294,967,296 addresses"],
    ["1.2.3.0/255.255.255.0", "! 1.2.3.0/255.255.255.0: range of 256 addresses"],
    ["1.2.3.4-1.2.3.9", "! 1.2.3.4-1.2.3.9: range of 6 addresses"],
    ["1.2.3.4-9", "! 1.2.3.4-9: range of 6 addresses"],
    ["1.2.3.4 - 1.2.3.9", "! 1.2.3.4 - 1.2.3.9: range of 6 addresses"],
    ["1.2.3.4–1.2.3.9", "! 1.2.3.4–1.2.3.9: range of 6 addresses"],
    ["2001:db8::1-2001:db8::5", "! 2001:db8::1-2001:db8::5: range of addresses"],
    ["2001:470:1f0b:1:2:3:4:5:6", "! 2001:470:1f0b:1:2:3:4:5:6: not a valid IPv6 address"],
    ["2001:db8::/32", "! 2001:db8::/32: range of 2^96 addresses"],
    ["176.221.42.3254.174.140.223", "! 176.221.42.3254.174.140.223: 7 numbers, an IPv4 address has four"],
    ["abc1.2.3.4", "! abc1.2.3.4: address glued to other text"],
    ["1.2.3.4abc", "! 1.2.3.4abc: address glued to other text"],
    ["version 1.2.3.4", "! 1.2.3.4: version number"],
    ['{"version": "1.2.3.4"}', "! 1.2.3.4: version number"],
    ["Firefox 118.0.1.2", "! 118.0.1.2: version number"],
    ["1[.]2[.]3", "! 1[.]2[.]3: 3 numbers, an IPv4 address has four"],
    ["http://2130706433/", "! http://2130706433/: address in another form than a.b.c.d"],
    ["http://0x7f.1/", "! http://0x7f.1/: address in another form than a.b.c.d"],
    ["http://0177.0.0.1/", "! http://0177.0.0.1/: octet with a leading zero"],
    ["http://256.1.1.1/x", "! http://256.1.1.1/x: octet over 255"],
  ]);
});

describe("versions, numbers, times and code give nothing", () => {
  const texts = [
    "v1.2.3.4",
    "Chrome/120.0.0.0 Safari/537.36",
    "nginx/1.2.3.4",
    "10.0.19041.1234",
    "120.0.6099.109",
    "1.3.6.1.4.1.311",
    "2.16.840.1.101.3",
    "1,2,3,4",
    "+49.30.12.34",
    "2023.10.11.12",
    "2023-10-11 12:34:56.789",
    "00:11:22:33:44:55",
    "00:11:22:33:44:55:66:77",
    "std::vector<int>",
    "a::b 32:: ::",
    "12:34:56",
    "85.85 x.x.x.x tooshor.t _____.tld",
    "libfoo-1.2.3.4.tar.gz",
    "openssl_1.2.3.4-5ubuntu1",
    "3.14 1.5e10",
  ];
  it.each(texts)("%s", (text) => {
    expect(read(text)).toEqual([]);
  });
});

describe("names of files, packages, products and malware are no hosts", () => {
  check([
    ["setup.py", "! setup.py: looks like a file name; write it as setup[.]py if it is a host"],
    ["readme.md", "! readme.md: looks like a file name; write it as readme[.]md if it is a host"],
    ["Invoice.zip", "! Invoice.zip: looks like a file name; write it as Invoice[.]zip if it is a host"],
    [
      "archive.tar.zip",
      "! archive.tar.zip: looks like a file name; write it as archive.tar[.]zip if it is a host",
    ],
    ["www.foo.md", "www.foo.md"],
    ["com.evil.app", "! com.evil.app: looks like a package name; write it as com.evil[.]app if it is a host"],
    [
      "it was hacked.It sends",
      "! hacked.It: looks like two sentences; write it as hacked[.]It if it is a host",
    ],
    ["*.evil.com", "! *.evil.com: wildcard: write the name without the asterisk"],
    ["co.uk", "! co.uk: public suffix, not a host"],
    ["foo_bar.com", "! foo_bar.com: underscore in the registered name"],
    ["a💩b.la", "! b.la: name glued to other text"],
    [`${"a".repeat(64)}.com`, `! ${"a".repeat(64)}.com: label over 63 characters`],
    ["xurlhttp://evil.com/a", "! xurlhttp://evil.com/a: URL glued to other text"],
  ]);
  const texts = [
    "kernel32.dll file.exe jquery.js index.html foo.php",
    "Win32/Spy.Donot.B Win32/Turla.AD",
    "Trojan.Win32.Agent.ai HEUR:Backdoor.Linux.Mirai.ba",
    "C:\\Users\\x\\evil.com",
    '{"path":"C:\\\\new\\\\evil.com","user":"CORP\\\\nuser.name"}',
    'CORP\\nuser.name "logged" in',
    "/usr/lib/python3.so /home/x/evil.com",
    "user.name=x this.id foo.bar()",
    "e.g. i.e. etc. U.S. Ph.D. No.1",
    "the dot in it, polka dot dress, connect the dot to the line",
    "wait... what",
    "img@2x.png actions/checkout@v4 lodash@latest",
    "ASP.NET and Node.js",
    "com co.uk.",
    "<@U123> <#C123|general.com> <@123> <:emoji:123> <t:123:R> <!here>",
    "data:image/png;base64,AAAA.BBBB",
    "java.util.zip.ZipFile",
  ];
  it.each(texts.filter((text) => text !== "com co.uk."))("%s", (text) => {
    expect(read(text)).toEqual([]);
  });
});

describe("what is never sent is skipped with the reason", () => {
  check([
    ["10.1.2.3", "10.1.2.3 (skipped: private address)"],
    ["172.16.0.1", "172.16.0.1 (skipped: private address)"],
    ["172.32.0.1", "172.32.0.1"],
    ["192.168.1.1", "192.168.1.1 (skipped: private address)"],
    ["127.0.0.1", "127.0.0.1 (skipped: loopback address)"],
    ["169.254.1.1", "169.254.1.1 (skipped: link-local address)"],
    ["100.64.0.1", "100.64.0.1 (skipped: carrier-grade NAT address)"],
    ["192.0.2.1", "192.0.2.1 (skipped: documentation address)"],
    ["198.51.100.1", "198.51.100.1 (skipped: documentation address)"],
    ["203.0.113.1", "203.0.113.1 (skipped: documentation address)"],
    ["198.18.0.1", "198.18.0.1 (skipped: benchmarking address)"],
    ["224.0.0.1", "224.0.0.1 (skipped: multicast address)"],
    ["255.255.255.255", "255.255.255.255 (skipped: broadcast address)"],
    ["240.0.0.1", "240.0.0.1 (skipped: reserved address)"],
    ["0.0.0.0", "0.0.0.0 (skipped: unspecified address)"],
    ["::1", "::1 (skipped: loopback address)"],
    ["fd12:3456::1", "fd12:3456::1 (skipped: unique local address)"],
    ["ff02::1", "ff02::1 (skipped: multicast address)"],
    ["2001:db8::1", "2001:db8::1 (skipped: documentation address)"],
    ["3fff::1", "3fff::1 (skipped: documentation address)"],
    ["64:ff9b::10.0.0.1", "64:ff9b::a00:1 (skipped: private address within IPv6)"],
    ["2002:a00:1::", "2002:a00:1:: (skipped: private address within IPv6)"],
    ["::ffff:10.0.0.1", "10.0.0.1 (skipped: private address)"],
    ["::ffff:a00:1", "::ffff:a00:1 (skipped: private address within IPv6)"],
    ["4000::1", "4000::1 (skipped: reserved address)"],
    ["localhost", "localhost (skipped: this machine)"],
    ["localhost:8080", "localhost (skipped: this machine)"],
    ["srv.local", "srv.local (skipped: internal name)"],
    [
      "db.internal web.corp nas.lan",
      "db.internal (skipped: internal name)",
      "web.corp (skipped: internal name)",
      "nas.lan (skipped: internal name)",
    ],
    ["nas.home.arpa", "nas.home.arpa (skipped: internal name)"],
    ["nas.home", "nas.home (skipped: internal name)"],
    ["4.3.2.1.in-addr.arpa", "4.3.2.1.in-addr.arpa (skipped: reverse name of an address)"],
    ["abcdefgh234567.onion", "abcdefgh234567.onion (skipped: Tor name)"],
    ["a,srv01.contoso.priv,b", "srv01.contoso.priv (skipped: no public suffix)"],
    ["example.com", "example.com"],
  ]);
});

describe("chat mark-up", () => {
  check([
    ["<http://evil.com|evil.com>", "http://evil.com/", "evil.com"],
    ["<http://evil.com/x|http://evil.com/x> &amp; &lt;bad.ru&gt;", "http://evil.com/x", "evil.com", "bad.ru"],
    ["<mailto:bob@evil.com|bob@evil.com>", "evil.com"],
    ["[evil.com](http://bad.ru/x)", "evil.com", "http://bad.ru/x", "bad.ru"],
    ["<@U123> check `evil[.]com`", "evil.com"],
  ]);

  it("counts a link of Slack once though its label repeats it", () => {
    expect(extract("<http://evil.com|evil.com>").map(({ count, from }) => [count, from])).toEqual([
      [1, "text"],
      [1, "url"],
    ]);
  });
});

describe("pieces", () => {
  it("come once each, in order, with how often they were found and where they stood first", () => {
    const pieces = extract("evil.com 8.8.8.8 EVIL[.]com http://evil.com/ 8.8.8.8 256.1.1.1 256.1.1.1");

    expect(pieces.map(({ input, offset, count, from }) => [input, offset, count, from])).toEqual([
      ["evil.com", 0, 3, "text"],
      ["8.8.8.8", 9, 2, "text"],
      ["http://evil.com/", 28, 1, "text"],
      ["256.1.1.1", 53, 2, "text"],
    ]);
  });

  it("say that a host stood in URLs alone until it is found elsewhere", () => {
    const inUrls = extract("http://evil.com/a http://evil.com/b").find(
      ({ indicator }) => indicator?.kind === "domain",
    );
    const elsewhere = extract("http://evil.com/a evil.com").find(
      ({ indicator }) => indicator?.kind === "domain",
    );

    expect(inUrls).toMatchObject({ from: "url", count: 2 });
    expect(elsewhere).toMatchObject({ from: "text", count: 2, offset: 0 });
  });

  it("have a kind", () => {
    const kinds = extract(`8.8.8.8 evil.com ftp://x.com/ ${MD5}`).map(({ indicator }) => indicator?.kind);

    expect(kinds).toEqual(["ip", "domain", "url", "domain", "hash"]);
  });
});
