/**
 * Writes the tables of README.md between their markers, `<!-- inputs -->` to `<!-- /inputs -->`.
 *
 *   node .github/scripts/generate-readme.ts           writes them
 *   node .github/scripts/generate-readme.ts --check   exits 1 when they differ
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { documentedInputs } from '../../src/config/inputs.ts';
import { OUTPUTS } from '../../src/config/outputs.ts';
import type { Rule } from '../../src/domain/rule.ts';
import { targetsOf } from '../../src/domain/rule.ts';
import { compareSeverity } from '../../src/domain/severity.ts';
import { fixKind } from '../../src/report/rules.ts';
import { rules } from '../../src/rules/index.ts';

const file = join(import.meta.dirname, '../../README.md');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const current = readFileSync(file, 'utf8');
const text = Object.entries(tables()).reduce(fill, current);
if (!values.check) writeFileSync(file, text);
else if (text !== current) {
  process.stderr.write('The tables of README.md are out of date: run `npm run generate`\n');
  process.exitCode = 1;
}

function tables(): Record<string, string> {
  return {
    inputs: table(
      ['input', 'default', 'what it does'],
      documentedInputs().map((input) => [code(input.name), input.default === null ? '' : code(input.default), input.description]),
    ),
    outputs: table(
      ['output', 'value'],
      Object.entries(OUTPUTS).map(([name, description]) => [code(name), description]),
    ),
    rules: table(
      ['severity', 'rule', 'what it requires', 'looks at', 'fix'],
      rules
        .toSorted((a, b) => compareSeverity(a.severity, b.severity))
        .map((rule) => [rule.severity, code(rule.id), rule.title, targets(rule), fixKind(rule)]),
    ),
  };
}

function targets(rule: Rule): string {
  return [...targetsOf(rule, 'terraform'), ...targetsOf(rule, 'cloudformation')].map(code).join(' ');
}

/** @throws Error when the README has no such pair of markers. */
function fill(readme: string, [name, content]: [string, string]): string {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const from = readme.indexOf(start);
  const to = readme.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`README.md lacks the markers ${start.trim()} and ${end}`);
  return `${readme.slice(0, from)}${start}\n${content}\n${readme.slice(to)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '&#124;')).join(' | ')} |\n`;
  return [line(head), `|${'---|'.repeat(head.length)}\n`, ...rows.map(line)].join('');
}

function code(text: string): string {
  return `\`${text}\``;
}
