/** The small wrong changes that are made to code, one at a time. */
import type { Argument, CallExpression, Node } from 'oxc-parser';
import { Decisive } from './mutate-decisive.ts';
import type { SourceFile } from './mutate-tree.ts';
import { isProse, nodesIn } from './mutate-tree.ts';

export interface Mutant {
  readonly path: string;
  /** What is replaced: offsets in the file's text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['===', '!=='],
  ['!==', '==='],
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['&&', '||'],
  ['||', '&&'],
  ['??', '&&'],
  ['+', '-'],
  ['-', '+'],
  ['*', '/'],
  ['/', '*'],
  ['%', '*'],
  ['**', '*'],
  ['<<', '>>'],
  ['>>', '<<'],
  ['&', '|'],
  ['|', '&'],
]);

const ANSWERS: ReadonlyMap<string, string> = new Map([
  ['fail', 'undecided'],
  ['undecided', 'fail'],
  ['yes', 'no'],
  ['no', 'yes'],
]);

/** Methods that are put in the place of others; an empty name takes the call away. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['min', 'max'],
  ['max', 'min'],
  ['toLowerCase', ''],
  ['toUpperCase', ''],
  ['trim', ''],
]);

/** Methods whose function chooses: it is made to choose everything. */
const CHOOSERS: ReadonlySet<string> = new Set(['filter', 'find', 'findIndex', 'findLast']);

/** The mutants of files in the order of their text. */
export function mutantsOf(files: readonly SourceFile[]): Mutant[] {
  const { nodes } = new Decisive(files);
  return files.flatMap((file) => {
    const decisive = nodes.get(file) ?? new Set();
    const around = { covered: new Set([...decisive].flatMap(coveredBy)), caches: cachesIn(file) };
    const mutants = [...decisive].flatMap((node) => [...changesOf(node, file, around)]);
    return mutants.toSorted((a, b) => a.start - b.start || a.end - b.end);
  });
}

interface Surroundings {
  /** Texts that need not be changed, as another mutant does the same. */
  readonly covered: ReadonlySet<Node | null>;
  /** Names of weak maps: filling them changes no answer. */
  readonly caches: ReadonlySet<string>;
}

/** Items of lists, which are left out, and what a condition compares with: it is forced. */
function coveredBy(node: Node): readonly (Node | null)[] {
  if (node.type === 'ArrayExpression') return node.elements;
  const isForced = node.type === 'IfStatement' || node.type === 'ConditionalExpression';
  return isForced && node.test.type === 'BinaryExpression' ? [node.test.left, node.test.right] : [];
}

function cachesIn({ program }: SourceFile): Set<string> {
  const names = new Set<string>();
  for (const node of nodesIn(program)) {
    if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || node.init?.type !== 'NewExpression') continue;
    if (node.init.callee.type === 'Identifier' && node.init.callee.name === 'WeakMap') names.add(node.id.name);
  }
  return names;
}

function* changesOf(node: Node, file: SourceFile, around: Surroundings): Iterable<Mutant> {
  const replace = ({ start, end }: { start: number; end: number }, text: string): Mutant => ({ path: file.path, start, end, text });
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
      yield* operatorOf(node, file);
      return;
    case 'UnaryExpression':
      if (node.operator === '!') yield replace({ start: node.start, end: node.start + 1 }, '');
      return;
    case 'IfStatement':
    case 'ConditionalExpression':
      for (const forced of ['true', 'false']) yield replace(node.test, forced);
      return;
    case 'Literal':
      for (const text of otherLiterals(node)) if (typeof node.value !== 'string' || !around.covered.has(node)) yield replace(node, text);
      return;
    case 'TemplateLiteral':
      yield replace(node, "''");
      return;
    case 'ArrayExpression':
      for (const element of node.elements) if (element !== null && !isProse(element)) yield replace(withComma(element, file), '');
      return;
    case 'Property':
      if (node.value.type !== 'Literal' && isData(node.value)) yield replace(withComma(node, file), '');
      return;
    case 'CallExpression':
      yield* callsOf(node, file);
      return;
    case 'BlockStatement':
      yield* withoutStatement(node.body, file, around);
      return;
    case 'SwitchCase':
      yield* withoutStatement(node.consequent, file, around);
      break;
    default:
  }
}

