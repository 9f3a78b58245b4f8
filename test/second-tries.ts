import type { Reporter, TestCase } from "vitest/node";

/** Names at the end each test that passed only when it was tried again, with what was wrong before: a retry hides nothing. */
// oxlint-disable-next-line import/no-default-export -- this is how a reporter is loaded by its path.
export default class SecondTries implements Reporter {
  readonly #noted: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const errors = (test.result().errors ?? []).map((error) => error.stack ?? error.message);
    this.#noted.push([`${test.module.relativeModuleId} > ${test.fullName}`, ...errors].join("\n"));
  }

  onTestRunEnd(): void {
    if (this.#noted.length === 0) return;
    console.error(`\nPassed only when tried again: ${this.#noted.length}\n\n${this.#noted.join("\n\n")}\n`);
  }
}
