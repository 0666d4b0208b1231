/**
 * YAML text to the tree of a template. Stricter than YAML: what two readers may take differently is a
 * diagnostic. The tree of syntax tokens is made without recursion and measured before anything recurses.
 */
import { Composer, isAlias, isMap, isScalar, Parser } from 'yaml';
import type { Alias, CST, Document, Pair, ParsedNode, Scalar, YAMLError, YAMLMap, YAMLSeq } from 'yaml';
import type { SourceText } from '../../domain/source.ts';
import type { Limits } from '../limits.ts';
import type { AliasNode, Entry, Node, Range, ScalarNode } from './ast.ts';
import type { Parsed } from './parsed.ts';
import { Problems, shorten } from './problems.ts';
import { ambiguity } from './scalar.ts';
import { LONG_FORMS } from './tags.ts';

/** Broken YAML gives what could be read of it, and diagnostics. */
export function parseYaml(source: SourceText, limits: Limits): Parsed {
  const problems = new Problems(source);
  const tokens = [...new Parser().parse(source.text)];
  const deep = tooDeep(tokens, limits.depth);
  if (deep !== null) {
    problems.undecided('limit-depth', `maps and lists lie within each other more than ${limits.depth} deep; the file is not read`, {
      start: deep,
      end: deep + 1,
    });
    return { tree: null, others: [], anchored: false, diagnostics: problems.list };
  }
  for (const token of tokens) {
    if (token.type === 'directive') {
      problems.undecided('yaml-directive', 'a template has no YAML directives; remove this line', {
        start: token.offset,
        end: token.offset + token.source.length,
      });
    }
  }
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
    keepSourceTokens: true,
  });
  const documents = withoutStacks(() => [...composer.compose(tokens, true, source.text.length)]);
  const another = documents[1]?.range[0];
  if (another !== undefined) {
    problems.undecided('several-documents', 'a template is one YAML document, and another starts here; make it a file of its own', {
      start: another,
      end: another + 3,
    });
  }
  let anchored = false;
  const trees = documents.flatMap((document) => {
    reportErrors(document, problems);
    if (document.contents === null) return [];
    const conversion = new Conversion(problems, limits);
    const tree = conversion.node(document.contents);
    anchored ||= conversion.anchored;
    return [tree];
  });
  const [tree = null, ...others] = trees;
  return { tree, others, anchored, diagnostics: problems.list };
}

/** Of one document; more of them follow from the first. */
const MOST_ERRORS = 10;

/** The library makes an Error for each mistake, a million for a hostile text, of which the stacks are most of the cost. */
function withoutStacks<T>(compose: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return compose();
  } finally {
    Error.stackTraceLimit = before;
  }
}

function reportErrors(document: Document.Parsed, problems: Problems): void {
  // The library knows no function, and takes what has one for a text, a map or a list, as it stands.
  const known = ({ code, pos }: YAMLError): boolean => code === 'TAG_RESOLVE_FAILED' && LONG_FORMS.has(problems.source.text.slice(...pos));
  const warnings = document.warnings.filter((warning) => !known(warning));
  for (const { code, message, pos } of [...document.errors.slice(0, MOST_ERRORS), ...warnings.slice(0, MOST_ERRORS)]) {
    const range = { start: pos[0], end: pos[1] };
    if (code === 'TAG_RESOLVE_FAILED') problems.undecided('unknown-tag', `${shorten(message)}; CloudFormation has no such function`, range);
    else problems.undecided('syntax', `not valid YAML: ${shorten(message)}`, range);
  }
}

/** Offset of a map or list that lies deeper than the limit. */
function tooDeep(tokens: readonly CST.Token[], limit: number): number | null {
  const stack = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { token, depth } = next;
    if (token.type === 'document' && token.value !== undefined) stack.push({ token: token.value, depth });
    if (token.type !== 'block-map' && token.type !== 'block-seq' && token.type !== 'flow-collection') continue;
    if (depth === limit) return token.offset;
    for (const { key, value } of token.items) {
      if (key !== undefined && key !== null) stack.push({ token: key, depth: depth + 1 });
      if (value !== undefined) stack.push({ token: value, depth: depth + 1 });
    }
  }
  return null;
}

/** Makes our tree of one document. Recursion is bounded by the depth that was measured before. */
class Conversion {
  readonly #problems: Problems;
  readonly #limits: Limits;
  readonly #anchors = new Map<string, Exclude<Node, AliasNode>>();
  #aliases = 0;

  get anchored(): boolean {
    return this.#anchors.size > 0;
  }

  constructor(problems: Problems, limits: Limits) {
    this.#problems = problems;
    this.#limits = limits;
  }

