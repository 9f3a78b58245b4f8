import type { Config } from "./config.ts";

/** What a person should know before the first look-up, such as VirusTotal's terms on several keys. */
export function warningsOf(config: Config): readonly string[] {
  if (config.keys.length < 2) return config.warnings;
  return [
    ...config.warnings,
    `${config.keys.length} API keys are set. VirusTotal's terms forbid one person or organisation to use several public keys to exceed the limits; combine only keys that you are entitled to combine. The public API is not for business workflows, and what is looked up becomes visible to VirusTotal's community.`,
  ];
}
