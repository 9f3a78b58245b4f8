/** Where a scheme stands in refanged text: `hxxp://`, `[http]://`, `http:\\`. */
export interface SchemeMatch {
  readonly start: number;
  /** After the slashes. */
  readonly end: number;
  /** `web` makes a URL that VirusTotal knows; of `network` only the host is asked; `glued` follows other letters. */
  readonly use: "web" | "network" | "glued" | "unknown";
  /** As it should be written, for `web`. */
  readonly scheme: string;
}

/** `meow` and `ttp` are conventions of reports; two letters of http may be anything that is used to break it. */
const HTTP = /^(?:h(?:tt|xx|tx|xt|\*\*|__)p|ttp|xxxp|xxxx|hxxx|meow)(s?)$/i;
const FTP = /^f(?:t|x|xx)p$/i;
const NETWORK = new Set(
  `ftps sftp ssh scp tcp tls ssl udp quic dns dot doh ldap ldaps ldapi smb cifs nfs ws wss rtsp rtmp rtp sip sips telnet
  vnc rdp irc ircs git svn rsync redis rediss amqp amqps mqtt mqtts mongodb mysql postgres postgresql mssql jdbc rmi iiop
  gopher socks socks4 socks4a socks5 socks5h http3 stratum grpc imap imaps pop3 smtp smtps xmpp feed tftp icmp ip`.split(
    /\s+/,
  ),
);
const GLUED = /(?:https?|hxxps?)$/i;

const SIGNS_AFTER = /:[/\\]{1,4}|\/\//y;
const COLON = 0x3a;
const SLASH = 0x2f;

/** Finds the first scheme between two indexes. */
export function findScheme(text: string, from: number, to: number): SchemeMatch | null {
  for (let at = from; at + 1 < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== COLON && code !== SLASH) continue;
    if (!isSlash(text.charCodeAt(at + 1)) || (code === SLASH && text.charCodeAt(at - 1) === COLON)) continue;
    const found = readScheme(text, at, from);
    if (found !== null) return found;
  }
  return null;
}

/** `at` is where the colon stands, or the slashes where it is missing. */
function readScheme(text: string, at: number, from: number): SchemeMatch | null {
  const isBracketed = /[\])}]/.test(text.charAt(at - 1));
  const end = isBracketed ? at - 1 : at;
  let start = end;
  while (start > from && end - start < 20 && isSchemeUnit(text.charCodeAt(start - 1))) start -= 1;
  while (start < end && /[*_]/.test(text.charAt(start))) start += 1;
  const word = text.slice(start, end);
  if (word.length < 2) return null;
  SIGNS_AFTER.lastIndex = at;
  SIGNS_AFTER.test(text);
  const bodyStart = SIGNS_AFTER.lastIndex;
  const opened = isBracketed && /[[({]/.test(text.charAt(start - 1)) ? start - 1 : start;
  const http = word.match(HTTP);
  if (http !== null)
    return { start: opened, end: bodyStart, use: "web", scheme: `http${(http[1] ?? "").toLowerCase()}` };
  const isFull = text.charCodeAt(at) === COLON && bodyStart - at >= 3;
  if (!isFull || isBracketed) return null;
  if (FTP.test(word)) return { start, end: bodyStart, use: "web", scheme: "ftp" };
  const use = NETWORK.has(word.toLowerCase()) ? "network" : GLUED.test(word) ? "glued" : "unknown";
  return { start, end: bodyStart, use, scheme: word.toLowerCase() };
}

function isSlash(code: number): boolean {
  return code === SLASH || code === 0x5c;
}

function isSchemeUnit(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2a ||
    code === 0x5f
  );
}
