/**
 * The tree of a template, the same for YAML and JSON. Offsets are UTF-16 units into the file's text,
 * `end` exclusive; a node starts at its tag or anchor when it has one.
 */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type Node = ScalarNode | MappingNode | SequenceNode | AliasNode;

interface Tagged extends Range {
  /** As written: `!Sub`. Null without one. */
  readonly tag: string | null;
  /** Aliases may stand for it. */
  readonly anchored: boolean;
}

export interface ScalarNode extends Tagged {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** Set where YAML 1.1 and 1.2 read the same characters differently: what each makes of them, and what to do. */
  readonly ambiguity?: string;
  /** Without tag and anchor. */
  readonly content: Range;
}

export interface MappingNode extends Tagged {
  readonly kind: 'mapping';
  readonly entries: readonly Entry[];
  /** Written with braces. */
  readonly flow: boolean;
  readonly content: Range;
}

export interface SequenceNode extends Tagged {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
  /** Written with brackets. */
  readonly flow: boolean;
  readonly content: Range;
}

export interface AliasNode extends Range {
  readonly kind: 'alias';
  readonly tag: null;
  readonly anchored: false;
  /** Null when the anchor does not exist, or is one that the alias itself lies in. */
  readonly target: Exclude<Node, AliasNode> | null;
}

export interface Entry {
  readonly key: string;
  /** With its quotes. */
  readonly keyRange: Range;
  readonly value: Node;
  /** A merge key, `<<`, which YAML 1.1 has and 1.2 has not. */
  readonly merge: boolean;
  /** Made by a loop, whose text it has with others. */
  readonly looped?: boolean;
}

export function entryOf(node: Node | null | undefined, key: string): Entry | undefined {
  return node?.kind === 'mapping' ? node.entries.find((entry) => entry.key === key && !entry.merge) : undefined;
}

export function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null && node.start === node.end;
}
