import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Literal } from '../../../src/domain/change.ts';
import { applyEdits } from '../../../src/domain/source.ts';
import { properties, read, resource, said } from './reading.ts';

/** A template of SAM with these lines below `Resources`, and others before it. */
function sam(resources: readonly string[], before: readonly string[] = []): string {
  return ['Transform: AWS::Serverless-2016-10-31', ...before, 'Resources:', ...resources.map((line) => `  ${line}`), ''].join('\n');
}

/** A function with these lines as its properties. */
function fn(...lines: readonly string[]): string[] {
  return ['Greet:', '  Type: AWS::Serverless::Function', '  Properties:', ...lines.map((line) => `    ${line}`)];
}

/** `id type` of every resource but those that each function has. */
function made(text: string): string[] {
  const plain = new Set(['Greet AWS::Lambda::Function', 'GreetRole AWS::IAM::Role']);
  return read(text)
    .resources.map(({ address, type }) => `${address} ${type}`)
    .filter((each) => !plain.has(each));
}

function links(text: string, address: string): string[] {
  return resource(read(text), address).related.map(
    ({ direction, attribute, resource: other }) => `${direction} ${other.address} ${attribute}`,
  );
}

describe('a function', () => {
  it('is a function of Lambda with a role of its own, placed where they are written or named', () => {
    const text = sam(fn('Handler: app.main', 'Timeout: 9', 'Tracing: Active', 'InlineCode: pass', 'Tags: {Owner: us}'));
    const root = read(text);
    expect(root.diagnostics).toEqual([]);
    expect(root.resources.map(({ address, type }) => `${address} ${type}`)).toEqual([
      'GreetRole AWS::IAM::Role',
      'Greet AWS::Lambda::Function',
    ]);
    expect(properties(text, 'Greet')).toEqual([
      'Handler: "app.main" @ app.main',
      'Timeout: 9 @ 9',
      'Code: {ZipFile: "pass"} @ InlineCode',
      'Role: unknown (Arn of GreetRole is known only when the stack is created) [GreetRole.Arn] @ Greet',
      'TracingConfig: {Mode: "Active"} @ Tracing',
      'Tags: [{Key: "lambda:createdBy", Value: "SAM"}, {Key: "Owner", Value: "us"}] @ Tags',
    ]);
    expect(properties(text, 'GreetRole')).toEqual([
      'AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [{Effect: "Allow", Principal: {Service: ["lambda.amazonaws.com"]}, Action: ["sts:AssumeRole"]}]} @ Greet',
      'ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"] @ Greet',
      'Tags: [{Key: "lambda:createdBy", Value: "SAM"}, {Key: "Owner", Value: "us"}] @ Tags',
    ]);
    expect(links(text, 'Greet')).toEqual(['to GreetRole Role']);
    const [role, own] = root.resources;
    expect(role?.source).toEqual(own?.source);
  });

  it('with a role has no other', () => {
    expect(read(sam(fn('Role: !GetAtt Mine.Arn', 'Handler: a'))).resources.map(({ address }) => address)).toEqual(['Greet']);
  });

  it('allows by name, ARN, document and template what its policies say', () => {
    const text = sam([
      ...fn(
        'Policies:',
        '  - AmazonSQSFullAccess',
        '  - AWSLambdaRole',
        '  - arn:aws:iam::aws:policy/ReadOnlyAccess',
        '  - !Ref Shared',
        '  - Statement: [{Effect: Allow, Action: "*", Resource: "*"}]',
        '  - S3WritePolicy: {BucketName: uploads}',
        '  - SSMParameterReadPolicy: {ParameterName: key}',
      ),
    ]);
    const [, managed, inline] = properties(text, 'GreetRole');
    expect(managed).toBe(
      'ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/AmazonSQSFullAccess", "arn:aws:iam::aws:policy/service-role/AWSLambdaRole", "arn:aws:iam::aws:policy/ReadOnlyAccess", unknown (Shared is neither a parameter nor a resource of this template)] @ Policies',
    );
    const region = 'unknown (AWS::Partition is known only when the stack is created) after arn:';
    expect(inline).toBe(
      [
        'Policies: [{PolicyName: "GreetRolePolicy4", PolicyDocument: {Statement: [{Effect: "Allow", Action: "*", Resource: "*"}]}}',
        `{PolicyName: "GreetRolePolicy5", PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: "Allow", Action: ["s3:PutObject", "s3:PutObjectAcl", "s3:PutLifecycleConfiguration"], Resource: [${region}, ${region}]}]}}`,
        `{PolicyName: "GreetRolePolicy6", PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: "Allow", Action: ["ssm:DescribeParameters"], Resource: ["*"]}, {Effect: "Allow", Action: ["ssm:GetParameters", "ssm:GetParameter", "ssm:GetParametersByPath"], Resource: [${region}]}]}}] @ Policies`,
      ].join(', '),
    );
  });

  it('has a URL that anyone may call when it asks for no authorisation', () => {
    const text = sam(fn('AutoPublishAlias: live', 'FunctionUrlConfig: {AuthType: NONE}'));
    expect(made(text)).toEqual([
      'GreetVersion AWS::Lambda::Version',
      'GreetAliaslive AWS::Lambda::Alias',
      'GreetUrl AWS::Lambda::Url',
      'GreetUrlPublicPermissions AWS::Lambda::Permission',
    ]);
    expect(properties(text, 'GreetUrl')).toEqual([
      'AuthType: "NONE" @ NONE',
      'TargetFunctionArn: unknown (the reference to Greet is known only when the stack is created) [Greet.] @ Greet',
      'Qualifier: "live" @ live',
    ]);
    expect(made(sam(fn('FunctionUrlConfig: {AuthType: AWS_IAM}')))).toEqual(['GreetUrl AWS::Lambda::Url']);
  });

  it('keeps its own condition, and so does what is made for it', () => {
    const text = sam(
      ['Greet: {Type: AWS::Serverless::Function, Condition: Off, Properties: {Events: {Get: {Type: Api}}}}'],
      ['Conditions: {Off: !Equals [a, b]}'],
    );
    const root = read(text);
    expect(root.resources.filter(({ instances }) => instances.length > 0).map(({ address }) => address)).toEqual([]);
    expect(root.resources.map(({ address }) => address)).toContain('ServerlessRestApiProdStage');
  });
});

