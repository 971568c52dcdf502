/** A kind of secret that its own form gives away. */
export interface SecretKind {
  /** As in "… in plain text". */
  readonly name: string;
  /** Global and without nested repetitions. Its first group, where it has one, is the secret. */
  readonly pattern: RegExp;
  /** What the variable that holds it is usually called. */
  readonly variable: string;
  /** Whether what looks like one is one; without it everything but a placeholder is. */
  readonly holds?: (match: RegExpExecArray) => boolean;
}

const base64 = 'A-Za-z0-9+/';

/** The ones first whose form leaves no doubt. Source: the issuers' own descriptions of their tokens' prefixes. */
export const secretKinds: readonly SecretKind[] = [
  {
    name: 'A private key',
    variable: 'PRIVATE_KEY',
    // With some of the key behind it: the line alone is something to search for.
    pattern: new RegExp(
      `-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----[\\s\\\\nr"'#]{0,16}[${base64}]{32}`,
      'g',
    ),
  },
  { name: 'An AWS access key', variable: 'AWS_ACCESS_KEY_ID', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  {
    name: 'An AWS secret key',
    variable: 'AWS_SECRET_ACCESS_KEY',
    pattern: /aws_?secret_?(?:access_?)?key["']?(?:\s{0,4}[=:]\s{0,4}|\s{1,4})["']?([A-Za-z0-9/+]{40})(?![\w/+=])/gi,
  },
  { name: 'A GitHub token', variable: 'GITHUB_TOKEN', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g },
  { name: 'A GitHub token', variable: 'GITHUB_TOKEN', pattern: /\bgithub_pat_\w{60,255}\b/g },
  { name: 'A GitLab token', variable: 'GITLAB_TOKEN', pattern: /\bgl(?:pat|dt|rt|cbt)-[\w-]{20,300}/g },
  { name: 'An npm token', variable: 'NPM_TOKEN', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { name: 'A Docker Hub token', variable: 'DOCKER_TOKEN', pattern: /\bdckr_(?:pat|oat)_[\w-]{20,100}/g },
  { name: 'A Slack token', variable: 'SLACK_TOKEN', pattern: /\bxox[abeoprs]-\d{6,}-[\w-]{10,250}/g },
  { name: 'A Google API key', variable: 'GOOGLE_API_KEY', pattern: /\bAIza[\w-]{35}(?![\w-])/g },
  { name: 'A PyPI token', variable: 'PYPI_TOKEN', pattern: /\bpypi-AgE[\w-]{50,400}/g },
  { name: 'A NuGet API key', variable: 'NUGET_API_KEY', pattern: /\boy2[a-z0-9]{43}\b/g },
  { name: 'A Stripe key', variable: 'STRIPE_KEY', pattern: /\b[rs]k_live_[A-Za-z0-9]{20,250}\b/g },
  { name: 'A SendGrid key', variable: 'SENDGRID_API_KEY', pattern: /\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g },
  { name: 'A Hugging Face token', variable: 'HF_TOKEN', pattern: /\bhf_[A-Za-z]{34}\b/g },
  { name: 'An Anthropic API key', variable: 'ANTHROPIC_API_KEY', pattern: /\bsk-ant-[\w-]{40,200}/g },
  { name: 'An OpenAI API key', variable: 'OPENAI_API_KEY', pattern: /\bsk-proj-[\w-]{40,250}/g },
  { name: 'A DigitalOcean token', variable: 'DIGITALOCEAN_TOKEN', pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/g },
  {
    name: 'An Azure storage key',
    variable: 'AZURE_STORAGE_KEY',
    pattern: /\bAccountKey=([A-Za-z0-9+/]{86}==)/g,
    // What every storage emulator has.
    holds: ([, key]) => !key!.startsWith('Eby8vdM02xNOcqFlqUwJPL'),
  },
  {
    name: 'An Azure access key',
    variable: 'AZURE_ACCESS_KEY',
    pattern: /\bSharedAccessKey=([A-Za-z0-9+/]{43}=)/g,
  },
  {
    name: 'An Azure access signature',
    variable: 'AZURE_SAS',
    pattern: /[?&]sig=([A-Za-z0-9+/%]{43,80}(?:%3D|=))/gi,
  },
  {
    name: 'A registry token',
    variable: 'NPM_TOKEN',
    pattern: /:_auth(?:Token)?\s{0,4}=\s{0,4}["']?([\w+/=.-]{20,400})/g,
  },
  {
    name: 'An access token',
    variable: 'TOKEN',
    pattern: /\bAuthorization:\s{0,4}(?:Bearer|Basic|token)\s{1,4}([\w.~+/=-]{20,2000})/gi,
  },
  {
    name: 'A password',
    variable: 'PASSWORD',
    pattern: /:\/\/([^\s/@:'"`$<>{}()[\]\\]{1,100}):([^\s/@'"`$<>{}()[\]\\*]{1,200})@([\w.-]{1,253})/g,
    holds: isPasswordInUrl,
  },
];

/** Not the ones of examples, nor those of servers that only the same machine or its neighbours can reach. */
function isPasswordInUrl([, user = '', password = '', host = '']: RegExpExecArray): boolean {
  if (!host.includes('.') || /^(?:127\.|0\.0\.0\.0)|\.(?:local|localhost|internal|test|invalid)$/.test(host))
    return false;
  if (/(?:^|\.)example\.\w+$/i.test(host) || /^anonymous$/i.test(user)) return false;
  return password.toLowerCase() !== user.toLowerCase() && !/^%\w+%$/.test(password) && !isWeakWord(password);
}

const weakWords = new Set(
  'pass passwd password passphrase pwd secret token user username test guest x-oauth-basic foo bar baz'.split(' '),
);

function isWeakWord(text: string): boolean {
  return weakWords.has(text.toLowerCase()) || /^[A-Z][A-Z_]*$/.test(text) || isPlaceholder(text, 4);
}

/** What people write where the secret would be. */
export function isPlaceholder(text: string, characters = 8): boolean {
  if (/example|placeholder|dummy|redacted|change_?me|your[-_]|12345678|abcdefgh/i.test(text)) return true;
  return new Set(text).size < characters;
}
