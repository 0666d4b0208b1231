/**
 * Which code of the rules decides something that an example shows. What only makes words, severities, command lines or
 * examples is left out: an example says where a finding points and what the fix writes, and nothing about those.
 *
 * Values are followed by name, from the exported rules on: a declaration decides when something that decides refers to it,
 * an argument when its parameter does, a property when something that decides or the domain reads it.
 */
import { dirname, join } from 'node:path';
import type { Node, ParamPattern, BindingPattern, CallExpression, ObjectExpression } from 'oxc-parser';
import type { AnyFunction, SourceFile } from './mutate-tree.ts';
import { childrenOf, importsOf, isFunction, isProse, keyName, nodesIn } from './mutate-tree.ts';

/** Properties of rules, violations and changes that the domain reads, and of which examples show what they give. */
const SHOWN = [
  'targets',
  'check',
  'fix',
  'changes',
  'outcome',
  'span',
  'kind',
  'resource',
  'path',
  'value',
  'block',
  'beside',
  'type',
  'attributes',
];

/** Properties of rules, violations and fixes that examples do not show, and `name`: how a message calls something. */
const UNSHOWN = new Set([
  'id',
  'title',
  'severity',
  'topics',
  'concern',
  'why',
  'remedy',
  'references',
  'controls',
  'equivalents',
  'examples',
  'message',
  'name',
  'reason',
  'safety',
  'script',
]);

/** Something with a name; what it stands for is followed once it is used. */
class Binding {
  readonly #whenUsed: (() => void)[] = [];
  #isUsed = false;

