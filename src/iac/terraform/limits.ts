/** What one root may cost to evaluate. Past a limit everything is unknown, and the root says so once. */
import type { UnknownDatum } from './values/datum.ts';
import { overLimit } from './values/datum.ts';

const STEPS = 1_000_000;
/** Nesting of evaluation, across locals, variables and modules. */
const MAX_NESTING = 700;
export const MAX_INSTANCES = 10_000;
/** Of declarations that make several, or stand in modules that do. */
const MAX_REPEATED_INSTANCES = 20_000;
/** Text costs one step for so many characters, which bounds all text made to 64 MiB. */
const CHARACTERS_A_STEP = 64;

export class Limits {
  #steps = STEPS;
  #nesting = 0;
  #instances = 0;
  /** What was over its limit first. */
  exceeded: string | undefined;

  /** Each declaration brings its share, so that a large root is not a hostile one. */
  grant(declarations: number): void {
    this.#steps += declarations * 1_000;
  }

  /** Spends steps; an unknown when there are none left. */
  spend(steps: number): UnknownDatum | undefined {
    this.#steps -= steps;
    return this.#steps < 0 ? this.over(`evaluation takes more than ${STEPS} steps`) : undefined;
  }

  spendText(length: number): UnknownDatum | undefined {
    return this.spend(Math.ceil(length / CHARACTERS_A_STEP));
  }

  enter(): UnknownDatum | undefined {
    if (this.#nesting >= MAX_NESTING) return this.over(`evaluation is nested deeper than ${MAX_NESTING}`);
    this.#nesting += 1;
    return undefined;
  }

  leave(): void {
    this.#nesting -= 1;
  }

  instances(count: number): UnknownDatum | undefined {
    this.#instances += count;
    if (count > MAX_INSTANCES) return this.over(`${count} instances of one declaration are over the limit of ${MAX_INSTANCES}`);
    return this.exhausted
      ? this.over(`more than ${MAX_REPEATED_INSTANCES} instances by count and for_each in one root are over the limit`)
      : undefined;
  }

  /** There are more instances in all than the limit allows. */
  get exhausted(): boolean {
    return this.#instances > MAX_REPEATED_INSTANCES;
  }

  over(what: string): UnknownDatum {
    this.exceeded ??= what;
    return overLimit(what);
  }
}
