/** `verify-setup`: tells what would let somebody with write access go around the gate. */
import { parseVerifySetup } from '../config/verify-setup-command.ts';
import { Explained } from '../domain/explained.ts';
import { GitHubClient } from '../github/client.ts';
import { deliver } from '../github/errors.ts';
import { useProxy } from '../github/proxy.ts';
import { judgeSetup } from '../github/setup-gaps.ts';
import type { SetupVerdict } from '../github/setup-gaps.ts';
import { readSetup } from '../github/setup.ts';
import { terminalText } from '../report/encode/terminal.ts';
import { EXIT_CODES, TOOL_ERROR } from '../run.ts';
import type { Command } from './command.ts';

export const main: Command = async (args, { version }) => {
  const parsed = parseVerifySetup(args, process.env, version);
  if (parsed.kind === 'print') {
    process.stdout.write(parsed.text);
    return EXIT_CODES.pass;
  }
  const { owner, name, apiUrl, token, action, format } = parsed;
  useProxy(process.env);
  const client = new GitHubClient({ apiUrl, graphqlUrl: `${apiUrl}/graphql`, repository: { owner, name }, token });
  const purpose = { lost: `${owner}/${name} could not be looked at`, permission: 'administration: read', fork: false };
  const setup = await deliver(purpose, () => readSetup(client, `${owner}/${name}`));
  if ('notice' in setup) throw new Explained(setup.notice);
  const verdict = judgeSetup(setup.delivered, action);
  const { branch } = setup.delivered;
  process.stdout.write(format === 'json' ? toJson(`${owner}/${name}`, branch, verdict) : toText(`${owner}/${name}`, branch, verdict));
  if (verdict.gaps.length > 0) return EXIT_CODES.fail;
  return verdict.hidden.length > 0 ? TOOL_ERROR : EXIT_CODES.pass;
};

function toJson(repository: string, branch: string, { gaps, hidden }: SetupVerdict): string {
  return `${JSON.stringify({ version: 1, repository, branch, gaps, hidden }, null, 2)}\n`;
}

function toText(repository: string, branch: string, { gaps, hidden }: SetupVerdict): string {
  const all = hidden.length === 0 ? '' : ', as far as could be looked at';
  const headline =
    gaps.length === 0
      ? `Nothing was found by which somebody with write access to ${repository} could go around its gate on ${branch}${all}.`
      : `Somebody with write access to ${repository} can go around its gate on ${branch}:`;
  const lines = [
    headline,
    ...gaps.flatMap(({ problem, change }) => ['', `- ${problem}.`, `  ${change}.`]),
    ...(hidden.length === 0 ? [] : ['', 'Not looked at:', ...hidden.map((each) => `- ${each}`)]),
  ];
  return lines.map((line) => `${terminalText(line)}\n`).join('');
}
