/** The role that the transform makes for a function or a state machine without one. */
import type { Node } from '../ast.ts';
import { shorten } from '../problems.ts';
import { added, kept, property, renamed, tagsOf } from './expansion.ts';
import type { Expansion, Subject } from './expansion.ts';
import { attributeOf, entriesOf, flattened, isFunction, itemsOf, mapOf, nodeOf, opaque, plainOf } from './made.ts';
import type { Made } from './made.ts';
import { policyOfTemplate } from './policy-templates.ts';

export interface Service {
  /** Who may take on the role: `lambda.amazonaws.com`. */
  readonly principal: string;
  /** Policies that the role has whatever is written: names below `policy/`. */
  readonly managed: readonly string[];
  /** Statements that the rest of the resource makes necessary, by the name of their policy. */
  readonly inline: ReadonlyMap<string, Made>;
}

/** The partition is that of the region that the template is deployed to; the policies are the same in each. */
function managedPolicy(name: string): string {
  return `arn:aws:iam::aws:policy/${name}`;
}

/** What `RoleArn` or the like is: the role that is written, or the one that is made for want of it. */
export function roleOf(subject: Subject, expansion: Expansion, service: Service): Made {
  const written = property(subject, 'Role');
  if (written !== undefined) return written;
  const id = `${subject.id}Role`;
  const { managed, inline } = policiesOf(subject, expansion, id);
  const header = subject.entry.keyRange;
  const at = subject.properties.get('Policies')?.keyRange ?? header;
  const own = [...service.inline].map(([PolicyName, Statement]): Made => ({
    PolicyName,
    PolicyDocument: { Version: '2012-10-17', Statement: [Statement] },
  }));
  const arns = [...service.managed.map(managedPolicy), ...managed];
  expansion.add(subject, {
    id,
    type: 'AWS::IAM::Role',
    properties: [
      ...(subject.properties.has('AssumeRolePolicyDocument')
        ? kept(subject, ['AssumeRolePolicyDocument'])
        : added(subject, { AssumeRolePolicyDocument: trust(service.principal) })),
      ...entriesOf({ ManagedPolicyArns: arns.length === 0 ? undefined : arns }, managed.length === 0 ? header : at),
      ...entriesOf({ Policies: own.length + inline.length === 0 ? undefined : [...own, ...inline] }, inline.length === 0 ? header : at),
      ...kept(subject, ['PermissionsBoundary']),
      ...renamed(subject, 'RolePath', 'Path'),
      ...tagsOf(subject, subject.kind === 'Function' ? 'lambda:createdBy' : 'stateMachine:createdBy'),
    ],
    same: ['AssumeRolePolicyDocument', 'PermissionsBoundary'],
  });
  return attributeOf(id, 'Arn');
}

export function trust(principal: string): Made {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: [principal] }, Action: ['sts:AssumeRole'] }],
  };
}

interface Policies {
  readonly managed: readonly Made[];
  readonly inline: readonly Made[];
}

/** `Policies` may hold names, ARNs, documents, and templates with their parameters. */
function policiesOf(subject: Subject, expansion: Expansion, roleId: string): Policies {
  const managed: Made[] = [];
  const inline: Made[] = [];
  for (const [index, item] of itemsOf(property(subject, 'Policies')).entries()) {
    const plain = plainOf(item);
    if (plain?.kind === 'scalar') managed.push(namedPolicy(plain));
    else if (plain === null || isFunction(plain)) managed.push(item);
    else {
      const document = documentOf(plain, subject, expansion);
      inline.push(nodeOf({ PolicyName: `${roleId}Policy${index}`, PolicyDocument: document }, item));
    }
  }
  return { managed, inline };
}

function namedPolicy(node: Extract<Node, { kind: 'scalar' }>): Made {
  const name = String(node.value);
  if (name.startsWith('arn:')) return node;
  return nodeOf(managedPolicy(SERVICE_ROLE_POLICIES.has(name) ? `service-role/${name}` : name), node);
}

/** Managed policies that functions are commonly given and that are below `service-role/`. */
const SERVICE_ROLE_POLICIES: ReadonlySet<string> = new Set([
  'AWSLambdaBasicExecutionRole',
  'AWSLambdaDynamoDBExecutionRole',
  'AWSLambdaKinesisExecutionRole',
  'AWSLambdaMSKExecutionRole',
  'AWSLambdaRole',
  'AWSLambdaSQSQueueExecutionRole',
  'AWSLambdaVPCAccessExecutionRole',
]);

function documentOf(plain: Node, subject: Subject, expansion: Expansion): Node {
  const map = mapOf(plain);
  if (map === null) return opaque(plain);
  const keys = flattened(map);
  if (keys.has('Statement')) return map;
  const [template] = keys.values();
  const policy = template === undefined ? null : policyOfTemplate(template.key, flattened(mapOf(template.value)), template.keyRange);
  if (policy !== null) return policy;
  const { keyRange, key } = template ?? subject.entry;
  expansion.say(keyRange, `${shorten(key)} is no policy that can be read here, so what it allows ${shorten(subject.id)} is not known`);
  return opaque(keyRange);
}
