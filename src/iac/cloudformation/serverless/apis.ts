/** `AWS::Serverless::Api` and `AWS::Serverless::HttpApi`, written or made for want of one. */
import type { Entry } from '../ast.ts';
import { shorten } from '../problems.ts';
import { added, kept, madeFrom, OWN_ATTRIBUTES, property, renamed, tagsOf } from './expansion.ts';
import type { Expansion, Subject } from './expansion.ts';
import { flattened, isFunction, itemsOf, mapOf, opaque, refTo, textOf, storedAt } from './made.ts';
import type { Made } from './made.ts';

/** An API that no one wrote; `attributes` are those that its parts take over from the resource that calls for it. */
export interface Implicit {
  readonly attributes: readonly string[];
}

const REST_API = [
  'Name',
  'Description',
  'BinaryMediaTypes',
  'MinimumCompressionSize',
  'ApiKeySourceType',
  'DisableExecuteApiEndpoint',
  'FailOnWarnings',
  'Mode',
];

const REST_STAGE = [
  'StageName',
  'CacheClusterEnabled',
  'CacheClusterSize',
  'Variables',
  'AccessLogSetting',
  'CanarySetting',
  'MethodSettings',
  'TracingEnabled',
];

/** The API, its stage, and its deployment, whose id lacks the digest. */
export function expandApi(subject: Subject, expansion: Expansion, implicit: Implicit | null): void {
  const { id } = subject;
  const stage = property(subject, 'StageName');
  const deployment = `${id}Deployment`;
  const stageName = implicit !== null ? 'Prod' : stage === undefined ? '' : (textOf(stage) ?? '');
  const same = (names: readonly string[]): readonly string[] => (implicit === null ? names : []);
  expansion.add(subject, {
    id,
    type: 'AWS::ApiGateway::RestApi',
    properties: [
      ...kept(subject, REST_API),
      ...bodyOf(subject, ['Auth', 'Cors', 'GatewayResponses', 'Models', 'OpenApiVersion'], ['Bucket', 'Key', 'Version']),
      ...endpointOf(subject),
      ...tagsOf(subject, null),
    ],
    same: same(REST_API),
    attributes: implicit?.attributes ?? OWN_ATTRIBUTES,
  });
  expansion.add(subject, {
    id: deployment,
    type: 'AWS::ApiGateway::Deployment',
    properties: added(subject, { RestApiId: refTo(id), StageName: 'Stage' }),
    attributes: implicit?.attributes ?? ['Condition'],
  });
  expansion.add(subject, {
    id: `${id}${stageName}Stage`,
    type: 'AWS::ApiGateway::Stage',
    properties: [
      ...(implicit !== null ? added(subject, { StageName: 'Prod' }) : []),
      ...kept(subject, implicit === null ? REST_STAGE : REST_STAGE.slice(1)),
      ...added(subject, { RestApiId: refTo(id), DeploymentId: refTo(deployment) }),
      ...tagsOf(subject, null),
    ],
    same: same(REST_STAGE),
    attributes: implicit?.attributes ?? ['Condition'],
  });
  sayDomain(subject, expansion);
  if (flattened(mapOf(property(subject, 'Auth'))).has('UsagePlan'))
    expansion.say(subject.entry.keyRange, `the usage plan of ${shorten(id)} is not audited`);
}

const HTTP_API = ['Name', 'Description', 'DisableExecuteApiEndpoint', 'FailOnWarnings'];

const HTTP_STAGE = ['StageName', 'AccessLogSettings', 'DefaultRouteSettings', 'RouteSettings', 'StageVariables'];

export function expandHttpApi(subject: Subject, expansion: Expansion, implicit: Implicit | null): void {
  const { id } = subject;
  const stage = property(subject, 'StageName');
  const stageName = textOf(stage) ?? '';
  const same = (names: readonly string[]): readonly string[] => (implicit === null ? names : []);
  expansion.add(subject, {
    id,
    type: 'AWS::ApiGatewayV2::Api',
    properties: [
      ...kept(subject, HTTP_API),
      ...bodyOf(subject, ['Auth', 'CorsConfiguration'], ['Bucket', 'Key', 'Version']),
      ...kept(subject, ['Tags']),
    ],
    same: same([...HTTP_API, 'Tags']),
    attributes: implicit?.attributes ?? OWN_ATTRIBUTES,
  });
  expansion.add(subject, {
    id: stage === undefined || stageName === '$default' ? `${id}ApiGatewayDefaultStage` : `${id}${stageName}Stage`,
    type: 'AWS::ApiGatewayV2::Stage',
    properties: [
      ...(stage === undefined ? added(subject, { StageName: '$default' }) : []),
      ...kept(subject, HTTP_STAGE),
      ...added(subject, { ApiId: refTo(id), AutoDeploy: true }),
      ...kept(subject, ['Tags']),
    ],
    same: same([...HTTP_STAGE.slice(1), 'Tags']),
    attributes: implicit?.attributes ?? ['Condition'],
  });
  sayDomain(subject, expansion);
}

function sayDomain(subject: Subject, expansion: Expansion): void {
  const domain = subject.properties.get('Domain');
  if (domain !== undefined) expansion.say(domain.keyRange, `the domain name of ${shorten(subject.id)} and its records are not audited`);
}

/** The definition as it is written, when nothing else of the resource goes into it. */
function bodyOf(subject: Subject, within: readonly string[], names: [string, string, string]): Entry[] {
  if (subject.properties.has('DefinitionUri'))
    return madeFrom(subject, 'DefinitionUri', (uri) => ({ BodyS3Location: storedAt(uri, names) }));
  const written = property(subject, 'DefinitionBody');
  if (written === undefined || within.some((name) => subject.properties.has(name)))
    return added(subject, { Body: opaque(subject.properties.get('DefinitionBody')?.keyRange ?? subject.entry.keyRange) });
  return renamed(subject, 'DefinitionBody', 'Body');
}

function endpointOf(subject: Subject): Entry[] {
  return madeFrom(subject, 'EndpointConfiguration', (written): { EndpointConfiguration: Made } => {
    const given = flattened(mapOf(written));
    const type = given.get('Type')?.value;
    if (isFunction(written)) return { EndpointConfiguration: written };
    if (mapOf(written) === null) return { EndpointConfiguration: { Types: itemsOf(written) } };
    return {
      EndpointConfiguration: { Types: type === undefined ? undefined : [type], VpcEndpointIds: given.get('VPCEndpointIds')?.value },
    };
  });
}