describe('events', () => {
  it.each<[string, string[]]>([
    ['{Type: Schedule, Properties: {Schedule: rate(1 day)}}', ['GreetEv AWS::Events::Rule', 'GreetEvPermission AWS::Lambda::Permission']],
    [
      '{Type: EventBridgeRule, Properties: {Pattern: {source: [x]}}}',
      ['GreetEv AWS::Events::Rule', 'GreetEvPermission AWS::Lambda::Permission'],
    ],
    [
      '{Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}',
      ['GreetEvRole AWS::IAM::Role', 'GreetEv AWS::Scheduler::Schedule'],
    ],
    ['{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}', ['GreetEv AWS::Lambda::EventSourceMapping']],
    ['{Type: SNS, Properties: {Topic: !Ref T}}', ['GreetEvPermission AWS::Lambda::Permission', 'GreetEv AWS::SNS::Subscription']],
    [
      '{Type: CloudWatchLogs, Properties: {LogGroupName: g}}',
      ['GreetEvPermission AWS::Lambda::Permission', 'GreetEv AWS::Logs::SubscriptionFilter'],
    ],
    ['{Type: IoTRule, Properties: {Sql: s}}', ['GreetEvPermission AWS::Lambda::Permission', 'GreetEv AWS::IoT::TopicRule']],
    ['{Type: AlexaSkill}', ['GreetEvPermission AWS::Lambda::Permission']],
    [
      '{Type: Api, Properties: {Path: /a, Method: get}}',
      [
        'GreetEvPermissionProd AWS::Lambda::Permission',
        'ServerlessRestApi AWS::ApiGateway::RestApi',
        'ServerlessRestApiDeployment AWS::ApiGateway::Deployment',
        'ServerlessRestApiProdStage AWS::ApiGateway::Stage',
      ],
    ],
    [
      '{Type: HttpApi}',
      [
        'GreetEvPermission AWS::Lambda::Permission',
        'ServerlessHttpApi AWS::ApiGatewayV2::Api',
        'ServerlessHttpApiApiGatewayDefaultStage AWS::ApiGatewayV2::Stage',
      ],
    ],
  ])('%s', (event, expected) => {
    const text = sam(fn('Events:', `  Ev: ${event}`));
    expect(made(text)).toEqual(expected);
    expect(said(read(text).diagnostics)).toEqual([]);
  });

  it('of a written API name its stage', () => {
    const text = sam([
      ...fn('Events:', '  Ev: {Type: Api, Properties: {RestApiId: !Ref Web}}'),
      'Web: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}',
    ]);
    expect(made(text)).toEqual([
      'GreetEvPermissionv1 AWS::Lambda::Permission',
      'Web AWS::ApiGateway::RestApi',
      'WebDeployment AWS::ApiGateway::Deployment',
      'Webv1Stage AWS::ApiGateway::Stage',
    ]);
    expect(links(text, 'Web')).toEqual(['from GreetEvPermissionv1 SourceArn', 'from WebDeployment RestApiId', 'from Webv1Stage RestApiId']);
  });

  it('of S3 are notifications of the bucket, beside its own', () => {
    const text = sam([
      'Files:',
      '  Type: AWS::S3::Bucket',
      '  Properties:',
      '    BucketName: files',
      '    NotificationConfiguration:',
      '      LambdaConfigurations: [{Event: a, Function: b}]',
      '      EventBridgeConfiguration: {}',
      ...fn('Events:', '  Ev: {Type: S3, Properties: {Bucket: !Ref Files, Events: [c, d]}}'),
    ]);
    const call = 'Function: unknown (Arn of Greet is known only when the stack is created) [Greet.Arn]';
    expect(properties(text, 'Files')).toEqual([
      'BucketName: "files" @ files',
      `NotificationConfiguration: {EventBridgeConfiguration: {}, LambdaConfigurations: [{Event: "a", Function: "b"}, {Event: "c", ${call}}, {Event: "d", ${call}}]} @ NotificationConfiguration`,
    ]);
    expect(links(text, 'Files')).toEqual(['to Greet NotificationConfiguration']);
  });
});

