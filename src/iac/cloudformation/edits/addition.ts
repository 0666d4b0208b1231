/** New declarations, named after those that they stand beside. */
import type { Change, Literal, LiteralMap } from '../../../domain/change.ts';
import { entryOf } from '../ast.ts';
import type { Template } from '../template.ts';

type Addition = Extract<Change, { kind: 'add' }>;

/** By the logical id that they are written after: logical id and content of each. */
export function declarationsToAdd(template: Template, additions: readonly Addition[]): Map<string, [string, Literal][]> {
  const taken = new Set([...template.resources.keys(), ...template.parameters.keys()]);
  const result = new Map<string, [string, Literal][]>();
  for (const { beside, type, attributes } of additions) {
    const name = unusedName(`${beside.address}${type.slice(type.lastIndexOf(':') + 1)}`, taken);
    taken.add(name);
    const condition = entryOf(template.resources.get(beside.address)?.body, 'Condition')?.value;
    const content: LiteralMap = {
      Type: type,
      ...(condition?.kind === 'scalar' ? { Condition: String(condition.value) } : {}),
      Properties: attributes,
    };
    const list = result.get(beside.address);
    if (list === undefined) result.set(beside.address, [[name, content]]);
    else list.push([name, content]);
  }
  return result;
}

function unusedName(name: string, taken: ReadonlySet<string>): string {
  let unused = name;
  for (let number = 2; taken.has(unused); number += 1) unused = `${name}${number}`;
  return unused;
}
