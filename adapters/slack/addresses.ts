/** Slack's own hosts, which alone may be shown the bot's token. Files lie on files.slack.com; older ones on slack.com. */
const TOKEN_HOSTS = /^(?:slack\.com|(?:[a-z0-9-]+\.)+slack\.com|(?:[a-z0-9-]+\.)*slack-gov\.com)$/;

/** Whether an address may be called: https, or where the API itself is. */
export function mayCall(address: string, apiUrl: string): boolean {
  const url = parse(address);
  return url !== null && (url.protocol === "https:" || url.origin === new URL(apiUrl).origin);
}

/** Whether the bot's token may be shown to an address: over https to Slack, or where the API itself is. */
export function mayShowToken(address: string, apiUrl: string): boolean {
  const url = parse(address);
  if (url === null) return false;
  if (url.origin === new URL(apiUrl).origin) return true;
  return url.protocol === "https:" && url.port === "" && TOKEN_HOSTS.test(url.hostname);
}

function parse(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null;
}