describe('other resources', () => {
  it('a table has one key and is paid for on demand', () => {
    const text = sam([
      'T: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: key, Type: Number}, SSESpecification: {SSEEnabled: true}}}',
    ]);
    expect(resource(read(text), 'T').type).toBe('AWS::DynamoDB::Table');
    expect(properties(text, 'T')).toEqual([
      'SSESpecification: {SSEEnabled: true} @ SSESpecification',
      'AttributeDefinitions: [{AttributeName: "key", AttributeType: "N"}] @ T',
      'KeySchema: [{AttributeName: "key", KeyType: "HASH"}] @ T',
      'BillingMode: "PAY_PER_REQUEST" @ T',
    ]);
  });

  it('an API has its settings at its stage', () => {
    const text = sam([
      'W:',
      '  Type: AWS::Serverless::Api',
      '  Properties:',
      '    StageName: !Ref S',
      '    TracingEnabled: true',
      '    EndpointConfiguration: {Type: PRIVATE}',
    ]);
    const unknown = 'unknown (what AWS::Serverless makes of it is known only when the stack is created)';
    expect(properties(text, 'W')).toEqual([`Body: ${unknown} @ W`, 'EndpointConfiguration: {Types: ["PRIVATE"]} @ EndpointConfiguration']);
    expect(properties(text, 'WStage').slice(1, 2)).toEqual(['TracingEnabled: true @ true']);
  });

  it('a definition is read where nothing is added to it', () => {
    const api = (...more: string[]): string[] =>
      properties(
        sam([
          'W:',
          '  Type: AWS::Serverless::HttpApi',
          '  Properties:',
          '    DefinitionBody: {openapi: 3.1.0}',
          ...more.map((line) => `    ${line}`),
        ]),
        'W',
      );
    expect(api()).toEqual(['Body: {openapi: "3.1.0"} @ DefinitionBody']);
    expect(api('Auth: {}')).toEqual([
      'Body: unknown (what AWS::Serverless makes of it is known only when the stack is created) @ DefinitionBody',
    ]);
  });

  it('a state machine has a role, and what starts it has one', () => {
    const text = sam([
      'Run:',
      '  Type: AWS::Serverless::StateMachine',
      '  Properties:',
      '    Type: EXPRESS',
      '    Logging: {Level: ALL}',
      '    Events: {At: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}',
    ]);
    expect(made(text)).toEqual([
      'RunRole AWS::IAM::Role',
      'Run AWS::StepFunctions::StateMachine',
      'RunAtRole AWS::IAM::Role',
      'RunAt AWS::Events::Rule',
    ]);
    expect(properties(text, 'Run').slice(0, 2)).toEqual([
      'StateMachineType: "EXPRESS" @ EXPRESS',
      'LoggingConfiguration: {Level: "ALL"} @ Logging',
    ]);
    expect(links(text, 'RunAt')).toEqual(['to Run Targets', 'to RunAtRole Targets']);
  });

  it('a layer keeps its id, an application is a nested stack', () => {
    const text = sam([
      'L: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: {Bucket: b, Key: k}}}',
      'A: {Type: AWS::Serverless::Application, Properties: {Location: a.yaml}}',
    ]);
    expect(made(text)).toEqual(['L AWS::Lambda::LayerVersion', 'A AWS::CloudFormation::Stack']);
    expect(properties(text, 'L')).toEqual(['LayerName: "L" @ L', 'Content: {S3Bucket: "b", S3Key: "k"} @ ContentUri']);
    expect(properties(text, 'A')).toEqual(['TemplateURL: "a.yaml" @ a.yaml']);
  });

  it('in JSON and in a list of macros they are the same', () => {
    const text = JSON.stringify({
      Transform: ['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31'],
      Resources: { Greet: { Type: 'AWS::Serverless::Function', Properties: { Timeout: 3 } } },
    });
    expect(properties(text, 'Greet')[0]).toBe('Timeout: 3 @ 3');
    expect(resource(read(text), 'GreetRole').type).toBe('AWS::IAM::Role');
  });
});

