/** What `baseline` and `migrate` share: the policy they read, and the one they write. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPolicy } from '../catalogue.ts';
import type { ExceptionsCommand } from '../config/exceptions-command.ts';
import { addExceptions } from '../config/exceptions-file.ts';
import type { NewException } from '../config/exceptions-file.ts';
import { pathsUnder } from '../config/config.ts';
import { NO_POLICY } from '../config/policy/policy.ts';
import type { Policy } from '../config/policy/policy.ts';
import { ConfigurationError } from '../config/problem.ts';
import type { Workspace } from '../domain/workspace.ts';
import { readWorkspace } from '../iac/workspace.ts';
import { terminalText } from '../report/encode/terminal.ts';
import { dayHere } from './day-here.ts';

/** @throws ConfigurationError when there is no such folder, or its policy has problems */
export async function readFolder({ folder, configFile }: ExceptionsCommand): Promise<{ workspace: Workspace; policy: Policy }> {
  const root = path.resolve(folder);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ConfigurationError([{ where: folder, message: 'there is no such folder' }]);
  const file = path.resolve(root, configFile);
  const text = textOf(file);
  const policy = text === null ? NO_POLICY : readPolicy(text, file, dayHere());
  const workspace = await readWorkspace({ root, paths: pathsUnder(policy, ['.']), limits: policy.limits });
  return { workspace, policy };
}

/**
 * Exceptions that are there already and apply as long are not written again.
 * @throws ConfigurationError when what there is, or what it becomes, is no valid policy; then nothing is written
 */
export function writeExceptions(output: string | null, exceptions: readonly NewException[], remarks: readonly string[] = []): void {
  const before = output === null ? null : textOf(output);
  const known = output === null || before === null ? [] : readPolicy(before, output, dayHere()).exceptions;
  const lasting = new Map(known.toSorted((a, b) => (a.until < b.until ? -1 : 1)).map((each) => [subjectOf(each), each.until]));
  const added = exceptions.filter((each) => (lasting.get(subjectOf(each)) ?? '') < each.until);
  const text = addExceptions(before, added, remarks);
  readPolicy(text, output ?? 'the policy', dayHere());
  if (output === null) {
    process.stdout.write(text);
    return;
  }
  writeFileSync(output, text);
  tell(`${added.length} exception${added.length === 1 ? '' : 's'} written to ${output}`);
}

function subjectOf({ rule, resource, path: file, fingerprint }: NewException): string {
  return JSON.stringify([rule, resource, file, fingerprint]);
}

export function tell(line: string): void {
  process.stderr.write(`${terminalText(line)}\n`);
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
