/** `scanner`: serves another tool's results as a scanner, for a policy to name: `[infra-audit, scanner, sarif, results.sarif]`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError } from '../config/problem.ts';
import { checkovFindings } from '../scanners/checkov.ts';
import { sarifFindings } from '../scanners/sarif.ts';
import { serveFindings } from '../scanners/serve.ts';
import type { Command } from './command.ts';

const HELP = `Usage: infra-audit scanner sarif <file...>
       infra-audit scanner checkov [folder]

Speaks MCP on standard input and output, as a scanner that a policy names:

  scanners:
    - name: trivy
      command: [infra-audit, scanner, sarif, trivy.sarif]

sarif    gives the results of SARIF files, which any tool wrote before
checkov  runs checkov, which is installed, over a folder

Files and folders are relative to the folder that is audited.
`;

export const main: Command = async ([kind, ...rest], { version }) => {
  const [first] = rest;
  if (kind === 'sarif' && first !== undefined && first !== '--help') {
    await serveFindings(version, async (root) => {
      const texts = await Promise.all(rest.map((file) => readFile(path.resolve(root, file), 'utf8')));
      return texts.flatMap((text, index) => sarifFindings(text, rest[index] ?? ''));
    });
  } else if (kind === 'checkov' && first !== '--help') {
    await serveFindings(version, (root) => checkovFindings(path.resolve(root, first ?? '.')));
  } else if (kind === undefined || kind === '--help' || first === '--help') {
    process.stdout.write(HELP);
  } else {
    throw new ConfigurationError([
      { where: 'command line', message: `scanner ${kind} is not known or lacks a file; --help lists what there is` },
    ]);
  }
  return 0;
};