  node(node: ParsedNode, props?: readonly CST.SourceToken[]): Node {
    if (isAlias(node)) return this.#alias(node);
    const [from, to] = node.range;
    const first = props?.find((token) => token.type === 'tag' || token.type === 'anchor');
    const start = Math.min(first?.offset ?? from, from);
    const tag = node.tag?.startsWith('!') === true ? node.tag : null;
    const range = (end: number) => ({ start, end, tag, anchored: node.anchor !== undefined, content: { start: from, end } });
    let result: Exclude<Node, AliasNode>;
    if (isScalar(node)) {
      result = { ...range(node.type?.startsWith('BLOCK') === true ? this.#trimmed(from, to) : to), ...this.#scalar(node) };
    } else if (isMap(node)) {
      const entries = this.#entries(node);
      result = {
        ...range(node.flow === true ? to : (entries.at(-1)?.value.end ?? from)),
        kind: 'mapping',
        flow: node.flow === true,
        entries,
      };
    } else {
      const items = this.#items(node);
      result = { ...range(node.flow === true ? to : (items.at(-1)?.end ?? from)), kind: 'sequence', flow: node.flow === true, items };
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, result);
    return result;
  }

  #scalar(node: Scalar.Parsed): Pick<ScalarNode, 'kind' | 'value' | 'style' | 'ambiguity'> {
    const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
    const unclear = style === 'plain' && node.tag === undefined ? ambiguity(node.source) : undefined;
    const { value } = node;
    const plain =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null ? value : node.source;
    return { kind: 'scalar', style, value: plain, ...(unclear === undefined ? {} : { ambiguity: `${node.source} ${unclear}` }) };
  }

  #items(node: YAMLSeq.Parsed): Node[] {
    const token = node.srcToken;
    const sources = token?.type === 'block-seq' || token?.type === 'flow-collection' ? token.items : [];
    return node.items.map((item, index) => this.node(item, sources[index]?.start));
  }

  #entries(node: YAMLMap.Parsed): Entry[] {
    const entries: Entry[] = [];
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = this.#key(pair, node);
      if (key === null) continue;
      if (this.#problems.repeats(seen, key.name, key.range) || this.#problems.crowded(seen, key.range, this.#limits)) continue;
      const value = pair.value === null ? emptyAt(key.range.end) : this.node(pair.value, pair.srcToken?.sep);
      entries.push({ key: key.name, keyRange: key.range, value, merge: key.merge });
    }
    return entries;
  }

  /** A block text's range ends with its line breaks. */
  #trimmed(start: number, end: number): number {
    const { text } = this.#problems.source;
    let at = end;
    while (at > start && (text[at - 1] === '\n' || text[at - 1] === '\r')) at -= 1;
    return at;
  }

  /** A key that is not plain is told, and taken for what it most likely means. */
  #key({ key }: Pair<ParsedNode, ParsedNode | null>, parent: YAMLMap.Parsed): { name: string; range: Range; merge: boolean } | null {
    const at = (key as ParsedNode | null)?.range ?? parent.range;
    const range = { start: at[0], end: at[1] };
    if (isScalar(key) && key.tag === undefined && key.anchor === undefined) {
      const plain = key.type === 'PLAIN';
      const name = plain ? key.source : String(key.value);
      return { name, range, merge: plain && name === '<<' };
    }
    this.#problems.undecided('complex-key', 'the key of a map is a plain or quoted text without tag, anchor or alias; write it so', range);
    if (isScalar(key)) return { name: String(key.value), range, merge: false };
    const target = isAlias(key) ? this.#anchors.get(key.source) : undefined;
    return target?.kind === 'scalar' ? { name: String(target.value), range, merge: false } : null;
  }

  #alias(node: Alias.Parsed): Node {
    const [start, end] = node.range;
    this.#aliases += 1;
    if (this.#aliases === this.#limits.aliases + 1) {
      this.#problems.undecided(
        'limit-aliases',
        `the template has more than ${this.#limits.aliases} aliases; those from here on are not followed`,
        { start, end },
      );
    }
    const target = this.#anchors.get(node.source) ?? null;
    if (target === null)
      this.#problems.undecided('unknown-alias', `the alias *${shorten(node.source)} names no anchor before it`, { start, end });
    if (this.#aliases > this.#limits.aliases) return { kind: 'alias', tag: null, anchored: false, start, end, target: null };
    return { kind: 'alias', tag: null, anchored: false, start, end, target };
  }
}

const STYLES: Readonly<Record<Scalar.Type, 'plain' | 'single' | 'double' | 'block'>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_FOLDED: 'block',
  BLOCK_LITERAL: 'block',
};

function emptyAt(offset: number): Node {
  return {
    kind: 'scalar',
    value: null,
    style: 'plain',
    tag: null,
    anchored: false,
    start: offset,
    end: offset,
    content: { start: offset, end: offset },
  };
}