function* operatorOf(node: Extract<Node, { type: 'BinaryExpression' | 'LogicalExpression' }>, file: SourceFile): Iterable<Mutant> {
  const { left, right, operator } = node;
  const other = OPERATORS.get(operator);
  if (other === undefined || [left, right].some((side) => side.type === 'TemplateLiteral')) return;
  const start = file.text.indexOf(operator, left.end);
  const end = start + operator.length;
  const { path } = file;
  if (operator !== '??') yield { path, start, end, text: other };
  else {
    // Next to one another, the two operators need brackets.
    const sides = [file.text.slice(node.start, start), file.text.slice(end, node.end)].map((side) => `(${side.trim()})`);
    yield { path, start: node.start, end: node.end, text: `(${sides.join(` ${other} `)})` };
  }
}

function otherLiterals(node: Extract<Node, { type: 'Literal' }>): string[] {
  if ('regex' in node) return otherPatterns(node.regex);
  switch (typeof node.value) {
    case 'boolean':
      return [String(!node.value)];
    case 'number':
      return [String(node.value + 1)];
    case 'bigint':
      return [`${node.value + 1n}n`];
    case 'string':
      return [JSON.stringify(ANSWERS.get(node.value) ?? `${node.value}!`)];
    default:
      return [];
  }
}

function otherPatterns({ pattern, flags }: { readonly pattern: string; readonly flags: string }): string[] {
  const written = (body: string, options = flags): string => `/${body}/${options}`;
  return [
    ...(pattern.startsWith('^') && pattern.length > 1 ? [written(pattern.slice(1))] : []),
    ...(pattern.endsWith('$') && pattern.length > 1 ? [written(pattern.slice(0, -1))] : []),
    ...(flags.includes('i') ? [written(pattern, flags.replace('i', ''))] : []),
  ];
}

/** Whether it is written out: texts, numbers, lists and tables of them. */
function isData(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return true;
    case 'ArrayExpression':
      return node.elements.every((each) => each !== null && isData(each));
    case 'ObjectExpression':
      return node.properties.every((each) => each.type === 'Property' && isData(each.value));
    default:
      return false;
  }
}

function withComma({ start, end }: { readonly start: number; readonly end: number }, { text }: SourceFile): { start: number; end: number } {
  const comma = /^\s*,/u.exec(text.slice(end, end + 200));
  return { start, end: end + (comma?.[0].length ?? 0) };
}

function* callsOf(node: CallExpression, file: SourceFile): Iterable<Mutant> {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.computed) return;
  const { name, start, end } = callee.property;
  const other = METHODS.get(name);
  const [chosen]: readonly (Argument | undefined)[] = node.arguments;
  if (other === '') yield { path: file.path, start: callee.optional ? start - 2 : start - 1, end: node.end, text: '' };
  else if (other !== undefined) yield { path: file.path, start, end, text: other };
  if (CHOOSERS.has(name) && chosen !== undefined) yield { path: file.path, start: chosen.start, end: chosen.end, text: '() => true' };
}

/** Leaves out a statement that acts; a return at the end, or a statement that is alone, is decided by what is around it. */
function* withoutStatement(statements: readonly Node[], file: SourceFile, { caches }: Surroundings): Iterable<Mutant> {
  for (const [index, statement] of statements.entries()) {
    const { type, start, end } = statement;
    const acts = type === 'ExpressionStatement' && !fills(statement, caches);
    const leaves = type === 'ContinueStatement' || (type === 'ReturnStatement' && index < statements.length - 1);
    if (statements.length > 1 && (acts || leaves)) yield { path: file.path, start, end, text: ';' };
  }
}

function fills(statement: Extract<Node, { type: 'ExpressionStatement' }>, caches: ReadonlySet<string>): boolean {
  const { expression } = statement;
  if (expression.type !== 'CallExpression' || expression.callee.type !== 'MemberExpression') return false;
  return expression.callee.object.type === 'Identifier' && caches.has(expression.callee.object.name);
}
