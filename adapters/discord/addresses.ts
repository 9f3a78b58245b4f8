/** Where Discord keeps files: docs.discord.com/developers/reference#cdn-formatting. */
const FILE_HOSTS = new Set(["cdn.discordapp.com", "media.discordapp.net"]);

/** Whether a file may be read from an address: https from Discord's own hosts, or where the API itself is, when that is elsewhere. */
export function mayRead(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const api = new URL(apiUrl);
  if (api.hostname !== "discord.com" && url.origin === api.origin) return true;
  return url.protocol === "https:" && url.port === "" && FILE_HOSTS.has(url.hostname);
}
