/**
 * Measures what the examples and tests of the rules are worth: makes mutants of the code of src/rules, one small wrong
 * change each, and lists those that neither an example nor a test of test/rules notices. Left out are words, severities
 * and command lines, which examples do not show (mutate-decisive.ts), and filling a weak map, which only saves time.
 *
 *   node .github/scripts/mutate-rules.ts [path]...     files or folders of src/rules; all of it when none is given
 *
 * Exits 1 when less than 90 % of the mutants are noticed.
 */
import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import type { Mutant } from './mutate-mutants.ts';
import { mutantsOf } from './mutate-mutants.ts';
import { importersOf, runMutants } from './mutate-threads.ts';
import type { SourceFile } from './mutate-tree.ts';
import { parse } from './mutate-tree.ts';
import type { Noticed } from './mutate-worker.ts';

const WANTED = 0.9;

const root = join(import.meta.dirname, '../..');
const { positionals } = parseArgs({ allowPositionals: true });
const chosen = (positionals.length === 0 ? ['src/rules'] : positionals).map((each) => resolve(each));
const isChosen = ({ path }: Mutant): boolean => chosen.some((each) => path === each || path.startsWith(each + sep));

/** These run the examples, or ask about texts for people. */
const OTHER_TESTS = ['catalogue', 'examples', 'mutants'].map((name) => `test/rules/${name}.test.ts`);

const files = read('src/rules/**/*.ts');
const tests = read('test/rules/*.test.ts', OTHER_TESTS);
const mutants = mutantsOf(files).filter(isChosen);
if (mutants.length === 0) throw new Error(`There is nothing to change at ${chosen.join(', ')}; give files or folders of src/rules.`);
const started = performance.now();
const noticed = await run();
report();

async function run(): Promise<Noticed[]> {
  const all = [...files, ...tests];
  const input = {
    importers: importersOf(all),
    rulePaths: files.filter(definesRule).map(({ path }) => path),
    testPaths: tests.map(({ path }) => path),
    texts: new Map(all.map(({ path, text }) => [path, text])),
  };
  const unchanged = [...input.rulePaths, ...input.testPaths].map((path) => ({ path, start: 0, end: 0, text: '' }));
  const failing = await runMutants(unchanged, input);
  const fails = (path: string, how: Noticed): boolean => failing[unchanged.findIndex((each) => each.path === path)] === how;
  for (const { path } of unchanged.filter((_, index) => failing[index] !== 'not at all')) print(`${relative(root, path)} fails as it is`);
  return runMutants(mutants, {
    ...input,
    rulePaths: input.rulePaths.filter((path) => !fails(path, 'by an example')),
    testPaths: input.testPaths.filter((path) => !fails(path, 'by a test')),
  });
}

function definesRule({ program }: SourceFile): boolean {
  return program.body.some(
    (statement) =>
      statement.type === 'ExportNamedDeclaration' &&
      statement.declaration?.type === 'VariableDeclaration' &&
      statement.declaration.declarations.some(({ id }) => id.type === 'Identifier' && id.name === 'rule'),
  );
}

function read(pattern: string, exclude: readonly string[] = []): SourceFile[] {
  return globSync(pattern, { cwd: root, exclude }).map((each) => parse(join(root, each), readFileSync(join(root, each), 'utf8')));
}

function report(): void {
  const sums = new Map<string, Sum>();
  for (const [index, mutant] of mutants.entries()) {
    const how = noticed[index] ?? 'not at all';
    if (how === 'not at all') print(words(mutant));
    for (const name of [relative(root, join(mutant.path, '..')), 'all']) {
      const sum = sums.get(name) ?? { 'by an example': 0, 'by a test': 0, 'not at all': 0 };
      sum[how] += 1;
      sums.set(name, sum);
    }
  }
  print('');
  for (const [name, sum] of [...sums].toSorted(([a], [b]) => Number(a === 'all') - Number(b === 'all'))) print(`${name}: ${scores(sum)}`);
  print(`${percent(WANTED)} are wanted; it took ${((performance.now() - started) / 1000).toFixed(0)} s`);
  const survived = noticed.filter((each) => each === 'not at all').length;
  if (survived > mutants.length * (1 - WANTED)) process.exitCode = 1;
}

type Sum = Record<Noticed, number>;

function scores(sum: Sum): string {
  const { 'by an example': examples, 'by a test': others, 'not at all': survived } = sum;
  const all = examples + others + survived;
  return `${examples + others} killed, ${survived} survived, score ${percent((examples + others) / all)}; by examples alone ${percent(examples / all)}`;
}

function words({ path, start, end, text }: Mutant): string {
  const before = files.find((file) => file.path === path)?.text ?? '';
  const line = before.slice(0, start).split('\n').length;
  return `${relative(root, path)}:${line}: ${short(before.slice(start, end))} → ${text === '' ? 'nothing' : short(text)}`;
}

function short(code: string): string {
  const line = code.replaceAll(/\s+/gu, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
