/**
 * Digest of everything an audit reads, and of nothing else: a recorded result stands for a resource as long as its digest
 * is the same. Rules follow links as far as they like, so no set of neighbours covers what they read. What they say does:
 * judging takes 0.1 ms, a workflow 15, so each resource is judged here, and its audit gives that judgement.
 * Positions do not count: a block that moved is not a block that changed.
 */
import { anchor, neighbourhood } from './anchor.ts';
import { evaluate } from './evaluate.ts';
import type { RuleSet } from './evaluate.ts';
import type { Finding } from './finding.ts';
import { digest } from './fingerprint.ts';
import { affectedBy } from './proof.ts';
import { proposals } from './remediation.ts';
import type { Resource } from './resource.ts';
import type { Span } from './source.ts';
import { isList, isMap } from './value.ts';
import type { Value } from './value.ts';
import type { Workspace } from './workspace.ts';

/** What the rules say of a resource; `failure` when one of them failed on it. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly failure: Error | null;
}

export class Digests {
  readonly #workspace: Workspace;
  readonly #rules: RuleSet;
  readonly #program: string;
  readonly #contents = new Map<Resource, string>();
  readonly #judgements = new Map<Resource, Judgement>();
  readonly #words = new Map<Resource, string>();
  readonly #digests = new Map<Resource, string>();

  /** @param program what else a result depends on: a result made by another program, or under other terms, is never taken for ours */
  constructor(workspace: Workspace, rules: RuleSet, program: readonly string[]) {
    this.#workspace = workspace;
    this.#rules = rules;
    this.#program = digest([...program, ...rules.rules.map((rule) => JSON.stringify(rule))]);
  }

  /** Lower-case hex. */
  of(resource: Resource): string {
    let whole = this.#digests.get(resource);
    if (whole === undefined) {
      const links = resource.related.map((link) => `${link.direction} ${link.attribute} ${link.certain} ${link.resource.address}`);
      const contents = neighbourhood(resource).map((each) => this.#content(each));
      const own = [resource.root, resource.address, this.#wordsOn(resource), this.#fixOf(resource)];
      whole = digest([this.#program, ...own, digest(links.toSorted()), digest(contents.toSorted())]);
      this.#digests.set(resource, whole);
    }
    return whole;
  }

  judgement(resource: Resource): Judgement {
    let judgement = this.#judgements.get(resource);
    if (judgement === undefined) {
      judgement = attempt(() => evaluate(resource, this.#rules));
      this.#judgements.set(resource, judgement);
    }
    return judgement;
  }

  /** A declaration as written and as evaluated. */
  #content(resource: Resource): string {
    let content = this.#contents.get(resource);
    if (content === undefined) {
      const { file, start, end } = resource.source;
      const parts = [resource.address, resource.type, resource.framework, resource.path ?? ''];
      parts.push(this.#workspace.source(file)?.text.slice(start.offset, end.offset) ?? '');
      for (const instance of resource.instances) {
        parts.push(instance.address, typeof instance.key, String(instance.key));
        write(instance.attributes, parts);
      }
      content = digest(parts);
      this.#contents.set(resource, content);
    }
    return content;
  }

  /** What the rules say of it. */
  #wordsOn(resource: Resource): string {
    let words = this.#words.get(resource);
    if (words === undefined) {
      const { findings, failure } = this.judgement(resource);
      const said = findings.map(({ span, ...finding }) => JSON.stringify([finding, placeOf(span, resource)])).toSorted();
      words = digest([failure === null ? 'judged' : `failed: ${failure.message}`, ...said]);
      this.#words.set(resource, words);
    }
    return words;
  }

  /** What a fix starts from: the edits that the rules ask for, and every resource that is judged again to prove them. */
  #fixOf(resource: Resource): string {
    const failures = this.judgement(resource).findings.filter(({ outcome }) => outcome === 'fail');
    if (failures.length === 0) return '';
    const asked: string[] = [];
    try {
      for (const { rule, commands, edits } of proposals(resource, failures, this.#rules, this.#workspace)) {
        const places = edits?.map(({ span, replacement }) => [placeOf(span, resource), replacement]) ?? null;
        asked.push(JSON.stringify([rule.id, commands, places]));
      }
    } catch (error) {
      asked.push(`failed: ${String(error)}`);
    }
    const others = affectedBy(resource, this.#workspace).filter((other) => other !== resource);
    const judged = others.map((other) => `${other.root} ${this.#content(other)} ${this.#wordsOn(other)}`);
    return digest([digest(asked.toSorted()), digest(judged.toSorted())]);
  }
}

function attempt(judge: () => readonly Finding[]): Judgement {
  try {
    return { findings: judge(), failure: null };
  } catch (error) {
    return { findings: [], failure: error instanceof Error ? error : new Error(String(error)) };
  }
}

function placeOf(span: Span, resource: Resource): unknown {
  return anchor(span, resource) ?? 'elsewhere';
}

/** All of a value but where it stands. */
function write(value: Value, parts: string[]): void {
  parts.push(value.state);
  if (value.state === 'absent') return;
  parts.push(String(value.sensitive ?? false));
  writeOptional(value.shape, parts);
  if (value.state === 'unknown') {
    const { reason, reference, prefix, suffix, texts } = value;
    parts.push(JSON.stringify([reason, reference, prefix, suffix, texts]));
    writeOptional(value.content, parts);
  } else if (isMap(value.data)) {
    parts.push('map', String(value.data.size));
    for (const [key, item] of value.data) {
      parts.push(key);
      write(item, parts);
    }
  } else if (isList(value.data)) {
    parts.push('list', String(value.data.length));
    for (const item of value.data) write(item, parts);
  } else {
    parts.push(typeof value.data, String(value.data));
  }
}

function writeOptional(value: Value | undefined, parts: string[]): void {
  parts.push(value === undefined ? 'none' : 'some');
  if (value !== undefined) write(value, parts);
}
