/**
 * The lists that are fetched: what many strangers share. Whole clouds (`amazon-aws`), networks of VPN providers and
 * scanners are not among them, since much of what is rightly blocked lies there; who wants them makes their folders.
 * Names of github.com/MISP/misp-warninglists, `lists/`, as of 2026-08.
 */
export const WARNING_LIST_NAMES: readonly string[] = [
  "akamai",
  "bunny-net",
  "cachefly",
  "cdn77",
  "cloudflare",
  "crl-ip",
  "fastly",
  "gcore",
  "google-gmail-sending-ips",
  "googlebot",
  "icloud-private-relay",
  "imperva",
  "microsoft-office365-ip",
  "openai-gptbot",
  "public-dns-v4",
  "public-dns-v6",
  "stackpath",
  "wikimedia",
  "zscaler",
];
