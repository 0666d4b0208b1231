/** Arguments of a module call against the variables of the module called. */
import type { Diagnostic } from '../../../domain/diagnostic.ts';
import { findAttribute } from '../folder.ts';
import { headerOf } from '../body.ts';
import { CALL_META } from '../modules/module.ts';
import type { ModuleNode } from '../tree.ts';
import { refusal } from './refusal.ts';

/** Required arguments that are missing and arguments that there are not. */
export function refusedArguments(node: ModuleNode): Diagnostic[] {
  const { call, name, folder } = node;
  if (call === undefined || !node.isWhole) return [];
  const header = headerOf(call.block);
  const missing = [...folder.variables]
    .filter(([variable, declaration]) => findAttribute(declaration, 'default') === undefined && findAttribute(call, variable) === undefined)
    .map(([variable]) =>
      refusal(call.source, header, `module.${name} needs the argument ${variable}; give it a value`, 'missing-argument'),
    );
  const unsupported = [call, ...call.overrides].flatMap((layer) =>
    layer.block.body.items.flatMap((item) => {
      if (item.kind !== 'attribute' || CALL_META.has(item.name) || folder.variables.has(item.name)) return [];
      const what = `module.${name} has no variable ${item.name}; remove the argument or declare the variable in ${folder.path}`;
      return [refusal(layer.source, item.nameRange, what, 'unsupported-argument')];
    }),
  );
  return [...missing, ...unsupported];
}
