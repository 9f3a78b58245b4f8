import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { contractOf, type ContractStage } from "./adapter-contract.ts";

const ADAPTERS = join(import.meta.dirname, "../adapters");

// Every folder that lays cards out for a chat holds to the same contract: a new one fails here until its stage is there.
for (const name of readdirSync(ADAPTERS)) {
  if (!existsSync(join(ADAPTERS, name, "render.ts"))) continue;
  const stage = (await import(`./${name}/contract-stage.ts`)) as {
    openContractStage(): Promise<ContractStage>;
  };
  contractOf(name, stage.openContractStage);
}
