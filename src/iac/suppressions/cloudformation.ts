/** Comments of YAML templates, and the metadata of resources in YAML and JSON. */
import { Parser } from 'yaml';
import type { CST } from 'yaml';
import type { SourceText } from '../../domain/source.ts';
import { entryOf } from '../cloudformation/ast.ts';
import type { Entry, Node } from '../cloudformation/ast.ts';
import { readTemplate } from '../cloudformation/template.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { foreign, ownSuppression } from './directive.ts';
import type { Directive } from './directive.ts';
import type { Construct, Mark } from './marks.ts';
import { Lines } from './marks.ts';

export function marksInTemplate(source: SourceText): Mark[] {
  const { template } = readTemplate(source, DEFAULT_LIMITS);
  if (template === null) return [];
  const lines = new Lines(source);
  const metadata: Mark[] = [];
  const entry = (each: Entry, parent: Construct | null): void => {
    const { key, keyRange, value } = each;
    const construct = { parent, name: key, start: keyRange.start, end: Math.max(value.end, keyRange.end) };
    lines.startsAt(construct);
    lines.takesTrailing(construct);
    if (isDeclaration(construct)) metadata.push(...marksInMetadata(value, construct));
    visit(value, construct);
  };
  const visit = (node: Node, parent: Construct | null): void => {
    if (node.kind === 'mapping') for (const each of node.entries) entry(each, parent);
    if (node.kind !== 'sequence') return;
    for (const item of node.items) {
      const construct = { parent, name: '*', start: item.start, end: item.end };
      lines.startsAt(construct);
      visit(item, construct);
      lines.takesTrailing(construct);
    }
  };
  visit(template.tree, null);
  const comments = template.format === 'yaml' ? lines.marks(commentsOf(source.text)) : [];
  return [...comments, ...metadata].toSorted((a, b) => a.start - b.start);
}

/** An entry of `Resources`, or what a loop there makes. */
function isDeclaration({ parent }: Construct): boolean {
  let section = parent;
  while (section?.name === '*' && section.parent?.name.startsWith('Fn::ForEach::') === true) section = section.parent.parent;
  return section?.name === 'Resources' && section.parent === null;
}

function marksInMetadata(declaration: Node, beside: Construct): Mark[] {
  const metadata = inner(declaration, 'Metadata');
  const marks = (list: Node | undefined, read: (item: Node) => Directive): Mark[] =>
    itemsOf(list).map((item) => ({ directive: read(item), start: item.start, end: item.end, beside }));
  return [
    ...marks(inner(metadata, 'infra-audit', 'ignore'), ownIn),
    ...marks(inner(metadata, 'checkov', 'skip'), (item) => foreign('checkov', textsOf(item, 'id'), 'beside', textOf(item, 'comment'))),
    ...marks(inner(metadata, 'cfn_nag', 'rules_to_suppress'), (item) =>
      foreign('cfn_nag', textsOf(item, 'id'), 'beside', textOf(item, 'reason')),
    ),
    ...marks(inner(metadata, 'guard', 'SuppressedRules'), (item) => foreign('guard', textsOf(item), 'beside', null)),
  ];
}

/** `{rule: RULE or a list of them, until: YYYY-MM-DD, reason: ...}` */
function ownIn(item: Node): Directive {
  const entries = item.kind === 'mapping' ? item.entries.filter(({ key }) => key !== 'rule') : [];
  const settings = new Map(entries.map(({ key, value }) => [key, textOf(value) ?? '']));
  return ownSuppression(
    itemsOf(inner(item, 'rule')).flatMap((rule) => textsOf(rule)),
    settings,
  );
}

function inner(node: Node | undefined, ...path: readonly string[]): Node | undefined {
  let current = node;
  for (const key of path) current = resolved(entryOf(resolved(current), key)?.value);
  return resolved(current);
}

function resolved(node: Node | undefined): Node | undefined {
  return node?.kind === 'alias' ? (node.target ?? undefined) : node;
}

/** Of a list; anything else is a list of itself. */
function itemsOf(node: Node | undefined): readonly Node[] {
  const list = resolved(node);
  if (list === undefined) return [];
  return list.kind === 'sequence' ? list.items.flatMap((item) => resolved(item) ?? []) : [list];
}

function textOf(node: Node, ...path: readonly string[]): string | null {
  const found = inner(node, ...path);
  return found?.kind === 'scalar' && found.value !== null ? String(found.value) : null;
}

function textsOf(node: Node, ...path: readonly string[]): string[] {
  const text = textOf(node, ...path);
  return text === null ? [] : [text];
}

/** What the parser found to be comments, so nothing in a text of whatever style; in the order of the text. */
function commentsOf(text: string): { start: number; end: number }[] {
  const comments: { start: number; end: number }[] = [];
  const pending: (CST.Token | null | undefined)[] = [...new Parser().parse(text)];
  for (let token = pending.pop(); pending.length > 0 || token !== undefined; token = pending.pop()) {
    if (token === null || token === undefined) continue;
    if (token.type === 'comment') comments.push({ start: token.offset, end: token.offset + token.source.length });
    if ('start' in token && Array.isArray(token.start)) pending.push(...token.start);
    if ('end' in token && token.end !== undefined) pending.push(...token.end);
    if ('props' in token) pending.push(...token.props);
    if ('value' in token) pending.push(token.value);
    if ('items' in token)
      for (const { start, key, sep = [], value } of token.items) for (const each of [...start, key, ...sep, value]) pending.push(each);
  }
  return comments.toSorted((a, b) => a.start - b.start);
}