describe('Globals', () => {
  const globals = [
    'Globals:',
    '  Function:',
    '    Timeout: 5',
    '    Handler: g',
    '    Environment: {Variables: {A: 1, B: 2}}',
    '    Layers: [one]',
    '    VpcConfig: {SubnetIds: [s]}',
  ];

  it('maps are merged, lists follow each other, and otherwise the own value counts', () => {
    const text = sam(
      fn(
        'Handler: own',
        'Environment: {Variables: {B: 3, C: 4}}',
        'Layers: [two]',
        'VpcConfig: !If [X, {SubnetIds: [t]}, !Ref AWS::NoValue]',
      ),
      globals,
    );
    expect(properties(text, 'Greet').slice(0, 5)).toEqual([
      'Handler: "own" @ own',
      'Timeout: 5 @ 5',
      'VpcConfig: unknown (condition X is not known here) @ !If [X, {SubnetIds: [t]}, !Ref AWS::NoValue]',
      'Environment: {Variables: {B: 3, C: 4, A: 1}} @ Environment',
      'Layers: ["one", "two"] @ Layers',
    ]);
  });

  it('reach an API that no one wrote, and not what asks to be spared', () => {
    const text = sam(
      ['Greet: {Type: AWS::Serverless::Function, IgnoreGlobals: [Timeout], Properties: {Events: {G: {Type: Api}}}}'],
      [...globals, '  Api: {TracingEnabled: true}'],
    );
    expect(properties(text, 'Greet').some((line) => line.startsWith('Timeout'))).toBe(false);
    expect(properties(text, 'Greet')).toContain('Handler: "g" @ g');
    expect(properties(text, 'ServerlessRestApiProdStage')).toContain('TracingEnabled: true @ true');
  });

  it('reach as many resources as there is room for', () => {
    const variables = Array.from({ length: 1500 }, (_, index) => `V${index}: ${index}`).join(', ');
    const functions = Array.from({ length: 140 }, (_, index) => `F${index}: {Type: AWS::Serverless::Function}`);
    const root = read(sam(functions, [`Globals: {Function: {Environment: {Variables: {${variables}}}}}`]));
    expect(said(root.diagnostics)).toEqual([
      'undecided limit-eval 137: Globals say more than 200000 things for all resources together; from here on resources are read without them',
    ]);
  });

  it('that no one knows are told', () => {
    expect(said(read(sam(fn('Timeout: 1'), ['Globals:', '  Bucket: {A: 1}'])).diagnostics)).toEqual([
      'undecided invalid-section 3: Bucket of Globals is not a map for a kind of resource that AWS::Serverless knows, so what it sets is not known',
    ]);
  });
});

