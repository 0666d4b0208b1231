/** What a scanner's program is found by and is given: nothing of the job's but a few harmless variables. */
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Job {
  /** Absolute path of the folder that is audited: what lies below it comes from the change. */
  readonly root: string;
  /** How this program is started, for a scanner that is part of it: `infra-audit`. */
  readonly program: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A scanner cannot be started as it is configured; the message is a sentence for whoever configured it. */
export class ScannerRefused extends Error {}

/** Names under which a runner keeps what would let a scanner act as the job. */
const FORBIDDEN = /^(?:GITHUB|INPUT|ACTIONS|RUNNER)_|TOKEN/iu;
/** They fetch what they run, so that nothing says what runs. */
const FETCHERS = new Set(['npx', 'bunx', 'pnpx', 'uvx', 'pipx']);

/**
 * Variables of a scanner's process: where programs are, a home of its own, its language, and what the policy gives it.
 * @throws ScannerRefused
 */
export function environmentOf(given: Readonly<Record<string, string>>, home: string, job: Job): Record<string, string> {
  const forbidden = Object.keys(given).filter((name) => FORBIDDEN.test(name));
  if (forbidden.length > 0)
    throw new ScannerRefused(
      `its environment may not have ${forbidden.join(', ')}: such names are those of the job's own credentials and settings`,
    );
  return { PATH: searched(job).join(path.delimiter), HOME: home, LANG: job.environment['LANG'] ?? 'C.UTF-8', ...given };
}

/**
 * The arguments to start a scanner with, the first of them an absolute path.
 * @param sha256 lower-case hex digest of the program's file; null: not pinned
 * @throws ScannerRefused
 */
export function commandOf([name, ...rest]: readonly string[], sha256: string | null, job: Job): readonly string[] {
  if (name === undefined) throw new ScannerRefused('its command is empty; give the program and its arguments');
  if (name === 'infra-audit') return [...job.program, ...rest];
  if (FETCHERS.has(path.basename(name)))
    throw new ScannerRefused(
      `${name} fetches what it runs, so nothing says what that is; install the scanner beforehand and name its program`,
    );
  const found = located(name, job);
  if (sha256 === null) {
    if (isBelow(job.root, found) || isBelow(job.root, real(found)))
      throw new ScannerRefused(
        `its program ${name} lies in the checkout, so the change could replace it; install it elsewhere, or pin it with sha256`,
      );
  } else {
    const actual = createHash('sha256').update(readFileSync(found)).digest('hex');
    if (actual !== sha256.toLowerCase())
      throw new ScannerRefused(
        `its program ${name} is not the one that the policy pins: its sha256 is ${actual}, and ${sha256} is expected`,
      );
  }
  return [found, ...rest];
}

function located(name: string, job: Job): string {
  const relative = name.includes('/') && !path.isAbsolute(name);
  if (relative)
    throw new ScannerRefused(`its program ${name} is a relative path, which leads nowhere from an empty folder; give an absolute one`);
  const candidates = path.isAbsolute(name) ? [name] : searched(job).map((folder) => path.join(folder, name));
  const found = candidates.find(isProgram);
  if (found === undefined)
    throw new ScannerRefused(`its program ${name} is not installed; install it before this step, or mend the policy`);
  return found;
}

/** Folders of PATH that the change has no hand in. */
function searched({ root, environment }: Job): string[] {
  return (environment['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder) && !isBelow(root, real(folder)));
}

function isBelow(root: string, file: string): boolean {
  const relative = path.relative(real(root), file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** sha256 of the files that a command names, as far as there are any: what another program found is not taken for ours. */
export function digestsOf(command: readonly string[], job: Job): string[] {
  return command.flatMap((word, index) => {
    try {
      const file = index === 0 && word !== 'infra-audit' ? located(word, job) : word;
      return path.isAbsolute(file) && statSync(file).isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : [];
    } catch {
      return [];
    }
  });
}
