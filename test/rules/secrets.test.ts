import { describe, expect, it } from 'vitest';
import { givesKeys, secretsIn } from '../../src/rules/aws/ec2/secrets.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const made = (start: string, length: number): string => start + 'Ab1'.repeat(length).slice(0, length);

describe('credentials in a text', () => {
  it.each([
    ['export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE', ['an AWS access key id']],
    [`aws_secret_access_key = ${made('', 40)}`, ['an AWS secret access key']],
    ['"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"', ['an AWS secret access key']],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\\nmadeUp\\n', ['a private key']],
    [`git clone https://x:${made('ghp_', 36)}@github.com/acme/web`, ['a GitHub token', 'a password in an address']],
    [`curl https://hooks.slack.com/services/${made('T', 8)}/${made('B', 8)}/${made('', 20)}`, ['a Slack webhook']],
    [made('sk_live_', 24), ['a Stripe key']],
    [made('glpat-', 20), ['a GitLab token']],
    [made('github_pat_', 22), ['a GitHub token']],
    [made('xoxb-', 24), ['a Slack token']],
    [made('AIza', 35), ['a Google API key']],
    [`${made('SG.', 22)}.${made('', 43)}`, ['a SendGrid key']],
    [made('npm_', 36), ['an npm token']],
    [made('pypi-AgE', 40), ['a PyPI token']],
    [`dop_v1_${'0a1b'.repeat(16)}`, ['a DigitalOcean token']],
    [made('hvs.', 24), ['a Vault token']],
    [`${made('eyJ', 20)}.${made('eyJ', 20)}.${made('', 20)}`, ['a JSON Web Token']],
    ['sshpass -p x; pwd=hello', ['a password']],
    ['api_key: 0123-abcd', ['a token']],
    ['private-key-passphrase=open.Sesame7', ['a password']],
    ['ENCRYPTION_KEY=Correct-Horse', ['a secret']],
    ['Echo "root:correct-horse" | sudo chpasswd', ['a password']],
    ['HTTPS://app:correct-horse@example.com', ['a password in an address']],
    ['X_DB_PASSWORD=lower_Case', ['a password']],
    ['password=12345x', ['a password']],
    ['export DB_PASSWORD=correct-horse-battery', ['a password']],
    ['export DB_PASSWORD=\\"correct-horse-battery\\"', ['a password']],
    ["password => 'correct-horse'", ['a password']],
    ['{"client_secret": "correct-horse"}', ['a secret']],
    ['kubeadm join --token abcdef.0123456789abcdef', ['a token']],
    ['$password = ConvertTo-SecureString "Correct-Horse1" -AsPlainText -Force', ['a password']],
    ['echo "root:correct-horse" | chpasswd', ['a password']],
    ['postgres://app:correct-horse@db:5432/app', ['a password in an address']],
  ])('are found in %j', (text, kinds) => {
    expect(secretsIn(text)).toEqual(kinds);
  });

  it.each([
    'export DB_PASSWORD=$(aws ssm get-parameter --name /db/password)',
    'export DB_PASSWORD="$DB_PASSWORD"',
    'password: {{ vault_password }}',
    'DB_PASSWORD_FILE=/run/secrets/db',
    'password: /run/secrets/db',
    'password=your_password_here',
    'password=<password>',
    'password = os.environ["DB_PASSWORD"]',
    'password = settings.database.password',
    'PASSWORD=DB_PASSWORD',
    'password: required',
    'http_tokens: required',
    'curl -H "X-aws-ec2-metadata-token-ttl-seconds: 21600"',
    'AWS_ACCESS_KEY_ID=FOO',
    'postgres://app:$PASSWORD@db/app',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN CERTIFICATE-----\nmadeUp',
    'minimum_password_length = 14',
    'password: Required',
    'password=1234',
    'password=',
    'password=xxxxxxxx',
    'token=put_it_here',
    'secret: change_me_now',
    'xAKIAIOSFODNN7EXAMPLE',
    'AKIAIOSFODNN7EXAMPLE0',
    `aws_secret_access_key = ${made('', 41)}`,
  ])('are not seen in %j', (text) => {
    expect(secretsIn(text)).toEqual([]);
  });
});

describe('access keys for software on the instance', () => {
  it.each([
    'export AWS_ACCESS_KEY_ID=some-id',
    '[default]\naws_secret_access_key = some-key',
    '"AWS_SECRET_ACCESS_KEY": "some-key"',
    'aws configure set aws_access_key_id some-id',
    'AWS Configure Set AWS_SECRET_ACCESS_KEY some-key',
    'aws_access_key_id = some$id',
  ])('are given by %j', (text) => {
    expect(givesKeys(text)).toBe(true);
  });

  it.each([
    'export AWS_ACCESS_KEY_ID',
    'export AWS_ACCESS_KEY_ID=$ID',
    'aws s3 cp s3://example/run.sh .',
    'AWS_REGION=eu-west-1',
    'aws configure set aws_access_key_id $ID',
  ])('are not given by %j', (text) => {
    expect(givesKeys(text)).toBe(false);
  });
});