  use(): void {
    if (this.#isUsed) return;
    this.#isUsed = true;
    for (const follow of this.#whenUsed) follow();
  }

  whenUsed(follow: () => void): void {
    if (this.#isUsed) follow();
    else this.#whenUsed.push(follow);
  }
}

class Scope {
  readonly #names = new Map<string, Binding>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null) {
    this.#outer = outer;
  }

  own(name: string): Binding {
    const binding = this.#names.get(name) ?? new Binding();
    this.#names.set(name, binding);
    return binding;
  }

  import(name: string, binding: Binding): void {
    this.#names.set(name, binding);
  }

  find(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.#outer?.find(name);
  }
}

export class Decisive {
  /** What decides, by file. */
  readonly nodes: ReadonlyMap<SourceFile, Set<Node>>;
  readonly #fields = new Map<string, Binding>();
  /** Names of properties that something reads by name; others are keys of tables. */
  readonly #read: ReadonlySet<string>;
  readonly #parameters = new Map<AnyFunction, { readonly scope: Scope; readonly bindings: readonly Binding[] }>();
  /** The parameters of each function that has a name. */
  readonly #callees = new Map<Binding, readonly Binding[]>();

  constructor(files: readonly SourceFile[]) {
    this.nodes = new Map(files.map((file) => [file, new Set()]));
    this.#read = new Set(files.flatMap(({ program }) => [...fieldsRead(program)]));
    for (const name of SHOWN) this.#field(name).use();
    const modules = new Map(files.map((file) => [file.path, new Scope(null)]));
    for (const file of files) this.#link(file, modules);
    for (const { path: name } of files) modules.get(name)?.find('rule')?.use();
  }

  #link(file: SourceFile, modules: ReadonlyMap<string, Scope>): void {
    const scope = modules.get(file.path) ?? new Scope(null);
    for (const { source, specifiers } of importsOf(file.program)) {
      const from = modules.get(join(dirname(file.path), source.value));
      for (const specifier of specifiers) {
        if (specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier' && from !== undefined)
          scope.import(specifier.local.name, from.own(specifier.imported.name));
      }
    }
    this.#declare(file.program, scope, file);
  }

  #field(name: string): Binding {
    const binding = this.#fields.get(name) ?? new Binding();
    this.#fields.set(name, binding);
    return binding;
  }

  /** Binds what is declared in a module or a function, without what functions in it declare. */
  #declare(body: Node, scope: Scope, file: SourceFile): void {
    for (const node of nodesIn(body, (each) => each === body || !isFunction(each))) {
      if (node.type === 'FunctionDeclaration' && node.id !== null) {
        this.#callees.set(scope.own(node.id.name), this.#parametersOf(node, scope, file).bindings);
        scope.own(node.id.name).whenUsed(() => this.#visitFunction(node, scope, file));
      } else if (node.type === 'VariableDeclarator') {
        const { id, init } = node;
        if (id.type === 'Identifier' && init !== null && isFunction(init))
          this.#callees.set(scope.own(id.name), this.#parametersOf(init, scope, file).bindings);
        this.#bind(id, scope, file, () => init !== null && this.#visit(init, scope, file));
      }
    }
  }

  #bind(pattern: ParamPattern | BindingPattern, scope: Scope, file: SourceFile, follow: () => void): void {
    switch (pattern.type) {
      case 'Identifier':
        scope.own(pattern.name).whenUsed(follow);
        return;
      case 'AssignmentPattern':
        this.#bind(pattern.left, scope, file, () => {
          this.#visit(pattern.right, scope, file);
          follow();
        });
        return;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.#bind(property.argument, scope, file, follow);
          else
            this.#bind(property.value, scope, file, () => {
              this.#field(keyName(property.key) ?? '').use();
              follow();
            });
        }
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element !== null) this.#bind(element, scope, file, follow);
        return;
      case 'RestElement':
        this.#bind(pattern.argument, scope, file, follow);
        return;
      case 'TSParameterProperty':
        throw new Error(`${file.path}: a parameter property is not erasable`);
      default:
        pattern satisfies never;
    }
  }

  #parametersOf(node: AnyFunction, outer: Scope, file: SourceFile): { readonly scope: Scope; readonly bindings: readonly Binding[] } {
    const known = this.#parameters.get(node);
    if (known !== undefined) return known;
    const scope = new Scope(outer);
    const bindings = node.params.map(() => new Binding());
    for (const [index, parameter] of node.params.entries()) this.#bind(parameter, scope, file, () => bindings[index]?.use());
    this.#parameters.set(node, { scope, bindings });
    if (node.body !== null) this.#declare(node.body, scope, file);
    return { scope, bindings };
  }

  #visitFunction(node: AnyFunction, outer: Scope, file: SourceFile): void {
    const { scope } = this.#parametersOf(node, outer, file);
    this.nodes.get(file)?.add(node);
    if (node.body !== null) this.#visit(node.body, scope, file);
  }

  #visit(node: Node, scope: Scope, file: SourceFile): void {
    const seen = this.nodes.get(file);
    if (seen === undefined || seen.has(node) || isProse(node)) return;
    if (isFunction(node)) {
      if (node.type !== 'FunctionDeclaration') this.#visitFunction(node, scope, file);
      return;
    }
    seen.add(node);
    switch (node.type) {
      case 'Identifier':
        scope.find(node.name)?.use();
        return;
      case 'MemberExpression':
        this.#visit(node.object, scope, file);
        if (node.computed) this.#visit(node.property, scope, file);
        else this.#field(node.property.name).use();
        return;
      case 'ObjectExpression':
        this.#visitObject(node, scope, file);
        break;
      case 'VariableDeclaration':
        break;
      case 'CallExpression':
        this.#visitCall(node, scope, file);
        break;
      default:
        if (!node.type.startsWith('TS') || 'expression' in node) for (const child of childrenOf(node)) this.#visit(child, scope, file);
    }
  }

  #visitObject({ properties }: ObjectExpression, scope: Scope, file: SourceFile): void {
    for (const property of properties) {
      const name = property.type === 'Property' && !property.computed ? keyName(property.key) : null;
      if (property.type === 'SpreadElement') this.#visit(property.argument, scope, file);
      else if (name === null || (!this.#read.has(name) && !UNSHOWN.has(name))) this.#visitProperty(property, scope, file);
      else if (!UNSHOWN.has(name)) this.#field(name).whenUsed(() => this.#visitProperty(property, scope, file));
    }
  }

  #visitProperty(property: Extract<Node, { type: 'Property' }>, scope: Scope, file: SourceFile): void {
    this.nodes.get(file)?.add(property);
    if (property.computed) this.#visit(property.key, scope, file);
    this.#visit(property.value, scope, file);
  }

  #visitCall(node: CallExpression, scope: Scope, file: SourceFile): void {
    const callee = node.callee.type === 'Identifier' ? scope.find(node.callee.name) : undefined;
    const parameters = callee && this.#callees.get(callee);
    this.#visit(node.callee, scope, file);
    for (const [index, argument] of node.arguments.entries()) {
      const parameter = parameters?.[index];
      if (parameter === undefined || argument.type === 'SpreadElement') this.#visit(argument, scope, file);
      else parameter.whenUsed(() => this.#visit(argument, scope, file));
    }
  }
}

function* fieldsRead(program: Node): Iterable<string> {
  for (const node of nodesIn(program)) {
    if (node.type === 'MemberExpression' && !node.computed) yield node.property.name;
    else if (node.type === 'ObjectPattern') {
      for (const property of node.properties) if (property.type === 'Property') yield keyName(property.key) ?? '';
    }
  }
}
