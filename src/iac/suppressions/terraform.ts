/** Comments of Terraform, in native syntax and in JSON. */
import type { Node } from 'jsonc-parser';
import type { SourceText } from '../../domain/source.ts';
import type { Body } from '../terraform/syntax/ast.ts';
import { parseJsonTree, propertiesOf, rangeOf } from '../terraform/syntax/json-tree.ts';
import { MAX_DEPTH } from '../terraform/syntax/lexer.ts';
import { parseHcl } from '../terraform/syntax/parser.ts';
import { directivesIn } from './directive.ts';
import type { Construct, Mark } from './marks.ts';
import { Lines } from './marks.ts';

/** What the lexer found to be comments, so nothing in a string, heredoc or template. */
export function marksInHcl(source: SourceText): Mark[] {
  const { body, comments } = parseHcl(source.text);
  const lines = new Lines(source);
  walk(body, null, lines);
  return lines.marks(comments);
}

/** The parser limits how deep blocks lie. */
function walk(body: Body, parent: Construct | null, lines: Lines): void {
  for (const item of body.items) {
    const { start, end } = item;
    const construct = { parent, name: item.kind === 'attribute' ? item.name : item.type, start, end };
    lines.startsAt(construct);
    lines.takesTrailing(construct);
    if (item.kind === 'block') walk(item.body, construct, lines);
    else lines.takesTrailing(construct, lines.lineOf(end - 1));
  }
}

/** A property named `//` is a comment on the object that it is in: a text, or a list of texts. */
export function marksInJson({ text }: SourceText): Mark[] {
  const { root } = parseJsonTree(text);
  const marks: Mark[] = [];
  const visit = (node: Node, inside: Construct | null, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (node.type === 'array') {
      for (const item of node.children ?? []) {
        const { start, end } = rangeOf(item);
        visit(item, { parent: inside, name: '*', start, end }, depth + 1);
      }
    }
    for (const { name, key, value } of propertiesOf(node)) {
      const { start } = rangeOf(key);
      const { end } = rangeOf(value);
      if (name === '//') {
        for (const note of value.type === 'array' ? (value.children ?? []) : [value]) {
          const range = rangeOf(note);
          for (const directive of typeof note.value === 'string' ? directivesIn(note.value) : [])
            marks.push({ directive, ...range, beside: inside });
        }
      } else visit(value, { parent: inside, name, start, end }, depth + 1);
    }
  };
  if (root !== undefined) visit(root, null, 0);
  return marks;
}