describe('what is not expanded is told', () => {
  it.each<[string, string[], string]>([
    [
      'a connector',
      ['C: {Type: AWS::Serverless::Connector}'],
      'C: what AWS::Serverless makes of AWS::Serverless::Connector is not known here, and not audited',
    ],
    [
      'an application of elsewhere',
      ['A: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: a, SemanticVersion: 1.0.0}}}'],
      'A comes from the Serverless Application Repository, which is not read; what it declares is not audited',
    ],
    ['an event', fn('Events: {E: {Type: Smoke}}'), 'the event E of Greet: its type is not known here, so what it makes is not audited'],
    [
      'events behind a function',
      fn('Events: !If [A, {}, {}]'),
      'the events of Greet are not a plain map, so what they make is not audited',
    ],
    ['a policy', fn('Policies: [SmokePolicy: {}]'), 'SmokePolicy is no policy that can be read here, so what it allows Greet is not known'],
    ['gradual deployment', fn('DeploymentPreference: {Type: AllAtOnce}'), 'what DeploymentPreference of Greet makes is not audited'],
    [
      'connectors of a resource',
      ['B: {Type: AWS::S3::Bucket, Connectors: {X: {}}}'],
      'what the connectors of B allow is not read here, and not audited',
    ],
    [
      'a bucket of elsewhere',
      fn('Events: {E: {Type: S3, Properties: {Bucket: !ImportValue x, Events: a}}}'),
      'the event E of Greet: its bucket is none of this template, as it must be; write !Ref and the bucket’s logical id',
    ],
    [
      'a loop',
      ["'Fn::ForEach::All': [X, [A], {'F${X}': {Type: AWS::Serverless::Function}}]"],
      'what AWS::Serverless makes of the resources of Fn::ForEach::All is not audited',
    ],
    [
      'a name that is taken',
      [...fn('Timeout: 3'), 'GreetRole: {Type: AWS::IAM::Role}'],
      'GreetRole, which AWS::Serverless makes for Greet, is also the name of another resource, so it is not audited; rename that one',
    ],
  ])('%s', (_, resources, message) => {
    const text = sam(resources).replace('Transform: ', 'Transform: [AWS::LanguageExtensions, ').replace('\n', ']\n');
    expect(read(text).diagnostics.map((each) => `${each.level} ${each.code}: ${each.message}`)).toEqual([
      `warning unsupported-serverless: ${message}`,
    ]);
  });

  it('a template that does not ask for the macro', () => {
    const root = read('Resources:\n  Greet: {Type: AWS::Serverless::Function}\n');
    expect(root.resources.map(({ type }) => type)).toEqual(['AWS::Serverless::Function']);
    expect(said(root.diagnostics)).toEqual([
      'warning unsupported-serverless 2: the template does not ask for the macro that makes a resource of this; write Transform: AWS::Serverless-2016-10-31',
    ]);
  });
});

