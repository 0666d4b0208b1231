import { describe, expect, it } from 'vitest';
import { applyEdits, SourceText } from '../../../src/domain/source.ts';
import { createWorkspace } from '../../../src/iac/workspace.ts';

/** What `cdk synth` leaves behind. */
const output = {
  'cdk.out/App.template.json': {
    Resources: {
      Logs6819BB44: {
        Type: 'AWS::S3::Bucket',
        Properties: { VersioningConfiguration: { Status: 'Suspended' } },
        UpdateReplacePolicy: 'Retain',
        Metadata: { 'aws:cdk:path': 'App/Logs/Resource' },
      },
      CDKMetadata: {
        Type: 'AWS::CDK::Metadata',
        Properties: { Analytics: 'v2:deflate64:H4sIAAAA' },
        Condition: 'CDKMetadataAvailable',
      },
    },
    Conditions: { CDKMetadataAvailable: { 'Fn::Or': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] }] } },
    Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' } },
    Rules: {
      CheckBootstrapVersion: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1'], { Ref: 'BootstrapVersion' }] }] } }] },
    },
  },
  'cdk.out/App.assets.json': { version: '36.0.0', files: { a: { source: { path: 'App.template.json', packaging: 'file' } } } },
  'cdk.out/manifest.json': {
    version: '36.0.0',
    artifacts: {
      App: { type: 'aws:cloudformation:stack', metadata: { '/App/Logs/Resource': [{ type: 'aws:cdk:logicalId', data: 'Logs6819BB44' }] } },
    },
  },
  'cdk.out/tree.json': {
    version: 'tree-0.1',
    tree: {
      id: 'CustomResources',
      children: {
        Logs: { attributes: { 'aws:cdk:cloudformation:type': 'AWS::S3::Bucket', 'aws:cdk:cloudformation:props': { Type: 'x' } } },
      },
    },
  },
  'cdk.out/asset.0a1b/package.json': { name: 'handler', Resources: 'AWS:: is not a template' },
};

describe('what CDK writes', () => {
  const workspace = createWorkspace(
    Object.entries(output).map(([file, content]) => new SourceText(file, JSON.stringify(content, null, 1))),
  );

  it('its templates are read, with the path of each construct, and nothing else is', () => {
    expect(workspace.resources.map(({ address, path }) => `${address} ${path}`)).toEqual([
      'Logs6819BB44 App/Logs/Resource',
      'CDKMetadata undefined',
    ]);
    expect(workspace.coverage.scanned).toEqual([{ path: 'cdk.out/App.template.json', reason: 'CloudFormation' }]);
    expect(workspace.coverage.failed).toEqual([]);
    expect(workspace.diagnostics).toEqual([]);
  });

  it('its templates can be changed', () => {
    const [logs] = workspace.resources;
    if (logs === undefined) throw new Error('Logs is not there');
    const edits = workspace.edits([{ kind: 'set', resource: logs, path: ['VersioningConfiguration', 'Status'], value: 'Enabled' }]);
    const before = JSON.stringify(output['cdk.out/App.template.json'], null, 1);
    expect(applyEdits(before, edits ?? [])).toBe(before.replace('Suspended', 'Enabled'));
  });
});

describe('a workspace with nested stacks and files of parameters', () => {
  const texts: Readonly<Record<string, string>> = {
    'main.yaml':
      'Parameters: {Status: {Type: String}}\nResources:\n  C: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {S: !Ref Status}}}\n',
    'child.yaml':
      'Parameters: {S: {Type: String}}\nResources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties:\n      Status: !Ref S\n',
    'values.json': '{"Status": "Suspended"}',
  };
  const workspace = createWorkspace(
    ['main.yaml', 'child.yaml'].map((file) => new SourceText(file, texts[file] ?? '')),
    {
      parameterFiles: ['values.json'],
      reader: { read: (path) => ({ text: texts[path] ?? '' }), list: () => [] },
    },
  );

  it('counts each file once, whatever it is', () => {
    expect(workspace.coverage.scanned.map(({ path }) => path)).toEqual(['child.yaml', 'main.yaml', 'values.json']);
  });

  it('reads a changed nested template inside its caller', () => {
    const logs = workspace.resources.find(({ address }) => address === 'C.Logs');
    if (logs === undefined) throw new Error('C.Logs is not there');
    expect(workspace.sharing(logs.source)).toEqual([logs]);
    const edits = workspace.edits([{ kind: 'set', resource: logs, path: ['More'], value: 1 }]) ?? [];
    const copy = workspace.reread(edits);
    const [instance] = copy.resource('main.yaml', 'C.Logs')?.instances ?? [];
    expect(instance?.attributes).toMatchObject({
      data: new Map([
        ['Status', expect.objectContaining({ data: 'Suspended' })],
        ['More', expect.objectContaining({ data: 1 })],
      ]),
    });
    expect([copy.diagnostics, copy.added, copy.removed]).toEqual([[], [], []]);
  });
});