describe('edits', () => {
  const edited = (text: string, address: string, path: readonly (string | number)[], value: Literal | null): string | null => {
    const root = read(text);
    const change = { resource: resource(root, address), path };
    const edits = root.edits([value === null ? { kind: 'remove', ...change } : { kind: 'set', ...change, value }]);
    return edits === null ? null : applyEdits(text, edits);
  };

  it('go to the property of SAM that means the same', () => {
    const text = sam(fn('Timeout: 3 # seconds', 'VpcConfig: {SubnetIds: [s]}'));
    expect(edited(text, 'Greet', ['Timeout'], 9)).toBe(text.replace('3 #', '9 #'));
    expect(edited(text, 'Greet', ['VpcConfig', 'SecurityGroupIds'], ['g'])).toBe(text.replace('[s]', '[s], SecurityGroupIds: [g]'));
    expect(edited(text, 'Greet', ['KmsKeyArn'], 'k')).toBe(text.replace('[s]}', '[s]}\n      KmsKeyArn: k'));
    expect(edited(text, 'Greet', ['Timeout'], null)).toBe(text.replace('      Timeout: 3 # seconds\n', ''));
    expect(edited(text, 'GreetRole', ['PermissionsBoundary'], 'b')).toBe(text.replace('[s]}', '[s]}\n      PermissionsBoundary: b'));
    const api = sam(['W: {Type: AWS::Serverless::Api, Properties: {StageName: a}}']);
    expect(edited(api, 'WaStage', ['TracingEnabled'], true)).toBe(api.replace('a}', 'a, TracingEnabled: true}'));
  });

  it.each<[string, string[], string, string[]]>([
    ['what SAM has under another name', fn('Tracing: PassThrough'), 'Greet', ['TracingConfig', 'Mode']],
    ['what SAM makes', fn('Timeout: 3'), 'GreetRole', ['ManagedPolicyArns']],
    [
      'what a bucket is notified of',
      [...fn('Events: {E: {Type: S3, Properties: {Bucket: !Ref B, Events: a}}}'), 'B: {Type: AWS::S3::Bucket}'],
      'B',
      ['NotificationConfiguration', 'A'],
    ],
    ['an API that no one wrote', fn('Events: {E: {Type: Api}}'), 'ServerlessRestApiProdStage', ['TracingEnabled']],
  ])('there are none of %s', (_, resources, address, path) => {
    expect(edited(sam(resources), address, path, true)).toBeNull();
  });

  it('what is global is set at the resource as a whole, and not in part', () => {
    const text = sam(fn('Handler: a'), ['Globals: {Function: {Timeout: 3, Environment: {Variables: {A: 1}}}}']);
    expect(edited(text, 'Greet', ['Timeout'], 9)).toBe(text.replace('Handler: a', 'Handler: a\n      Timeout: 9'));
    expect(edited(text, 'Greet', ['Timeout'], null)).toBeNull();
    expect(edited(text, 'Greet', ['Environment', 'Variables', 'A'], 2)).toBeNull();
  });

  it('a bucket with notifications of functions is changed where it is written', () => {
    const text = sam([...fn('Events: {E: {Type: S3, Properties: {Bucket: !Ref B, Events: a}}}'), 'B: {Type: AWS::S3::Bucket}']);
    const after = text.replace('S3::Bucket}', 'S3::Bucket, Properties: {A: true}}');
    expect(edited(text, 'B', ['A'], true)).toBe(after);
    expect(properties(after, 'B')[0]).toBe('A: true @ true');
  });
});

it('whatever is written is read, each made resource beside what it is made of', () => {
  const key = fc.constantFrom(
    'Type',
    'Properties',
    'Events',
    'Policies',
    'Role',
    'Tags',
    'StageName',
    'CodeUri',
    'Bucket',
    'Auth',
    'Fn::If',
    'Ref',
    'E',
    '__proto__',
    'constructor',
  );
  const text = fc.constantFrom('Api', 'S3', 'SQS', 'Schedule', 'ScheduleV2', 'SNS', 'G', 's3://a/b', '');
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  const kind = fc.constantFrom('Function', 'Api', 'HttpApi', 'SimpleTable', 'StateMachine', 'LayerVersion', 'Application', 'Connector');
  const events = fc.record({
    Events: fc.dictionary(fc.constantFrom('E', 'F'), fc.record({ Type: text, Properties: tree })),
    Policies: tree,
    Tags: tree,
  });
  fc.assert(
    fc.property(kind, fc.oneof(tree, events), tree, (name, content, global) => {
      const template = JSON.stringify({
        Transform: 'AWS::Serverless-2016-10-31',
        Globals: { [name]: global },
        Resources: { G: { Type: `AWS::Serverless::${name}`, Properties: content }, B: { Type: 'AWS::S3::Bucket' } },
      });
      const root = read(template);
      expect(resource(root, 'B').instances).toHaveLength(1);
      for (const { header, address } of root.resources.filter((each) => each.address !== 'B'))
        expect(`${address} ${template.slice(header.start.offset, header.end.offset)}`).toBe(`${address} "G"`);
    }),
    { numRuns: 300 },
  );
});
